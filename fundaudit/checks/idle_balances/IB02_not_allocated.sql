/*---
code: IB02
title: 指标收到后未及时分配
severity: 中
version: 1
subject: indicator_id
amount_label: 未分配金额
needs: {indicators: [indicator_id, amount, received_on], allocations: [indicator_id, amount]}
thresholds:
  days: {default: 30, says: 收到后超过该天数仍有余额即列出, unit: 天, min: 1, max: 366, step: 5}
basis: [S3-2-2, fiscal-penalties-6]
reference: [budget-law-52, S1-3-5]
what: 收到的指标超过规定天数，仍有一部分没有分配下达到具体项目或单位。
why: 资金停留在财政环节，没有下达到能够使用它的单位，项目无法启动，资金形成闲置。
innocent:
  - 分配方案正在履行领导小组审批或公示程序。
  - 资金按工程进度分批下达，余下部分已有安排。
  - 分配文件已经印发，台账尚未登记。
exclusions: 标识为待分配的金额不算已分配；没有填写下达日期的分配按已分配计算，若结论取决于它则无法判定。
advice: 核对指标文件、分配方案和会议纪要，要求业务股室说明未分配原因和下达时间。
to_judge: 补填分配记录的下达日期，或改正被拒收的分配记录后重新报送。
---*/
WITH relief AS (
    SELECT key AS indicator_id, bool_or(amount IS NULL) AS unknown, sum(greatest(amount, 0)) AS amount
    FROM touching WHERE kind = 'indicator_id' AND table_name = 'allocations' GROUP BY key
), judged AS (
    SELECT i.*, $as_of - i.received_on AS held_days,
           coalesce(a.allocated, 0) AS allocated, coalesce(a.undated, 0) AS undated,
           i.amount - coalesce(a.allocated, 0) AS rest,
           coalesce(NOT r.unknown AND r.amount < i.amount - coalesce(a.allocated, 0), r.indicator_id IS NULL) AS firm
    FROM indicators i LEFT JOIN indicator_allocated a USING (indicator_id) LEFT JOIN relief r USING (indicator_id)
)
SELECT indicator_id AS subject,
       fund_name AS name,
       section AS unit,
       CASE WHEN held_days <= $days THEN false
            WHEN (rest > 0) = (rest + undated > 0) THEN rest > 0 END AS flag,
       CAST(rest AS DECIMAL(18, 2)) AS amount,
       received_on AS occurred_on,
       '有 ' || yuan(undated) || ' 元分配没有填写下达日期，是否已在审计日前分配完毕取决于它' AS reason,
       '收到 ' || held_days || ' 天，指标 ' || yuan(amount) || ' 元，已分配 ' || yuan(allocated) || ' 元' AS detail,
       firm,
       indicator_id AS 指标编号, doc_no AS 指标文号, fund_name AS 资金名称, budget_year AS 预算年度, received_on AS 收到日期,
       amount AS 指标金额, allocated AS 已分配, CAST(rest AS DECIMAL(18, 2)) AS 未分配
FROM judged
