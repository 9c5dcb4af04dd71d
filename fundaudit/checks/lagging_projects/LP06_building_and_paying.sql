/*---
code: LP06
title: 工程进度与支付不匹配
severity: 中
version: 1
subject: project_id
amount_label: 差额
needs: {projects: [project_id, name, physical_progress], payments: [amount, paid_on]}
uses: [contracts, allocations]
thresholds:
  max_gap: {default: 0.20, says: 形象进度与支付比例相差超过该幅度即列出, unit: 比例, min: 0.00, max: 1.00, step: 0.05}
  advance: {default: 0.30, says: 支付比例不超过该数的视为预付款，不列出, unit: 比例, min: 0.00, max: 1.00, step: 0.05}
relief: {payments: any, contracts: any, allocations: any}
sums: [payments]
basis: [budget-regulation-57-3, S0-2-2]
what: 项目的形象进度与支付占合同价（没有合同的按分配金额）的比例相差过大。
why: 支付明显快于工程，支付依据需要核实；明显慢于工程，可能拖欠工程款或项目停滞。
innocent:
  - 合同约定的预付款、设备款先行支付。
  - 形象进度未及时更新，或按节点而不按工程量填报。
  - 工程款按季或按节点集中支付，尚未到时点。
exclusions: 到人到户的项目不在考察之列；形象进度或合同价不明的无法判定。
advice: 核对监理月报、计量支付证书和合同付款条款，到现场核实形象进度。
to_judge: 补填形象进度；补报合同金额；改正没有采用的行。
neighbours: [LP05, PM05, TP05]
---*/
-- 对象：到人到户以外，有支付或有形象进度的项目。疑点：形象进度与支付占合同价（没有合同的按分配）的比例相差过大，支付在前的还要
-- 超过预付款的比例。未能判定：进度或价格不明，没有日期的分配计入与否结论不同。退款多于支付的按没有支付算。金额：相差的金额。
WITH based AS (
    SELECT * REPLACE (greatest(paid, 0) AS paid), positive(if(has_contracts, contracted, allocated)) AS base, positive(if(has_contracts, contracted, least_allocated)) AS least_base, if(has_contracts, contracted, most_allocated) AS most_base
    FROM project_money WHERE NOT coalesce(to_household, false) AND (paid > 0 OR physical_progress > 0)
), relief AS (
    SELECT key AS project_id, bool_or(table_name <> 'payments' OR amount IS NULL) AS unknown, sum(greatest(amount, 0)) AS more, sum(least(amount, 0)) AS less
    FROM touching WHERE kind = 'project_id' AND table_name IN ('payments', 'contracts', 'allocations') GROUP BY key
), judged AS (
    SELECT *, out_of_step(physical_progress, paid, base, $max_gap, $advance) AS apart,
           out_of_step(physical_progress, paid, least_base, $max_gap, $advance) AS least_apart, out_of_step(physical_progress, paid, most_base, $max_gap, $advance) AS most_apart
    FROM based LEFT JOIN relief USING (project_id)
)
SELECT s.*, coalesce(apart <> '', false) AS flag,
       CASE WHEN physical_progress IS NULL THEN '没有填写形象进度'
            WHEN paid <= 0 AND physical_progress <= $max_gap THEN NULL -- 基数是多少都不会列出
            WHEN base IS NULL AND coalesce(most_base <= 0, true) THEN '没有合同金额，也没有分配金额'
            WHEN coalesce(most_apart <> least_apart, true) THEN day_decides(least_allocated, most_allocated) END AS doubt,
       coalesce(NOT unknown AND out_of_step(physical_progress, paid + more, base, $max_gap, $advance) = apart
                AND out_of_step(physical_progress, paid + less, base, $max_gap, $advance) = apart, unknown IS NULL) AS firm,
       CAST(round(abs(physical_progress * base - paid), 2) AS DECIMAL(18, 2)) AS amount, $as_of AS occurred_on,
       '形象进度 ' || percent(physical_progress, 1) || '，支付 ' || yuan(paid) || ' 元，占 ' || yuan(base) || ' 元的 ' || percent(paid, base) || '，' || apart AS detail,
       percent(physical_progress, 1) AS 形象进度, contracted AS 合同金额, allocated AS 分配金额, paid AS 已支付, percent(paid, base) AS 支付比例
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['to_household'] <> 'true', true)
