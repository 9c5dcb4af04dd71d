/*---
code: IB04
title: 资金下达后尚无支付
severity: 中
version: 1
subject: allocation_id
amount_label: 未动用金额
needs: {allocations: [allocation_id, amount], payments: [amount, paid_on]}
uses: [projects]
thresholds:
  days: {default: 90, says: 下达后超过该天数没有任何支付即列出, unit: 天, min: 1, max: 730, step: 10}
basis: [fiscal-penalties-6, budget-law-57, S3-2-5]
what: 已分配下达的资金超过规定天数，净支付仍不大于零。
why: 资金下达到单位或项目后没有动用，可能是项目没有启动、资金闲置或分配不当。
innocent:
  - 项目尚在前期准备，按计划尚未到支付时点。
  - 已经支付，凭证没有关联到这笔分配。
  - 分配已经收回或调整，原记录没有冲销。
exclusions: 待分配的金额和收回的分配（负数）不在考察之列；项目另有没有关联分配的支付时，本应列出的无法判定。
advice: 核对项目实施和支付凭证，确认资金是否应收回或调整用途。
to_judge: 补填下达日期，把该项目的支付凭证关联到分配记录；改正被拒收的支付。
---*/
WITH paid AS (
    SELECT traced_allocation_id AS allocation_id, sum(amount) AS paid FROM traced_payments
    WHERE traced_allocation_id IS NOT NULL GROUP BY ALL
), unlinked AS (
    SELECT DISTINCT project_id FROM traced_payments WHERE traced_allocation_id IS NULL AND project_id IS NOT NULL
), relief AS (
    SELECT key AS allocation_id, bool_or(amount IS NULL) AS unknown, sum(greatest(amount, 0)) AS amount
    FROM touching WHERE kind = 'allocation_id' AND table_name = 'payments' GROUP BY key
), judged AS (
    SELECT a.*, coalesce(p.paid, 0) AS paid, $as_of - a.allocated_on AS held_days,
           CASE WHEN a.allocated_on IS NULL THEN '没有填写下达日期'
                WHEN u.project_id IS NOT NULL THEN '该项目有没有关联分配的支付，可能出自这笔资金' END AS doubt,
           coalesce(NOT r.unknown AND coalesce(p.paid, 0) + r.amount <= 0, r.allocation_id IS NULL) AS firm
    FROM allocation_money a LEFT JOIN paid p USING (allocation_id) LEFT JOIN unlinked u USING (project_id)
    LEFT JOIN relief r USING (allocation_id)
    WHERE NOT a.is_pending AND a.amount > 0
)
SELECT allocation_id AS subject,
       coalesce(p.name, j.unit, j.indicator_id) AS name, p.township, j.unit,
       CASE WHEN paid > 0 OR held_days <= $days THEN false
            WHEN doubt IS NULL THEN true END AS flag,
       j.amount,
       allocated_on AS occurred_on,
       doubt AS reason,
       '下达 ' || yuan(j.amount) || ' 元，已 ' || held_days || ' 天，净支付 ' || yuan(paid) || ' 元' AS detail,
       firm,
       allocation_id AS 分配编号, j.indicator_id AS 指标编号, j.project_id AS 项目编号, p.name AS 项目名称, j.unit AS 预算单位,
       allocated_on AS 下达日期, j.amount AS 分配金额, CAST(paid AS DECIMAL(18, 2)) AS 净支付
FROM judged j LEFT JOIN projects p USING (project_id)
