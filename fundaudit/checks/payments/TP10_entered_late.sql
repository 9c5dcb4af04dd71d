/*---
code: TP10
title: 支付录入不及时
severity: 低
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on, entered_on]}
thresholds:
  days: {default: 0, says: 支付当月末以后超过该天数才录入即列出, unit: 天, min: 0, max: 366, step: 5}
relief: {payments: less}
sums: [payments]
basis: [S1-3-4, S0-2-2]
what: 本年支付录入监控平台的日期晚于支付当月的最后一天加规定天数。
why: 支付数据没有按月录入，动态监控不能及时反映资金去向。
innocent:
  - 系统接口故障，数据事后补传。
  - 录入日期登记的是最近一次修改日期。
exclusions: 退款不列出；录入日期为空的无法判定。
advice: 核对系统录入日志，督促按月录入。
to_judge: 补填录入日期；改正没有采用的支付行。
neighbours: [TP09, DQ01, AL08]
---*/
-- 对象：本年支付。疑点：录入日期晚于支付当月末加规定天数。未能判定：录入日期为空。金额：支付金额。
SELECT s.*, p.amount > 0 AND coalesce(p.entered_on > last_day(p.paid_on) + CAST($days AS INTEGER), false) AS flag,
       if(p.amount > 0 AND p.entered_on IS NULL, '录入日期为空', NULL) AS doubt,
       p.left_out, p.paid_on || ' 支付，' || p.entered_on || ' 录入' || came_back(p.returned_on) AS detail, p.entered_on AS 录入日期
FROM judged_payments p JOIN shown_payments s USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND coalesce(CAST(said['entered_on'] AS DATE) > last_day(event_date) + CAST($days AS INTEGER), true)
