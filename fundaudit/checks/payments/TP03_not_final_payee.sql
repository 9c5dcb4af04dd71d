/*---
code: TP03
title: 资金没有支付到最终收款人
severity: 中
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on, payee_name]}
uses: [accounts, household_payments]
adds: true
relief: {payments: less, accounts: any, household_payments: any}
sums: [payments]
basis: [budget-law-61, direct-fund-2020, S0-2-2, S1-3-6]
what: 本年支付的收款方是账户台账上的单位，或名称以人民政府、街道办事处、财政局、财政所、财政分局结尾，而收款账户又不是财政专户或单位实有资金账户。
why: 资金支付到政府或单位，而不是施工、供货单位或个人，最终去向要到单位账上才能看到，需要核实。
innocent:
  - 收款单位就是项目的实施主体，资金由其直接使用。
  - 归垫单位先行垫付的款项。
  - 由乡镇或银行代发到户，发放表还没有报送。
exclusions: 退款不列出；收款账户是财政专户或单位实有资金账户的见相应事项；由参数 settings.paying_agents 写明的代发机构支付、并有到户发放表的不列出；收款方名称为空的无法判定。
advice: 调取支付凭证，确认收款单位再付给了谁、什么时候、多少。
to_judge: 补填收款方名称；核对收款方账号；改正没有采用的账户台账和发放表行。
neighbours: [TP02, TP13, TP08]
---*/
-- 对象：本年支付。疑点：收款方是台账上的单位，或名称以政府、财政机构结尾，收款账户不是专户和单位账户。未能判定：收款方名称为空，账号可疑。金额：支付金额。
SELECT s.*, p.amount > 0 AND NOT p.into_own AND coalesce(is_office(p.payee_name, p.payee_key), false) AND NOT (p.has_lines AND pays_for_others(p.payee_name)) AS flag,
       CASE WHEN p.amount <= 0 OR p.into_own THEN NULL
            WHEN p.payee_name IS NULL THEN '收款方名称为空'
            WHEN is_office(p.payee_name, p.payee_key) AND p.payee_account IN (FROM lost_accounts) THEN '收款账号' || key_lost() END AS doubt,
       p.left_out, payee_text(p.payee_kind, p.payee_account, p.payee_ledger_kind, p.purpose) || came_back(p.returned_on) AS detail,
       p.payee_account AS 收款方账号, p.payee_kind AS 收款账户性质
FROM payment_parties p JOIN shown_payments s USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND coalesce(is_office(said['payee_name'], payee_key), true)
  AND coalesce(said['payee_kind'] NOT IN ('财政专户', '预算单位实有资金账户'), true)
