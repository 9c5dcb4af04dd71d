/*---
code: PM11
title: 应招标、应签合同、应监理而没有
severity: 中
version: 1
subject: project_id
amount_label: 工程金额
needs: {projects: [project_id, name, category], contracts: [project_id, kind, amount]}
uses: [payments, allocations]
thresholds:
  limit: {default: 4000000.00, says: 必须招标、监理的工程金额, unit: 元, min: 0, max: 1000000000, step: 100000, fixed_by: tender-2018}
relief: {contracts: any, payments: less}
basis: [tender-2018, S4-2]
what: 工程金额达到限额而没有招标日期、没有监理合同；基础设施类项目已支付而没有施工合同。
why: 没有经过招标、没有合同和监理，工程价格和质量缺少约束。
innocent:
  - 以工代赈、村民自建等按规定可以不招标。
  - 已经招标、签约，台账没有登记。
exclusions: 已取消的、到人到户的项目不参加；没有合同也没有计划投资的只看有无施工合同；招标日期读不出的无法判定。
advice: 调取招标资料、施工合同和监理合同。
to_judge: 补填招标日期和计划投资；补报合同；改正没有采用的行。
neighbours: [PM09, PM01, PM03]
---*/
-- 对象：工程项目，取消的、到人到户的除外。疑点：达到限额没有招标、没有监理，有支付没有施工合同。未能判定：招标日期读不出。金额：工程金额，没有的为已支付。
WITH judged AS (
    SELECT *, coalesce(works >= $limit, false) AND tender_on IS NULL AS no_tender, coalesce(works >= $limit, false) AND NOT supervised AS no_supervision, category = '基础设施' AND paid > 0 AND NOT has_works AS no_contract
    FROM works_projects WHERE NOT coalesce(to_household, false) AND status IS DISTINCT FROM '取消'
)
SELECT s.*, no_tender OR no_supervision OR coalesce(no_contract, false) AS flag,
       if(no_tender AND NOT no_supervision AND NOT coalesce(no_contract, false) AND raw['tender_on'] IS NOT NULL, unreadable('招标启动日期', raw['tender_on']), NULL) AS doubt, coalesce(works, paid) AS amount, $as_of AS occurred_on,
       concat_ws('；', '工程金额 ' || yuan(works) || ' 元', if(no_tender, '没有招标日期', NULL), if(no_supervision, '没有监理合同', NULL), if(no_contract, '已支付 ' || yuan(paid) || ' 元，没有施工合同', NULL)) AS detail,
       works AS 工程金额, tender_on AS 招标启动日期, supervised AS 有监理合同, has_works AS 有施工合同, paid AS 已支付
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE (coalesce(said['category'] = '基础设施', true) OR subject IN (SELECT project_id FROM contracts WHERE kind = '施工')) AND coalesce(said['to_household'] <> 'true', true) AND coalesce(said['status'] <> '取消', true)
