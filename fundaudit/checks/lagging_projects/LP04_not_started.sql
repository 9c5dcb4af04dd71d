/*---
code: LP04
title: 项目未按计划开工
severity: 中
version: 1
subject: project_id
amount_label: 分配金额
needs: {projects: [project_id, name, planned_start]}
uses: [allocations]
thresholds:
  days: {default: 30, says: 超过计划开工日期该天数即列出, unit: 天, min: 0, max: 730, step: 5}
  working_days: {default: false, says: 按工作日计算}
relief: {} # 没有采用的行只影响金额，不影响是否逾期
sums: [allocations]
basis: [S4-1]
what: 项目的实际开工日期晚于计划开工日期超过规定天数，或到审计日仍没有。
why: 项目没有按计划开工，资金随之闲置，年度目标可能落空。
innocent:
  - 用地、环评等前期手续尚未办结。
  - 受季节影响，开工时间顺延。
  - 已经开工，台账没有更新。
exclusions: 已取消的项目不参加；没有填写计划开工日期的无法判定；在建或完工而没有实际开工日期的，本应列出的无法判定。
advice: 核对前期手续和施工合同，请实施单位说明未开工原因和开工时间。
to_judge: 补填计划开工日期和实际开工日期。
neighbours: [LP05, PM17, LP01]
---*/
-- 对象：计划在审计日以前开工，或没有计划日期的项目，取消的除外。疑点：实际开工（没有的算到审计日）晚于计划超过规定天数。
-- 未能判定：没有计划日期，已在建或完工而没有实际日期，日期只到月份而月初月末结论不同，超出工作日历。金额：分配金额。
WITH judged AS (
    SELECT *, days_between(planned_start, coalesce(actual_start_end, $as_of), $working_days) AS late_days,
           days_between(planned_start_end, coalesce(actual_start, $as_of), $working_days) AS least_days
    FROM project_money WHERE coalesce(planned_start <= $as_of, true) AND status IS DISTINCT FROM '取消'
)
SELECT s.*, coalesce(late_days > $days, false) AS flag,
       CASE WHEN planned_start IS NULL THEN '没有填写计划开工日期'
            WHEN late_days IS NULL THEN '超出官方工作日历的年份'
            WHEN late_days <= $days THEN NULL
            WHEN actual_start IS NULL AND raw['actual_start'] IS NOT NULL THEN '实际开工日期无法读取：' || raw['actual_start']
            WHEN actual_start IS NULL AND status IN ('在建', '完工') THEN '项目状态为' || status || '，却没有填写实际开工日期'
            WHEN least_days <= $days THEN '日期只写到月份，月初和月末的结论不同' END AS doubt,
       allocated AS amount, planned_start AS occurred_on,
       '计划开工日期 ' || day_or_month(planned_start, planned_start_end) || '，实际开工日期 '
           || coalesce(day_or_month(actual_start, actual_start_end), '（无）') || '，晚 ' || late_text(least_days, late_days) AS detail,
       day_or_month(planned_start, planned_start_end) AS 计划开工日期, day_or_month(actual_start, actual_start_end) AS 实际开工日期,
       allocated AS 分配金额, paid AS 已支付
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['status'] <> '取消', true) AND coalesce(CAST(said['planned_start'] AS DATE) <= $as_of, true)
