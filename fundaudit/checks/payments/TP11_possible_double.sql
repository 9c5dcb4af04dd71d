/*---
code: TP11
title: 短期内同额重复支付
severity: 中
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on, payee_name]}
adds: true
thresholds:
  days: {default: 7, says: 与前一笔相隔不超过该天数即列出, unit: 天, min: 0, max: 92, step: 1}
relief: {payments: less}
sums: [payments]
basis: [budget-law-57, S2-2-4]
what: 同一收款方（账号，没有账号的按名称）、同一项目、同一金额的两笔支付，相隔不超过规定天数，且没有退回。
why: 可能是同一款项支付了两次。
innocent:
  - 两笔是同一合同的不同进度款，金额恰好相等。
  - 同一收款人为几户、几个地块分别领取。
exclusions: 已退回的支付不列出，也不与别的支付比较；收款方为空、而另有同额支付的无法判定。
advice: 核对两笔支付的发票、计量单和收款回单。
to_judge: 补填收款方名称和账号；改正没有采用的支付行。
neighbours: [HP04, DQ01, TP05]
---*/
-- 对象：本年支付。疑点：与前一笔同收款方、同项目、同金额，相隔不超过规定天数。未能判定：两笔之一没有收款方，或账号可疑。金额：支付金额。
WITH standing AS (
    SELECT line, traced_project_id, left_over, paid_on, coalesce(payee_account, payee_name) AS payee, link_lost('payee_account', payee_account) AS lost
    FROM traced_payments WHERE left_over > 0 AND returned_on IS NULL
), neighbours AS (
    SELECT line, payee, lost, paid_on - lag(paid_on) OVER (PARTITION BY payee, traced_project_id, left_over ORDER BY paid_on, line) AS since_same,
           paid_on - lag(paid_on) OVER (PARTITION BY traced_project_id, left_over ORDER BY paid_on, line) AS since_any,
           paid_on - max(paid_on) FILTER (WHERE payee IS NULL OR lost) OVER (PARTITION BY traced_project_id, left_over ORDER BY paid_on, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS since_unnamed
    FROM standing
)
SELECT s.*, coalesce(n.since_same <= $days, false) AND n.payee IS NOT NULL AS flag,
       CASE WHEN n.lost AND n.since_any <= $days THEN '收款账号' || key_lost()
            WHEN n.payee IS NULL AND n.since_any <= $days THEN '收款方为空，另有同项目、同金额的支付相隔不超过 ' || $days || ' 天'
            WHEN NOT coalesce(n.since_same <= $days, false) AND n.since_unnamed <= $days THEN '前一笔同项目、同金额的支付没有收款方或账号可疑' END AS doubt,
       p.left_out, '与前一笔相隔 ' || n.since_same || ' 天' || came_back(p.returned_on) AS detail, p.payee_account AS 收款方账号
FROM judged_payments p JOIN shown_payments s USING (line) LEFT JOIN neighbours n USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id') r
WHERE coalesce(event_date >= year_start(), true) AND EXISTS (SELECT 1 FROM standing t WHERE coalesce(t.left_over = r.said_amount, true)
    AND coalesce(abs(t.paid_on - r.event_date) <= $days, true) AND coalesce(t.traced_project_id = r.said['project_id'], true)
    AND coalesce(coalesce(r.said['payee_account'], r.said['payee_name']) = t.payee, true))
