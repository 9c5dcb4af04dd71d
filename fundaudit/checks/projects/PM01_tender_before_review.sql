/*---
code: PM01
title: 施工图审查合格以前启动招标
severity: 中
version: 1
subject: project_id
amount_label: 工程金额
needs: {projects: [project_id, name, tender_on]}
uses: [contracts]
thresholds:
  min_amount: {default: 4000000.00, says: 工程计划或合同金额达到该数的项目, unit: 元, min: 0, max: 1000000000, step: 100000}
relief: {contracts: any}
basis: [S4-2]
what: 工程金额达到限额的项目，招标启动日期早于施工图审查合格日期，或没有审查合格日期。
why: 没有审查合格的图纸就招标，容易引起变更、超概算。
innocent:
  - 审查已经通过，台账没有登记日期。
  - 采用设计施工总承包，按规定先招标后审图。
exclusions: 没有招标日期的见应招标而没有招标；审查合格日期读不出的无法判定。
advice: 调取施工图审查合格书和招标备案资料。
to_judge: 补填施工图审查合格日期；改正没有采用的行。
neighbours: [PM11, PM17, PM08]
---*/
-- 对象：工程计划或合同金额达到限额、已启动招标的工程项目。疑点：招标早于施工图审查合格，或没有合格日期。未能判定：合格日期读不出。金额：工程金额。
SELECT s.*, w.drawing_review_on IS NULL OR w.tender_on < w.drawing_review_on AS flag, if(w.drawing_review_on IS NULL AND w.raw['drawing_review_on'] IS NOT NULL, unreadable('施工图审查合格日期', w.raw['drawing_review_on']), NULL) AS doubt,
       greatest(w.works, w.planned_amount) AS amount, w.tender_on AS occurred_on, w.tender_on || ' 启动招标，施工图' || coalesce(' ' || w.drawing_review_on || ' 审查合格', '没有审查合格日期') AS detail,
       w.tender_on AS 招标启动日期, w.drawing_review_on AS 施工图审查合格日期, w.planned_amount AS 计划投资, w.works_contracted AS 施工合同金额
FROM works_projects w JOIN shown_projects s ON s.subject = w.project_id
WHERE w.tender_on IS NOT NULL AND (w.planned_amount >= $min_amount OR w.works_contracted >= $min_amount)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE (said['tender_on'] IS NOT NULL OR list_contains(refused_columns, 'tender_on')) AND (coalesce(said['category'] = '基础设施', true) OR subject IN (SELECT project_id FROM contracts WHERE kind = '施工'))
  AND (coalesce(CAST(said['planned_amount'] AS DECIMAL(18, 2)) >= $min_amount, true) OR subject IN (SELECT project_id FROM contracts WHERE kind = '施工' GROUP BY project_id HAVING sum(amount) >= $min_amount))
