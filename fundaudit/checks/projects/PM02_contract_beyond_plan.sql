/*---
code: PM02
title: 合同超计划投资或结算超合同
severity: 中
version: 1
subject: project_id
amount_label: 超出金额
needs: {projects: [project_id, name], contracts: [project_id, amount]}
relief: {contracts: any}
basis: [budget-regulation-57, S3-2-6]
what: 项目的合同金额之和大于计划投资，或结算价大于合同金额之和。
why: 超概算、超合同结算，变更和追加是否经过批准需要核实。
innocent:
  - 经批准的设计变更、补充协议没有登记。
  - 计划投资登记的只是当年或某一项资金。
exclusions: 有结算价而没有合同的无法判定；没有计划投资也没有结算价的不列出。
advice: 核对初步设计批复、合同、变更签证和结算审核报告。
to_judge: 补报合同台账；改正没有采用的合同行。
neighbours: [TP05, IB06, PM06]
---*/
-- 对象：有合同或结算价的项目。疑点：合同之和大于计划投资，或结算价大于合同之和。未能判定：有结算价而没有合同。金额：超出的金额（两项取大）。
SELECT s.*, coalesce(p.contracted > p.planned_amount, false) OR coalesce(p.settled_amount > p.contracted, false) AS flag, if(NOT p.has_contracts, '有结算价，没有合同', NULL) AS doubt,
       greatest(coalesce(p.contracted - p.planned_amount, 0), coalesce(p.settled_amount - p.contracted, 0)) AS amount, $as_of AS occurred_on,
       '计划投资 ' || coalesce(yuan(p.planned_amount) || ' 元', '（空）') || '，合同 ' || yuan(p.contracted) || ' 元，结算 ' || coalesce(yuan(p.settled_amount) || ' 元', '（空）') AS detail,
       p.planned_amount AS 计划投资, p.contracted AS 合同金额, p.settled_amount AS 结算价
FROM project_money p JOIN shown_projects s ON s.subject = p.project_id WHERE p.has_contracts OR p.settled_amount IS NOT NULL
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE said['settled_amount'] IS NOT NULL OR list_contains(refused_columns, 'settled_amount') OR subject IN (SELECT project_id FROM contracts)
