/*---
code: PD01
title: 项目没有量化的绩效目标
severity: 低
version: 1
subject: project_id
amount_label: 分配金额
needs: {projects: [project_id, name], allocations: [project_id, amount], performance: [project_id]}
relief: {performance: any, allocations: any}
basis: [performance-2021, S1-3-3, S3-2-4]
what: 已分配资金的项目没有一个带指标值的绩效指标。
why: 没有量化的目标，资金花得值不值无从评价。
innocent:
  - 绩效目标已在其他系统填报。
  - 项目以定性目标为主，尚未补充数量指标。
exclusions: 只有定性目标的也列出；已取消的项目不参加。
advice: 核对项目绩效目标申报表。
to_judge: 补报绩效目标；改正没有采用的行。
neighbours: [PD02, PD03, PM16]
---*/
-- 对象：已分配资金的项目，取消的除外。疑点：没有带指标值的绩效指标。未能判定：没有日期的分配决定结论。金额：分配金额。
SELECT s.*, p.project_id NOT IN (SELECT project_id FROM performance WHERE target IS NOT NULL) AS flag, if(p.project_id NOT IN (SELECT project_id FROM performance WHERE target IS NOT NULL) AND p.least_allocated <= 0, day_decides(p.least_allocated, p.most_allocated), NULL) AS doubt, p.allocated AS amount, $as_of AS occurred_on,
       if(m.n IS NULL, '没有绩效目标', '有 ' || m.n || ' 个绩效指标，都没有指标值') AS detail, m.n AS 绩效指标数, p.allocated AS 分配金额
FROM project_money p JOIN shown_projects s ON s.subject = p.project_id LEFT JOIN (SELECT project_id, count(*) AS n FROM performance GROUP BY ALL) m USING (project_id)
WHERE p.most_allocated > 0 AND p.status IS DISTINCT FROM '取消'
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') r
WHERE coalesce(said['status'] <> '取消', true) AND EXISTS (SELECT 1 FROM allocation_money a WHERE a.project_id = r.subject AND NOT a.is_pending) AND subject NOT IN (SELECT project_id FROM performance WHERE target IS NOT NULL)
