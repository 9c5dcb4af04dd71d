/*---
code: TP05
title: 支付超过分配或合同金额
severity: 高
version: 1
subject: allocation_id
also: [contract_id]
amount_label: 超出金额
needs: {payments: [payment_id, amount, paid_on], allocations: [allocation_id, amount]}
uses: [contracts]
relief: {payments: less}
sums: [payments]
basis: [budget-law-13, budget-regulation-57, S0-2-2]
what: 一笔分配累计支付的金额大于分配金额，或一份合同累计支付的金额大于合同金额。
why: 超出预算指标或合同的支付没有依据，可能挤占了别的项目资金。
innocent:
  - 合同价经补充协议或结算调增，台账没有更新。
  - 支付时分配编号或合同编号填错，应属另一笔。
  - 追加的分配尚未登记。
exclusions: 退款冲减后没有超出的不列出；没有写明合同的同一项目支付足以改变结论的，合同无法判定。
advice: 核对分配文件、合同和补充协议，逐笔核对支付凭证所属的分配和合同。
to_judge: 补填支付的合同编号；补报补充协议后的合同金额；改正没有采用的支付、分配和合同行。
neighbours: [PM02, LP06, PM05]
---*/
-- 对象：本年有支付的分配和合同。疑点：累计支付大于分配金额、合同金额。未能判定：项目里没有写明合同的支付计入与否，结论不同。金额：超出的金额。
WITH allocated AS (
    SELECT traced_allocation_id AS allocation_id, sum(amount) AS paid, max(paid_on) AS last_paid, bool_or(this_year) AS now
    FROM traced_payments WHERE traced_allocation_id IS NOT NULL GROUP BY ALL
), loose AS ( -- 项目里没有写明合同的支付：可能增加的、可能冲减的
    SELECT traced_project_id AS project_id, sum(greatest(amount, 0)) AS more, sum(least(amount, 0)) AS less, bool_or(this_year) AS now
    FROM traced_payments WHERE contract_id IS NULL GROUP BY ALL
), signed AS (
    SELECT contract_id, sum(amount) AS paid, max(paid_on) AS last_paid, bool_or(this_year) AS now FROM payments_with_year GROUP BY ALL
), judged AS (
    SELECT 'allocation_id' AS subject_kind, a.allocation_id AS subject, '分配 ' || a.allocation_id AS name, a.unit, a.amount AS limit_amount, g.paid, g.last_paid, 0 AS more, 0 AS less
    FROM allocations a JOIN allocated g USING (allocation_id) WHERE g.now
    UNION ALL
    SELECT 'contract_id', if(c.contract_id IN (SELECT allocation_id FROM allocations), 'contract:', '') || c.contract_id, '合同 ' || c.contract_id, NULL,
           c.amount, coalesce(s.paid, 0), s.last_paid, coalesce(o.more, 0), coalesce(o.less, 0)
    FROM contracts c LEFT JOIN signed s USING (contract_id) LEFT JOIN loose o USING (project_id) WHERE coalesce(s.now, false) OR coalesce(o.now, false)
)
SELECT subject, subject_kind, name, unit, paid > limit_amount AS flag,
       if((paid > limit_amount) <> (paid + more > limit_amount) OR (paid > limit_amount) <> (paid + less > limit_amount),
          '同一项目有没有写明合同的支付，计入与否结论不同', NULL) AS doubt,
       paid - limit_amount AS amount, last_paid AS occurred_on, '累计支付 ' || yuan(paid) || ' 元，' || left(name, 2) || '金额 ' || yuan(limit_amount) || ' 元' AS detail,
       limit_amount AS 限额, paid AS 已支付
FROM judged
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('allocations', 'allocation_id')
WHERE subject IN (SELECT allocation_id FROM payments_with_year WHERE this_year AND amount > 0)
UNION ALL BY NAME SELECT subject, 'contract_id' AS subject_kind, name, refused, flag, doubt FROM refused_rows('contracts', 'contract_id')
WHERE subject IN (SELECT contract_id FROM payments_with_year WHERE this_year AND amount > 0)
