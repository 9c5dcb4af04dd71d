/*---
code: AL02
title: 方案批准后没有及时下达用款额度
severity: 中
version: 1
subject: allocation_id
amount_label: 分配金额
needs: {allocations: [allocation_id, plan_approved_on, disbursed_on]}
thresholds:
  days: {default: 5, says: 方案批准后超过该天数才下达用款额度即列出, unit: 天, min: 0, max: 366, step: 1}
  working_days: {default: false, says: 按工作日计算}
relief: {}
basis: [budget-law-57, S3-2-2]
what: 分配方案批准以后，下达用款额度（拨付到单位）的日期晚于规定天数，或到检查日仍没有下达。
why: 方案已批，资金没有及时给到单位，项目等钱开工。
innocent:
  - 已经下达，台账没有登记日期。
  - 按项目进度分批下达，登记的是最后一批。
exclusions: 待分配的不参加；没有方案审批日期的、日期只写到月份而结论不同的无法判定。
advice: 核对方案批复和用款额度下达通知。
to_judge: 补填方案审批日期和下达用款额度日期；改正没有采用的分配行。
neighbours: [AL03, LP04, TP06]
---*/
-- 对象：已分配（不含待分配）的分配。疑点：批准到下达用款额度（没有的算到检查日）超过规定天数。未能判定：没有审批日期，只写到月份而结论不同，读不出。金额：分配金额。
WITH judged AS (
    SELECT *, days_between(plan_approved_on, coalesce(disbursed_on, $as_of), $working_days) AS late_days, days_between(plan_approved_on_end, coalesce(disbursed_on, $as_of), $working_days) AS least_days
    FROM allocation_money WHERE NOT is_pending
)
SELECT s.*, coalesce(late_days > $days, false) AS flag,
       CASE WHEN plan_approved_on IS NULL THEN '没有填写方案审批日期' WHEN late_days IS NULL THEN no_calendar() WHEN late_days <= $days THEN NULL
            WHEN disbursed_on IS NULL AND raw['disbursed_on'] IS NOT NULL THEN unreadable('下达用款额度日期', raw['disbursed_on']) WHEN least_days <= $days THEN month_only() END AS doubt,
       plan_approved_on AS occurred_on, day_or_month(plan_approved_on, plan_approved_on_end) || ' 批准，' || coalesce(disbursed_on || ' 下达', '没有下达') || '，' || late_text(least_days, late_days) AS detail,
       day_or_month(plan_approved_on, plan_approved_on_end) AS 方案审批日期, disbursed_on AS 下达用款额度日期
FROM judged j JOIN (SELECT * EXCLUDE (occurred_on) FROM shown_allocations) s ON s.subject = j.allocation_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('allocations', 'allocation_id') WHERE coalesce(said['pending'] <> 'true', true)
