/*---
code: TP13
title: 大额支付给个人
severity: 中
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on, payee_name]}
uses: [household_payments]
adds: true
thresholds:
  min_amount: {default: 10000.00, says: 支付给个人达到该金额即列出, unit: 元, min: 0, max: 10000000, step: 1000}
  purposes: {default: [劳务, 工资, 补偿, 慰问], says: 用途含这些字样的不列出}
  organisations: {default: [公司, 社, 厂, 店, 部, 所, 中心, 委员会, 合作, 户, 行], says: 收款方名称含这些字样的不是个人}
relief: {payments: less, household_payments: any}
sums: [payments]
basis: [budget-law-57, direct-fund-2020, S0-2-2]
what: 没有到户发放表的本年支付，收款方像是个人，金额达到限额，用途不是劳务、工资、补偿或慰问。
why: 工程款、货款等应付给单位的款项付给了个人，收款人与合同方是否一致需要核实。
innocent:
  - 收款人是个体工商户的经营者，或合同就是与个人签订的。
  - 单位名称较短，像是人名。
exclusions: 退款、有到户发放表的、用途写明劳务等的不列出；收款方为空或带遮盖符号的无法判定。
advice: 核对合同、发票和收款账户开户人，确认是否合同约定的收款人。
to_judge: 补填完整的收款方名称；补报到户发放表；改正没有采用的支付行。
neighbours: [TP03, TP07, HP01]
---*/
-- 对象：本年支付。疑点：没有到户发放表，收款方像个人，达到限额，用途不是劳务等。未能判定：收款方为空或带星号、问号。金额：支付金额。
WITH judged AS (
    SELECT *, amount >= $min_amount AND amount > 0 AND NOT has_lines AND NOT coalesce(says_any(purpose_key, $purposes), false) AS large FROM payment_parties
)
SELECT s.*, p.large AND coalesce(is_persons_name(p.payee_key) AND NOT says_any(p.payee_key, $organisations), false) AS flag,
       CASE WHEN NOT p.large THEN NULL WHEN p.payee_name IS NULL THEN '收款方名称为空'
            WHEN is_masked(p.payee_name) AND NOT says_any(p.payee_key, $organisations) THEN '收款方名称带遮盖符号' END AS doubt,
       p.left_out, '收款方像是个人，没有到户发放表' || coalesce('；用途：' || p.purpose, '') || came_back(p.returned_on) AS detail
FROM judged p JOIN shown_payments s USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND coalesce(said_amount >= $min_amount, true) AND subject NOT IN (SELECT payment_id FROM household_payments WHERE payment_id IS NOT NULL)
  AND coalesce(is_masked(said['payee_name']) OR (is_persons_name(payee_key) AND NOT says_any(payee_key, $organisations)), true)
