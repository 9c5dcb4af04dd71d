/*---
code: AL03
title: 资金分配完毕超过规定时间
severity: 中
version: 1
subject: indicator_id
amount_label: 指标金额
needs: {indicators: [indicator_id, amount, received_on], allocations: [amount, allocated_on]}
thresholds:
  days: {default: 30, says: 收到资金后超过该天数才分配完毕即列出, unit: 天, min: 0, max: 366, step: 5}
  working_days: {default: false, says: 按工作日计算}
relief: {allocations: any}
basis: [budget-law-52, fiscal-penalties-6-3, S3-2-2]
what: 已经全部分配的指标，最后一笔分配的下达日期晚于收到日期加规定天数。
why: 资金在县里停留时间过长，没有及时下达。
innocent:
  - 项目方案须上级备案，等待批复。
  - 部分资金收回后重新分配。
exclusions: 没有分配完的见收到资金没有及时分配；有分配没有下达日期的无法判定。
advice: 核对收文日期、项目方案审批和下达文件，查明延误的环节。
to_judge: 补填下达日期；改正没有采用的分配行。
neighbours: [IB02, AL02, IB03]
---*/
-- 对象：已全部分配的指标。疑点：收到到最后一笔分配超过规定天数。未能判定：有分配没有下达日期，超出工作日历。金额：指标金额。
WITH judged AS (
    SELECT i.*, a.last_day, a.undated AS lacking, days_between(i.received_on, a.last_day, $working_days) AS late_days
    FROM indicator_money i JOIN (SELECT indicator_id, max(allocated_on) AS last_day, bool_or(allocated_on IS NULL) AS undated FROM allocation_money WHERE NOT is_pending GROUP BY indicator_id) a USING (indicator_id)
    WHERE i.allocated >= i.amount AND i.amount > 0
)
SELECT s.*, coalesce(late_days > $days, false) AS flag, CASE WHEN lacking THEN '有分配没有填写下达日期' WHEN late_days IS NULL THEN no_calendar() END AS doubt,
       amount, received_on AS occurred_on, received_on || ' 收到，' || last_day || ' 分配完毕，' || late_days || ' 天' AS detail, last_day AS 最后一笔下达日期
FROM judged j JOIN shown_indicators s ON s.subject = j.indicator_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id')
