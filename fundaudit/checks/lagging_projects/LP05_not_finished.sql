/*---
code: LP05
title: 项目未按计划完工
severity: 中
version: 1
subject: project_id
amount_label: 未支付金额
needs: {projects: [project_id, name, planned_finish]}
uses: [allocations, payments]
thresholds:
  days: {default: 30, says: 超过计划完工日期该天数即列出, unit: 天, min: 0, max: 730, step: 5}
  working_days: {default: false, says: 按工作日计算}
relief: {} # 没有采用的行只影响金额，不影响是否逾期
sums: [allocations, payments]
basis: [S4-1]
what: 项目的实际完工日期晚于计划完工日期超过规定天数，或到审计日仍没有。
why: 项目没有按计划完工，工程和支出进度都受影响，效益不能及时发挥。
innocent:
  - 设计变更或不可抗力，工期已经批准顺延。
  - 已经完工，验收手续尚未办结或台账没有更新。
exclusions: 已取消的项目不参加；没有填写计划完工日期的无法判定；完工而没有实际完工日期的，本应列出的无法判定。
advice: 核对施工合同工期、变更签证和形象进度，请实施单位说明原因和完工时间。
to_judge: 补填计划完工日期和实际完工日期。
neighbours: [LP04, PM13, LP06]
---*/
-- 对象：计划在审计日以前完工，或没有计划日期的项目，取消的除外。疑点：实际完工（没有的算到审计日）晚于计划超过规定天数。
-- 未能判定：没有计划日期，已完工而没有实际日期，日期只到月份而月初月末结论不同，超出工作日历。金额：分配减支付。
WITH judged AS (
    SELECT *, days_between(planned_finish, coalesce(actual_finish_end, $as_of), $working_days) AS late_days,
           days_between(planned_finish_end, coalesce(actual_finish, $as_of), $working_days) AS least_days
    FROM project_money WHERE coalesce(planned_finish <= $as_of, true) AND status IS DISTINCT FROM '取消'
)
SELECT s.*, coalesce(late_days > $days, false) AS flag,
       CASE WHEN planned_finish IS NULL THEN '没有填写计划完工日期'
            WHEN late_days IS NULL THEN '超出官方工作日历的年份'
            WHEN late_days <= $days THEN NULL
            WHEN actual_finish IS NULL AND raw['actual_finish'] IS NOT NULL THEN '实际完工日期无法读取：' || raw['actual_finish']
            WHEN actual_finish IS NULL AND status = '完工' THEN '项目状态为' || status || '，却没有填写实际完工日期'
            WHEN least_days <= $days THEN '日期只写到月份，月初和月末的结论不同' END AS doubt,
       allocated - paid AS amount, planned_finish AS occurred_on,
       '计划完工日期 ' || day_or_month(planned_finish, planned_finish_end) || '，实际完工日期 '
           || coalesce(day_or_month(actual_finish, actual_finish_end), '（无）') || '，晚 ' || late_text(least_days, late_days) AS detail,
       day_or_month(planned_finish, planned_finish_end) AS 计划完工日期, day_or_month(actual_finish, actual_finish_end) AS 实际完工日期,
       allocated AS 分配金额, paid AS 已支付
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['status'] <> '取消', true) AND coalesce(CAST(said['planned_finish'] AS DATE) <= $as_of, true)
