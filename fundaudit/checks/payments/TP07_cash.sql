/*---
code: TP07
title: 大额现金支付
severity: 中
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on, method]}
adds: true
thresholds:
  min_amount: {default: 1000.00, says: 现金支付达到该金额即列出, unit: 元, min: 0, max: 1000000, step: 500}
relief: {payments: less}
sums: [payments]
basis: [budget-law-61, S2-2-4]
what: 本年支付的结算方式是现金或现金支票，金额达到限额。
why: 应当转账的财政资金用现金支付，收款人和用途难以核对。
innocent:
  - 零星劳务、慰问等按现金管理规定可以支付现金的事项。
  - 当地没有金融网点，或收款人没有银行账户。
exclusions: 退款不列出；结算方式为空的无法判定。
advice: 调取现金支付凭证、签领单和库存现金日记账，核实收款人和用途。
to_judge: 补填结算方式；改正没有采用的支付行。
neighbours: [TP13, TP03, TP08]
---*/
-- 对象：本年支付。疑点：现金或现金支票，达到限额。未能判定：结算方式为空而金额达到限额。金额：支付金额。
SELECT s.*, coalesce(p.method IN ('现金', '现金支票'), false) AND p.amount >= $min_amount AND p.amount > 0 AS flag,
       if(p.method IS NULL AND p.amount >= $min_amount AND p.amount > 0, '结算方式为空', NULL) AS doubt,
       p.left_out, '结算方式：' || coalesce(p.method, '（空）') || coalesce('；用途：' || p.purpose, '') || came_back(p.returned_on) AS detail, p.method AS 结算方式
FROM judged_payments p JOIN shown_payments s USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND coalesce(said['method'] IN ('现金', '现金支票'), true) AND coalesce(said_amount >= $min_amount, true)
