/*---
code: TP02
title: 资金支付到预算单位实有资金账户
severity: 高
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on]}
uses: [accounts]
adds: true
basis: [budget-law-61, direct-fund-2020, S0-2-2, S1-3-6]
what: 本年支付的收款账户，按支付记录或账户台账属于预算单位实有资金账户。
why: 资金没有直接支付到最终收款人，停留在单位账户，资金去向需要核实。
innocent:
  - 按规定归垫单位先行垫付的款项。
  - 工资、社保等按规定经单位账户发放的支出。
  - 账户性质填写有误。
exclusions: 退款不列出；收款账户性质为空（或不是约定的几种）且账户不在台账中的无法判定。
advice: 调取支付凭证和收款账户开户资料，确认账户性质、款项去向和最终收款人。
to_judge: 补填收款账户性质，或补报账户台账。
---*/
WITH judged AS (
    SELECT p.*, a.kind AS ledger_kind, a.account_name, s.name AS project_name,
           coalesce(p.payee_kind = '预算单位实有资金账户', false) OR coalesce(a.kind = '预算单位实有资金账户', false) AS found
    FROM traced_payments p LEFT JOIN accounts a ON a.account_no = p.payee_account LEFT JOIN projects s ON s.project_id = p.traced_project_id
    WHERE p.this_year
)
SELECT payment_id AS subject, payee_name AS name, project_name AS unit,
       CASE WHEN amount <= 0 THEN false
            WHEN found THEN true
            WHEN ledger_kind IS NULL
                 AND coalesce(payee_kind NOT IN ('最终收款人', '财政专户', '预算单位实有资金账户', '零余额账户'), true) THEN NULL
            ELSE false END AS flag,
       amount,
       paid_on AS occurred_on,
       '收款账户性质为空或不是约定的几种，账户也不在台账中' AS reason,
       '收款账户性质：' || coalesce(payee_kind, '（空）') || '；台账：' || coalesce(ledger_kind, '（无）') || coalesce('；用途：' || purpose, '') AS detail,
       NOT EXISTS (SELECT 1 FROM touching t WHERE t.kind = 'payment_id' AND t.key = payment_id AND t.table_name = 'payments'
                   AND (t.amount IS NULL OR t.amount < 0))
           AND (payee_kind IS NOT DISTINCT FROM '预算单位实有资金账户'
                OR NOT EXISTS (SELECT 1 FROM touching t WHERE t.kind = 'account_no' AND t.key = payee_account)) AS firm,
       'payment:' || payment_id || '/' || line_no AS paid_key,
       payment_id AS 支付凭证号, paid_on AS 支付日期, payee_name AS 收款方名称, payee_account AS 收款方账号, payee_kind AS 收款账户性质,
       ledger_kind AS 台账账户性质, amount AS 支付金额, purpose AS 用途
FROM judged
