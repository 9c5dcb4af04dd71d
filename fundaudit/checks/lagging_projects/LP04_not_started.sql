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
---*/
WITH judged AS (
    SELECT p.*, coalesce(a.allocated, 0) AS allocated, coalesce(s.paid, 0) AS paid,
           days_between(p.planned_start, coalesce(p.actual_start_end, $as_of), $working_days) AS late_days,
           days_between(p.planned_start_end, coalesce(p.actual_start, $as_of), $working_days) AS least_days -- dates known to the month
    FROM projects p LEFT JOIN project_allocated a USING (project_id) LEFT JOIN project_paid s USING (project_id)
    WHERE coalesce(p.planned_start <= $as_of, true) AND p.status IS DISTINCT FROM '取消'
)
SELECT project_id AS subject, name, township, unit,
       CASE WHEN planned_start IS NULL OR late_days IS NULL THEN NULL
            WHEN late_days <= $days THEN false
            WHEN actual_start IS NULL AND (raw['actual_start'] IS NOT NULL OR coalesce(status IN ('在建', '完工'), false)) THEN NULL
            WHEN least_days > $days THEN true END AS flag,
       CAST(allocated AS DECIMAL(18, 2)) AS amount,
       planned_start AS occurred_on,
       CASE WHEN planned_start IS NULL THEN '没有填写计划开工日期'
            WHEN late_days IS NULL THEN '超出官方工作日历的年份'
            WHEN raw['actual_start'] IS NOT NULL THEN '实际开工日期无法读取：' || raw['actual_start']
            WHEN actual_start IS NOT NULL OR least_days <= $days THEN '日期只写到月份，月初和月末的结论不同'
            ELSE '项目状态为' || status || '，却没有填写实际开工日期' END AS reason,
       '计划开工日期 ' || day_or_month(planned_start, planned_start_end) || '，实际开工日期 ' || coalesce(day_or_month(actual_start, actual_start_end), '（无）')
           || '，晚 ' || if(least_days < late_days, '至少 ', '') || least_days || ' 天' AS detail,
       -- Whatever the rejected rows hold, they change the amount and not whether the project is late.
       true AS firm,
       project_id AS 项目编号, name AS 项目名称, unit AS 实施单位, status AS 项目状态, day_or_month(planned_start, planned_start_end) AS 计划开工日期, day_or_month(actual_start, actual_start_end) AS 实际开工日期,
       CAST(allocated AS DECIMAL(18, 2)) AS 分配金额, CAST(paid AS DECIMAL(18, 2)) AS 已支付
FROM judged
