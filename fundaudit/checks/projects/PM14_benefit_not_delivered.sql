/*---
code: PM14
title: 项目收益没有兑现
severity: 中
version: 1
subject: project_id
amount_label: 没有兑现金额
needs: {projects: [project_id, name], benefits: [project_id, year, due]}
thresholds:
  grace: {default: 90, says: 年度结束后超过该天数仍没有兑现即列出, unit: 天, min: 0, max: 730, step: 10}
relief: {benefits: any}
basis: [budget-regulation-60, S4-4]
what: 已结束超过规定天数的各年度，应分配的收益之和大于已分配的收益。
why: 产业项目的收益没有分到村、到户，联农带农没有落实。
innocent:
  - 受灾、市场下行，经批准减免或缓交。
  - 已经分配，台账没有登记。
exclusions: 年度没有结束或宽限期内的不计；完工两年以上的产业发展项目没有任何收益记录的无法判定。
advice: 核对收益分配协议、村集体账和农户领款单。
to_judge: 补报收益分配台账；改正没有采用的行。
neighbours: [PM13, PD02, PD04]
---*/
-- 对象：有到期收益的项目，完工两年以上的产业项目。疑点：到期的应分配大于已分配。未能判定：产业项目没有任何收益记录。金额：没有兑现的金额。
WITH due AS (
    SELECT project_id, sum(due) FILTER (WHERE make_date(year, 12, 31) + CAST($grace AS INTEGER) < $as_of) AS due, sum(coalesce(paid, 0)) AS paid, min(year) AS first_year, count(*) AS n FROM benefits GROUP BY ALL
)
SELECT s.*, coalesce(d.due > d.paid, false) AS flag, if(d.n IS NULL, '完工两年以上的产业项目，没有收益分配记录', NULL) AS doubt, CAST(d.due - d.paid AS DECIMAL(18, 2)) AS amount, make_date(d.first_year, 12, 31) AS occurred_on,
       '到期应分配 ' || yuan(d.due) || ' 元，已分配 ' || yuan(d.paid) || ' 元' AS detail, d.due AS 到期应分配, d.paid AS 已分配
FROM projects p JOIN shown_projects s ON s.subject = p.project_id LEFT JOIN due d USING (project_id)
WHERE d.due IS NOT NULL OR (d.n IS NULL AND p.category = '产业发展' AND p.actual_finish_end < $as_of - to_years(2) AND p.status IS DISTINCT FROM '取消')
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('benefits', 'project_id') WHERE coalesce(make_date(CAST(said['year'] AS INTEGER), 12, 31) + CAST($grace AS INTEGER) < $as_of, true)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE subject IN (SELECT project_id FROM due WHERE due > paid)
