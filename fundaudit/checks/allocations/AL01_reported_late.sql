/*---
code: AL01
title: 收到资金后没有及时报告
severity: 低
version: 1
subject: indicator_id
amount_label: 指标金额
needs: {indicators: [indicator_id, received_on, reported_on]}
thresholds:
  days: {default: 3, says: 收到文件后超过该天数才报告领导小组即列出, unit: 天, min: 0, max: 366, step: 1}
  working_days: {default: false, says: 按工作日计算}
relief: {}
basis: [S3-2-2]
what: 指标收到以后，报告领导小组的日期晚于规定天数，或到检查日仍没有报告。
why: 资金到位没有及时报告，后面的分配、下达随之推迟。
innocent:
  - 已经报告，台账没有登记日期。
  - 收到日期登记的是文件落款日期，实际收文较晚。
exclusions: 报告日期读不出而本应列出的、超出工作日历的无法判定。
advice: 核对收文登记和领导小组会议材料。
to_judge: 补填报告日期；改正没有采用的指标行。
neighbours: [AL03, IB02, AL08]
---*/
-- 对象：指标。疑点：收到到报告（没有报告的算到检查日）超过规定天数。未能判定：报告日期读不出，超出工作日历。金额：指标金额。
WITH judged AS (
    SELECT *, days_between(received_on, coalesce(reported_on, $as_of), $working_days) AS late_days FROM indicators
)
SELECT s.*, coalesce(late_days > $days, false) AS flag,
       CASE WHEN late_days IS NULL THEN no_calendar() WHEN late_days > $days AND reported_on IS NULL AND raw['reported_on'] IS NOT NULL THEN unreadable('报告日期', raw['reported_on']) END AS doubt,
       amount, received_on AS occurred_on, received_on || ' 收到，' || coalesce(reported_on || ' 报告', '没有报告') || '，' || late_days || ' 天' AS detail, reported_on AS 报告日期
FROM judged j JOIN shown_indicators s ON s.subject = j.indicator_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id')
