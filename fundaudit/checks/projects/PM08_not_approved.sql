/*---
code: PM08
title: 项目没有立项审批即安排资金
severity: 中
version: 1
subject: project_id
amount_label: 分配金额
needs: {projects: [project_id, name, approved_on], allocations: [project_id, amount]}
guard: true
relief: {allocations: any}
basis: [S4-2, S3-2-2]
what: 已分配资金的项目没有立项审批日期，或立项审批日期晚于第一笔分配的下达日期。
why: 没有立项就安排资金，项目是否成熟没有把关。
innocent:
  - 立项已经批复，台账没有登记日期。
  - 到户补助等不需要单独立项。
exclusions: 已取消的项目不参加；分配没有下达日期的、日期只写到月份而结论不同的无法判定。
advice: 调取立项批复，核对日期。
to_judge: 补填立项审批日期和下达日期；改正没有采用的行。
neighbours: [AL07, PM01, TP06]
---*/
-- 对象：已分配资金的项目，取消的除外。疑点：没有立项审批日期，或晚于第一笔分配。未能判定：分配没有下达日期，只写到月份而结论不同，读不出。金额：分配金额。
WITH given AS (
    SELECT project_id, min(allocated_on) AS first_given, bool_or(allocated_on IS NULL) AS undated, sum(amount) AS allocated, coalesce(sum(amount) FILTER (WHERE allocated_on IS NOT NULL), 0) AS dated FROM allocation_money WHERE NOT is_pending AND project_id IS NOT NULL GROUP BY ALL HAVING sum(amount) > 0
)
SELECT s.*, p.source_file, p.approved_on IS NULL OR coalesce(p.approved_on > g.first_given, false) AS flag,
       CASE WHEN g.dated <= 0 THEN '分配没有填写下达日期' WHEN p.approved_on IS NULL THEN if(p.raw['approved_on'] IS NOT NULL, unreadable('立项审批日期', p.raw['approved_on']), NULL) WHEN p.approved_on > g.first_given THEN NULL
            WHEN g.undated THEN '有分配没有填写下达日期' WHEN p.approved_on_end > g.first_given THEN month_only() END AS doubt,
       CAST(g.allocated AS DECIMAL(18, 2)) AS amount, g.first_given AS occurred_on, '第一笔分配 ' || coalesce(CAST(g.first_given AS VARCHAR), '（无日期）') || '，立项审批 ' || coalesce(day_or_month(p.approved_on, p.approved_on_end), '（无）') AS detail,
       day_or_month(p.approved_on, p.approved_on_end) AS 立项审批日期, g.first_given AS 第一笔分配, g.allocated AS 分配金额
FROM given g JOIN projects p USING (project_id) JOIN shown_projects s ON s.subject = g.project_id WHERE p.status IS DISTINCT FROM '取消'
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE subject IN (SELECT project_id FROM given) AND coalesce(said['status'] <> '取消', true)
