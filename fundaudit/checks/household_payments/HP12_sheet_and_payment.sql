/*---
code: HP12
title: 发放表与支付凭证金额不符
severity: 中
version: 1
subject: payment_id
also: [project_id]
amount_label: 相差金额
needs: {household_payments: [payment_id, amount], payments: [payment_id, amount]}
relief: {household_payments: any, payments: any}
basis: [S1-3-4, S1-3-5, budget-law-57]
what: 一张支付凭证的金额与写明该凭证的发放表各行之和不等，或发放表写的凭证不在支付明细中。
why: 付出去的钱和发到户的钱对不上，差额的去向需要核实。
innocent:
  - 一次拨付、分批发放，后面的发放表还没有报送。
  - 银行退回后重发，凭证号没有更新。
exclusions: 没有写凭证号的发放行，按项目合在一起列为无法判定。
advice: 调取支付凭证、代发清单和银行回单，逐笔核对。
to_judge: 补填发放表的支付凭证号；补报相应的支付明细；改正没有采用的行。
neighbours: [DQ01, HP13, TP04]
---*/
-- 对象：有发放表的支付、发放表写明的凭证。疑点：发放之和与支付不等，或没有这张凭证。未能判定：没有写凭证号的发放，一个项目一个对象。金额：相差的金额。
SELECT payment_id AS subject, 'payment_id' AS subject_kind, payment_id AS name, NOT agrees AS flag, if(link_lost('payment_id', payment_id), '凭证号' || key_lost(), NULL) AS doubt,
       abs(coalesce(left_amount, 0) - right_amount) AS amount, coalesce((SELECT min(paid_on) FROM payments p WHERE p.payment_id = c.payment_id), (SELECT min(paid_on) FROM household_payments h WHERE h.payment_id = c.payment_id)) AS occurred_on,
       if(left_amount IS NULL, '支付明细中没有这张凭证', '支付 ' || yuan(left_amount) || ' 元') || '，发放表 ' || yuan(right_amount) || ' 元' AS detail,
       payment_id AS 支付凭证号, left_amount AS 支付金额, right_amount AS 发放金额, left_rows AS 支付明细位置, right_rows AS 发放表位置
FROM sheet_comparison c
UNION ALL BY NAME
SELECT coalesce(l.project_id, '（没有项目编号）') AS subject, 'project_id' AS subject_kind, any_value(j.name) AS name, false AS flag,
       '发放表有 ' || count(*) || ' 行没有写支付凭证号，不能与支付核对' AS doubt
FROM household_payments l LEFT JOIN projects j USING (project_id) WHERE l.payment_id IS NULL GROUP BY l.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'payment_id') WHERE subject NOT LIKE 'row:%'
