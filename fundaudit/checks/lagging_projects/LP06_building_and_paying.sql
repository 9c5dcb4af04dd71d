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
basis: [budget-regulation-57, S0-2-2]
what: 项目的形象进度与支付占合同价（没有合同的按分配金额）的比例相差过大。
why: 支付明显快于工程，支付依据需要核实；明显慢于工程，可能拖欠工程款或项目停滞。
innocent:
  - 合同约定的预付款、设备款先行支付。
  - 形象进度未及时更新，或按节点而不按工程量填报。
  - 工程款按季或按节点集中支付，尚未到时点。
exclusions: 到人到户的项目不在考察之列；形象进度或合同价不明的无法判定。
advice: 核对监理月报、计量支付证书和合同付款条款，到现场核实形象进度。
to_judge: 补填形象进度；补报合同金额；改正被拒收的行。
---*/
WITH relief AS (
    SELECT key AS project_id, bool_or(table_name <> 'payments' OR amount IS NULL) AS unknown,
           coalesce(sum(greatest(amount, 0)) FILTER (WHERE table_name = 'payments'), 0) AS more,
           coalesce(sum(least(amount, 0)) FILTER (WHERE table_name = 'payments'), 0) AS less
    FROM touching WHERE kind = 'project_id' AND table_name IN ('payments', 'contracts', 'allocations') GROUP BY key
), measured AS (
    SELECT p.*, coalesce(s.paid, 0) AS paid,
           nullif(if(c.project_id IS NOT NULL, c.amount, a.allocated), 0) AS base,
           nullif(if(c.project_id IS NOT NULL, c.amount, a.allocated - a.undated), 0) AS dated_base,
           c.amount AS contracted, a.allocated
    FROM projects p LEFT JOIN project_paid s USING (project_id) LEFT JOIN project_contracts c USING (project_id)
    LEFT JOIN project_allocated a USING (project_id)
    WHERE NOT coalesce(p.to_household, false) AND (coalesce(s.paid, 0) > 0 OR p.physical_progress > 0)
), judged AS (
    SELECT m.*, physical_progress * base - paid AS ahead,
           physical_progress * base - paid > base * $max_gap
               OR (paid - physical_progress * base > base * $max_gap AND paid > base * $advance) AS apart,
           physical_progress * dated_base - paid > dated_base * $max_gap
               OR (paid - physical_progress * dated_base > dated_base * $max_gap AND paid > dated_base * $advance) AS apart_dated,
           physical_progress * base - (paid + coalesce(r.more, 0)) > base * $max_gap
               OR (paid + coalesce(r.less, 0) - physical_progress * base > base * $max_gap AND paid + coalesce(r.less, 0) > base * $advance)
               AS apart_still,
           coalesce(r.unknown, false) AS unknown
    FROM measured m LEFT JOIN relief r USING (project_id)
)
SELECT project_id AS subject, name, township, unit,
       CASE WHEN physical_progress IS NULL OR base IS NULL THEN NULL
            WHEN apart IS DISTINCT FROM apart_dated THEN NULL
            ELSE apart END AS flag,
       CAST(round(abs(ahead), 2) AS DECIMAL(18, 2)) AS amount,
       $as_of AS occurred_on,
       CASE WHEN physical_progress IS NULL THEN '没有填写形象进度'
            WHEN base IS NULL THEN '没有合同金额，也没有分配金额'
            ELSE '有分配没有填写下达日期，结论取决于它' END AS reason,
       '形象进度 ' || percent(physical_progress, 1) || '，支付 ' || yuan(paid) || ' 元，占 ' || yuan(base) || ' 元的 ' || percent(paid, base)
           || if(ahead > 0, '，支付慢于工程', '，支付快于工程') AS detail,
       NOT unknown AND coalesce(apart_still, false) AS firm,
       project_id AS 项目编号, name AS 项目名称, unit AS 实施单位, percent(physical_progress, 1) AS 形象进度,
       contracted AS 合同金额, allocated AS 分配金额, CAST(paid AS DECIMAL(18, 2)) AS 已支付, percent(paid, base) AS 支付比例
FROM judged
