/*---
code: PM13
title: 项目建成后没有使用
severity: 中
version: 1
subject: project_id
amount_label: 分配金额
needs: {projects: [project_id, name, actual_finish], assets: [project_id]}
uses: [allocations]
thresholds:
  days: {default: 180, says: 完工后超过该天数没有移交登记资产即列出, unit: 天, min: 0, max: 730, step: 10}
  checked_days: {default: 366, says: 资产核查距今超过该天数的无法判定, unit: 天, min: 0, max: 1830, step: 30}
relief: {assets: any}
sums: [allocations]
basis: [budget-regulation-60, S1-3-3]
what: 完工后超过规定天数，项目资产台账没有登记，或登记的资产都是闲置、损毁。
why: 项目建成不用，资金没有发挥效益。
innocent:
  - 资产已经移交使用，台账没有登记。
  - 季节性设施，核查时不在使用期。
exclusions: 到人到户的、已取消的项目不参加；没有实际完工日期的、资产核查日期过早或为空的、几项资产有的在用有的闲置的无法判定。
advice: 现场查看，核对资产移交手续和管护责任。
to_judge: 补填实际完工日期和资产核查日期；改正没有采用的行。
neighbours: [LP05, PM14, PD02]
---*/
-- 对象：已完工的项目，到人到户、取消的除外。疑点：完工已过规定天数没有资产，或资产闲置、损毁。未能判定：没有完工日期，几项资产有的在用有的闲置，核查日期过早或为空，只写到月份而结论不同。金额：分配金额。
WITH held AS ( -- 项目的各项资产
    SELECT project_id, count(*) AS n, count(*) FILTER (WHERE status IN ('闲置', '损毁')) AS idle, count(status) AS told, min(checked_on) AS checked_on, count(checked_on) AS checked,
           string_agg(DISTINCT coalesce(status, '（空）'), '、' ORDER BY coalesce(status, '（空）')) AS used FROM assets GROUP BY project_id
), judged AS (
    SELECT p.*, l.* EXCLUDE (project_id), coalesce(l.n, 0) AS assets, coalesce($as_of - p.actual_finish > $days, true) AS old, coalesce($as_of - p.actual_finish_end > $days, true) AS surely_old
    FROM project_money p LEFT JOIN held l USING (project_id) WHERE (p.actual_finish IS NOT NULL OR p.status = '完工') AND NOT coalesce(p.to_household, false) AND p.status IS DISTINCT FROM '取消'
)
SELECT s.*, old AND (assets = 0 OR idle = n) AS flag,
       CASE WHEN NOT old THEN NULL WHEN actual_finish IS NULL THEN '没有填写实际完工日期' WHEN checked < n OR $as_of - checked_on > $checked_days THEN '有资产核查日期为空，或距今超过 ' || $checked_days || ' 天'
            WHEN told < n THEN '有资产没有填写使用状态'
            WHEN idle > 0 AND idle < n THEN '有的资产在用，有的闲置或损毁'
            WHEN NOT surely_old AND (assets = 0 OR idle = n) THEN month_only() END AS doubt,
       allocated AS amount, actual_finish AS occurred_on, day_or_month(actual_finish, actual_finish_end) || ' 完工，' || if(assets = 0, '没有登记资产', '资产的使用状态：' || used) AS detail,
       day_or_month(actual_finish, actual_finish_end) AS 实际完工日期, assets AS 资产项数, used AS 使用状态, checked_on AS 核查日期, allocated AS 分配金额
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['to_household'] <> 'true', true) AND (said['actual_finish'] IS NOT NULL OR coalesce(said['status'] = '完工', true) OR list_contains(refused_columns, 'actual_finish')) AND coalesce($as_of - CAST(said['actual_finish'] AS DATE) > $days, true)
