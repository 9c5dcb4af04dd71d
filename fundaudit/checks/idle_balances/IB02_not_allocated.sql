/*---
code: IB02
title: 指标收到后未及时分配
severity: 中
version: 2
subject: indicator_id
amount_label: 未分配金额
needs: {indicators: [indicator_id, amount, received_on], allocations: [indicator_id, amount]}
thresholds:
  min_amount: {default: 100.00, says: 未分配的余额超过该数才列出, unit: 元, min: 0.00, max: 10000000.00, step: 100.00}
  days: {default: 30, says: 收到后超过该天数仍有余额即列出, unit: 天, min: 1, max: 366, step: 5}
relief: {allocations: more}
sums: [allocations]
basis: [fiscal-penalties-6-3, S3-2-2]
reference: [budget-law-52, S1-3-5]
what: 收到的指标超过规定天数，仍有一部分没有分配下达到具体项目或单位。
why: 资金停留在财政环节，没有下达到能够使用它的单位，项目无法启动，资金形成闲置。
innocent:
  - 分配方案正在履行领导小组审批或公示程序。
  - 资金按工程进度分批下达，余下部分已有安排。
  - 分配文件已经印发，台账尚未登记。
exclusions: 标识为待分配的金额不算已分配；同一资金同一预算年度另有追减（负数指标）的，余额先减去追减，追减不少于余额的无法判定；没有填写下达日期的分配按已分配计算，若结论取决于它则无法判定。
advice: 核对指标文件、分配方案和会议纪要，要求业务股室说明未分配原因和下达时间。
to_judge: 补填分配记录的下达日期，或改正没有采用的分配记录后重新报送。
neighbours: [IB03, AL03, LP02]
---*/
-- 对象：指标。疑点：收到超过规定天数，仍有余额没有分配。未能判定：是否分配完毕取决于没有日期的分配，同一资金另有追减抵得过余额。
-- 金额：没有分配的余额减去追减。
WITH cuts AS ( -- 追减：负数指标，减去已经从分配中收回的
    SELECT fund_name, budget_year, sum(allocated - amount) AS cut FROM indicator_money WHERE amount < 0 GROUP BY ALL
), judged AS (
    SELECT i.*, i.amount - allocated AS rest, greatest(coalesce(cut, 0), 0) AS cut, $as_of - received_on AS held
    FROM indicator_money i LEFT JOIN cuts USING (fund_name, budget_year)
)
SELECT s.*, rest > $min_amount AND held > $days AS flag,
       CASE WHEN held <= $days THEN NULL
            WHEN (j.amount - least_allocated > $min_amount) <> (j.amount - most_allocated > $min_amount) THEN day_decides(least_allocated, most_allocated)
            WHEN rest > $min_amount AND cut >= rest THEN '同一资金另有追减 ' || yuan(cut) || ' 元，可能就是这笔余额' END AS doubt,
       rest - $min_amount AS margin, rest - cut AS amount, received_on AS occurred_on,
       '收到 ' || held || ' 天，指标 ' || yuan(j.amount) || ' 元，已分配 ' || yuan(allocated) || ' 元'
           || coalesce('，同一资金另有追减 ' || yuan(nullif(cut, 0)) || ' 元', '') AS detail,
       allocated AS 已分配, rest AS 未分配
FROM judged j JOIN shown_indicators s ON s.subject = j.indicator_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id')
WHERE coalesce(said_amount > $min_amount, true) AND coalesce($as_of - event_date > $days, true)
