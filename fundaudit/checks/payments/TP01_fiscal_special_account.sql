/*---
code: TP01
title: 资金支付到财政专户
severity: 高
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on]}
uses: [accounts]
adds: true
relief: {payments: less}
sums: [payments]
basis: [budget-law-56, budget-law-61, S0-2-2, S1-3-6]
what: 本年支付的收款账户，按支付记录或账户台账属于财政专户。
why: 国库资金转入财政专户，脱离国库集中支付的监控，资金去向需要核实。
innocent:
  - 依照法律规定或经批准设立的专户，如社会保险基金专户。
  - 账户性质填写有误。
exclusions: 退款不列出；收款账户性质为空（或不是约定的几种）且账户不在台账中的无法判定。
advice: 调取支付凭证和收款账户开户资料，确认账户性质、款项去向和最终收款人。
to_judge: 补填收款账户性质，或补报账户台账。
neighbours: [TP02, TP03, TP12]
---*/
-- 对象：本年支付。疑点：支付记录或账户台账说收款账户是财政专户。未能判定：收款账户性质不明，账户也不在台账中；账号可疑。金额：支付金额。
SELECT s.*, p.amount > 0 AND '财政专户' IN (coalesce(p.payee_kind, ''), coalesce(a.kind, '')) AS flag,
       CASE WHEN p.amount > 0 AND coalesce(p.payee_kind <> '财政专户', true) AND p.payee_account IN (FROM lost_accounts) THEN '收款账号' || key_lost()
            WHEN p.amount > 0 AND a.kind IS NULL AND NOT payee_kind_known(p.payee_kind) THEN payee_unknown() END AS doubt,
       p.left_out, payee_text(p.payee_kind, p.payee_account, a.kind, p.purpose) || came_back(p.returned_on) AS detail,
       p.payee_account AS 收款方账号, p.payee_kind AS 收款账户性质, a.kind AS 台账账户性质, a.account_name AS 台账户名
FROM judged_payments p JOIN shown_payments s USING (line) LEFT JOIN accounts a ON a.account_no = p.payee_account
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true)
  AND perhaps_paid_into(said['payee_kind'], said['payee_account'], '财政专户')
