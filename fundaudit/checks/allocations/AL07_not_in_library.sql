/*---
code: AL07
title: 资金分配给没有入库的项目
severity: 中
version: 1
subject: allocation_id
amount_label: 分配金额
needs: {allocations: [allocation_id, project_id, amount], projects: [project_id, stored_on]}
guard: true
relief: {projects: any}
basis: [S1-3-1, S3-2-2]
what: 分配的项目不在项目库，或入库日期晚于分配下达日期。
why: 资金应当安排给项目库里的项目，先分钱后入库，项目没有经过论证。
innocent:
  - 项目库调整后改了编号。
  - 应急救灾等按规定可以先安排后入库。
exclusions: 待分配的、没有项目编号的不参加；入库日期或下达日期为空的无法判定。
advice: 核对项目库入库批次和分配方案。
to_judge: 补填入库日期和下达日期；改正没有采用的项目行。
neighbours: [PM08, IB03, TP04]
---*/
-- 对象：写明项目的分配。疑点：项目不在项目库，或入库在下达以后。未能判定：入库、下达日期为空，只写到月份而结论不同，编号可疑。金额：分配金额。
SELECT s.*, a.source_file, j.project_id IS NULL OR coalesce(j.stored_on > a.allocated_on, false) AS flag,
       CASE WHEN j.project_id IS NULL THEN if(a.project_id IN (SELECT key FROM suspect_keys WHERE kind = 'project_id'), '项目编号' || key_lost(), NULL)
            WHEN j.stored_on IS NULL THEN '没有填写入库日期' WHEN a.allocated_on IS NULL THEN '没有填写下达日期'
            WHEN j.stored_on <= a.allocated_on AND j.stored_on_end > a.allocated_on THEN month_only() END AS doubt,
       if(j.project_id IS NULL, '项目 ' || a.project_id || ' 不在项目库', day_or_month(j.stored_on, j.stored_on_end) || ' 入库，' || a.allocated_on || ' 下达') AS detail,
       a.project_id AS 项目编号, j.name AS 项目名称, day_or_month(j.stored_on, j.stored_on_end) AS 入库日期
FROM allocation_money a JOIN shown_allocations s ON s.subject = a.allocation_id LEFT JOIN projects j USING (project_id)
WHERE NOT a.is_pending AND a.project_id IS NOT NULL
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('allocations', 'allocation_id') r
WHERE coalesce(said['pending'] <> 'true', true) AND NOT EXISTS (SELECT 1 FROM projects p WHERE p.project_id = r.said['project_id'] AND p.stored_on_end <= r.event_date)
