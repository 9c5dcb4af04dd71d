/*---
code: IB04
title: 资金下达后尚无支付
severity: 中
version: 2
subject: allocation_id
amount_label: 未动用金额
needs: {allocations: [allocation_id, amount], payments: [amount, paid_on]}
uses: [projects]
thresholds:
  share: {default: 0.01, says: 支付不超过分配金额的该比例视为没有支付, unit: 比例, min: 0.00, max: 0.50, step: 0.01}
  days: {default: 90, says: 下达后超过该天数几乎没有支付即列出, unit: 天, min: 1, max: 730, step: 10}
relief: {payments: more}
basis: [budget-law-57, budget-regulation-60, S3-2-5]
what: 已分配下达的资金超过规定天数，净支付仍不超过分配金额的规定比例。
why: 资金下达到单位或项目后没有动用，可能是项目没有启动、资金闲置或分配不当。
innocent:
  - 项目尚在前期准备，按计划尚未到支付时点。
  - 已经支付，凭证没有关联到这笔分配。
  - 分配已经收回或调整，原记录没有冲销。
exclusions: 待分配的金额和收回的分配（负数）不在考察之列；项目另有没有关联分配的支付时，本应列出的无法判定。
advice: 核对项目实施和支付凭证，确认资金是否应收回或调整用途。
to_judge: 补填下达日期，把该项目的支付凭证关联到分配记录；改正没有采用的支付。
neighbours: [IB05, LP01, LP04]
---*/
-- 对象：待分配以外的分配。疑点：下达超过规定天数，净支付不超过分配金额的百分之一。未能判定：没有下达日期，项目另有没有关联分配的支付。金额：分配金额。
WITH paid AS (
    SELECT traced_allocation_id AS allocation_id, sum(left_over) AS paid FROM traced_payments GROUP BY ALL
), unlinked AS (
    SELECT DISTINCT traced_project_id FROM traced_payments WHERE traced_allocation_id IS NULL AND left_over <> 0 AND traced_project_id IS NOT NULL
)
SELECT s.*, coalesce(p.name, a.unit, a.indicator_id) AS name, a.amount > 0 AND coalesce(paid, 0) <= a.amount * $share AND coalesce($as_of - allocated_on > $days, true) AS flag,
       CASE WHEN a.amount <= 0 OR coalesce(paid, 0) > a.amount * $share OR $as_of - allocated_on <= $days THEN NULL
            WHEN allocated_on IS NULL THEN '没有填写下达日期'
            WHEN a.project_id IN (FROM unlinked) THEN '该项目有没有关联分配的支付，可能出自这笔资金' END AS doubt,
       a.amount * $share - coalesce(paid, 0) + 0.0001 AS margin,
       '下达 ' || yuan(a.amount) || ' 元，已 ' || ($as_of - allocated_on) || ' 天，净支付 ' || yuan(coalesce(paid, 0)) || ' 元' AS detail,
       a.project_id AS 项目编号, p.name AS 项目名称, a.amount AS 分配金额, CAST(coalesce(paid, 0) AS DECIMAL(18, 2)) AS 净支付
FROM allocation_money a JOIN shown_allocations s ON s.subject = a.allocation_id
LEFT JOIN paid USING (allocation_id) LEFT JOIN projects p USING (project_id)
WHERE NOT is_pending
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('allocations', 'allocation_id')
WHERE coalesce(said['pending'] <> 'true', list_contains(refused_columns, 'pending') OR said['project_id'] IS NOT NULL)
  AND coalesce($as_of - event_date > $days, true)
