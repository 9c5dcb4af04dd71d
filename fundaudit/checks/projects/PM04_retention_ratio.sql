/*---
code: PM04
title: 质保金比例过高
severity: 低
version: 1
subject: contract_id
amount_label: 多扣金额
needs: {contracts: [contract_id, amount, retention_ratio]}
thresholds:
  max: {default: 0.03, says: 质保金比例的上限, unit: 比例, min: 0.00, max: 1.00, step: 0.01, fixed_by: retention-2017}
relief: {}
basis: [retention-2017]
what: 合同约定的质保金比例超过上限。
why: 多扣质保金，占用企业资金。
innocent:
  - 比例是履约保证金与质保金合计。
  - 合同签订早于现行规定。
exclusions: 没有登记比例的不参加；比例读不出的无法判定。
advice: 核对合同的质保金条款和实际扣留金额。
to_judge: 按合同补正质保金比例；改正没有采用的合同行。
neighbours: [PM03, PM05, PM12]
---*/
-- 对象：登记了质保金比例的合同。疑点：比例超过上限。未能判定：比例读不出。金额：按合同金额多扣的部分。
SELECT s.*, coalesce(c.retention_ratio > $max, false) AS flag, if(c.retention_ratio IS NULL, unreadable('质保金比例', c.raw['retention_ratio']), NULL) AS doubt,
       share_of(c.amount, c.retention_ratio - $max, 1) AS amount, '质保金比例 ' || percent(c.retention_ratio, 1) || '，上限 ' || percent($max, 1) AS detail, percent(c.retention_ratio, 1) AS 质保金比例
FROM contracts c JOIN shown_contracts s ON s.subject = c.contract_id WHERE c.retention_ratio IS NOT NULL OR c.raw['retention_ratio'] IS NOT NULL
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('contracts', 'contract_id') WHERE coalesce(CAST(said['retention_ratio'] AS DECIMAL(9, 6)) > $max, list_contains(refused_columns, 'retention_ratio'))
