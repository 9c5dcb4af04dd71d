/*---
code: PM16
title: 产业发展资金直接发钱
severity: 低
version: 1
subject: project_id
amount_label: 发放金额
needs: {projects: [project_id, name, category, to_household], household_payments: [project_id, subsidy, amount]}
uses: [performance]
adds: true
relief: {household_payments: any, performance: any}
basis: [linkage-fund-2021, S1-3-3]
what: 到人到户的产业发展项目，一项补助人人金额相同，没有数量，也没有带指标值的绩效目标。
why: 产业资金平均发到户，没有与生产挂钩，可能变成一发了之。
innocent:
  - 按户定额的产业启动补助，经方案批准。
  - 数量登记在另外的台账里。
exclusions: 有数量的、金额不全相同的、有量化绩效目标的不列出；一项补助只有一笔的不列出。
advice: 核对产业方案、验收资料和发放依据。
to_judge: 补填补助数量；补报绩效目标；改正没有采用的行。
neighbours: [HP13, PD01, AL06]
---*/
-- 对象：到人到户、有发放的产业发展项目。疑点：有一项补助各笔相等、没有数量，项目没有量化指标。未能判定：涉及的行没有采用。金额：这些补助的净额。
WITH metrics AS (
    SELECT DISTINCT project_id FROM performance WHERE target IS NOT NULL
), sums AS (
    SELECT project_id, subsidy_no, min(net) = max(net) AND count(quantity) = 0 AND count(*) > 1 AS alike FROM lines WHERE net > 0 GROUP BY ALL
)
SELECT p.project_id AS subject, p.name, l.shown.amount AS amount, l.shown.occurred_on AS occurred_on, l.shown.paid_key AS paid_key, a.alike AND m.project_id IS NULL AS flag,
       l.subsidy || ' 各笔都是 ' || yuan(l.net) || ' 元，没有数量，没有量化的绩效指标' AS detail, p.project_id AS 项目编号, p.name AS 项目名称, l.subsidy AS 补助项目, l.net AS 金额, l.id_number AS 证件号码
FROM projects p JOIN shown_lines l USING (project_id) JOIN sums a ON a.project_id = p.project_id AND a.subsidy_no = l.subsidy_no LEFT JOIN metrics m ON m.project_id = p.project_id
WHERE p.category = '产业发展' AND p.to_household AND l.net > 0
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['category'] = '产业发展', true) AND coalesce(said['to_household'] = 'true', true) AND subject IN (SELECT project_id FROM sums WHERE alike)
