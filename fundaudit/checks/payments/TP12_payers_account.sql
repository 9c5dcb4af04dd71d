/*---
code: TP12
title: 经不应使用的账户付款
severity: 高
version: 1
subject: payment_id
also: [account_no]
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on, payer_account], accounts: [account_no, kind]}
adds: true
relief: {payments: less, accounts: any}
sums: [payments]
basis: [budget-law-56, budget-law-61, budget-regulation-52, budget-regulation-94, S1-3-6]
what: 本年支付的付款账户是财政专户或预算单位实有资金账户；付款用的账户没有批准文号，或销户以后仍有付款；扶贫资金专户仍未撤销。
why: 资金离开国库单一账户体系，经专户或单位账户付款，脱离集中支付的监控。
innocent:
  - 依法设立、按规定使用的专户。
  - 批准文号或账户性质在台账中没有登记或登记有误。
exclusions: 退款不列出；付款账户不在账户台账中的无法判定；账户台账没有登记过批准文号的，不判定有无批准。
advice: 调取开户批复、账户流水，核实账户用途和资金来源；没有批准的按规定办理销户。
to_judge: 补报账户台账；补填付款方账号；核对数字格式的账号。
neighbours: [TP01, TP02, IB01]
---*/
-- 对象：本年支付；付过款的账户和扶贫专户。疑点：付款账户是专户或单位账户；账户没有批准文号、销户后付款，扶贫专户没有撤销。未能判定：账户不在台账中、可疑。金额：支付金额。
WITH used AS (
    SELECT payer_account AS account_no, sum(amount) AS paid, min(paid_on) AS first_paid, max(paid_on) AS last_paid FROM judged_payments WHERE amount > 0 GROUP BY ALL
), approved AS (
    SELECT count(approved_no) > 0 AS recorded FROM accounts
), judged AS (
    SELECT a.*, u.paid, u.first_paid, u.account_no IS NOT NULL AND a.approved_no IS NULL AND v.recorded AS unapproved, coalesce(u.last_paid > a.closed_on, false) AS used_closed,
           a.kind = '财政专户' AND contains(without_blanks(a.account_name), '扶贫') AND a.closed_on IS NULL AS not_closed
    FROM accounts a CROSS JOIN approved v LEFT JOIN used u USING (account_no) WHERE u.account_no IS NOT NULL OR (a.kind = '财政专户' AND contains(without_blanks(a.account_name), '扶贫'))
)
SELECT s.*, 'payment_id' AS subject_kind, p.amount > 0 AND coalesce(p.payer_kind IN ('财政专户', '预算单位实有资金账户'), false) AS flag,
       CASE WHEN p.amount <= 0 THEN NULL WHEN p.payer_account IS NULL THEN '付款方账号为空' WHEN link_lost('payer_account', p.payer_account) THEN '付款方账号' || key_lost()
            WHEN p.payer_kind IS NULL THEN '付款账户不在账户台账中' END AS doubt,
       p.left_out, '付款账户：' || p.payer_kind || coalesce('，' || p.payer_account_name, '') || came_back(p.returned_on) AS detail, p.payer_account AS 付款方账号, p.payer_kind AS 付款账户性质
FROM payment_parties p JOIN shown_payments s USING (line)
UNION ALL BY NAME
SELECT account_no AS subject, 'account_no' AS subject_kind, account_name AS name, unit, unapproved OR used_closed OR not_closed AS flag, coalesce(paid, 0) AS amount, first_paid AS occurred_on,
       concat_ws('；', kind, if(unapproved, '没有批准文号', NULL), if(used_closed, closed_on || ' 销户以后仍有付款', NULL), if(not_closed, '扶贫资金专户没有撤销', NULL)) AS detail,
       account_no AS 付款方账号, kind AS 付款账户性质, approved_no AS 批准文号, closed_on AS 销户日期
FROM judged
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND coalesce(said['payer_account'] NOT IN (SELECT account_no FROM accounts WHERE kind NOT IN ('财政专户', '预算单位实有资金账户')), true)
