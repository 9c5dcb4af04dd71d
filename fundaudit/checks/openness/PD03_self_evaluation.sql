/*---
code: PD03
title: 没有按时绩效自评，或自评差仍安排资金
severity: 低
version: 1
subject: project_id
also: [unit]
amount_label: 分配金额
needs: {performance: [project_id, year], projects: [project_id, name], allocations: [project_id, amount, allocated_on]}
thresholds:
  month_day: {default: ["03-31"], says: 次年的该日以前完成上年自评}
  min: {default: 60, says: 单位上年自评平均分低于该分而本年又安排资金即列出, unit: 分, min: 0, max: 100, step: 5}
relief: {performance: any}
sums: [allocations]
basis: [performance-2021, S4-2, S4-4]
what: 上年分配了资金的项目没有在次年规定日期以前完成自评；上年自评平均分低于及格分的单位本年又分到资金。
why: 一项目一评估是资金安排的前提，评价差的应当暂缓安排。
innocent:
  - 自评已经完成，台账没有登记日期。
  - 本年资金为续建，或上级指定。
exclusions: 规定日期以前不判定；没有登记得分的单位不参加；自评日期读不出的无法判定。
advice: 调取项目绩效自评报告和资金安排方案。
to_judge: 补报自评日期和得分；改正没有采用的行。
neighbours: [PD02, PD01, AL08]
---*/
-- 对象：上年分到资金的项目，上年有自评得分的单位。疑点：没有按时自评，平均分不及格而本年又分到资金。未能判定：自评日期读不出，有得分没有日期，
-- 没有日期的分配是不是那一年的。金额：上年、本年的分配金额。
WITH span AS (
    SELECT year($as_of) - 1 AS y, CAST(year($as_of) || '-' || $month_day[1] AS DATE) AS until
), given_in AS ( -- 上年、本年的分配；没有日期的可能是其中一年的，收到指标以前的年度除外
    SELECT a.project_id, a.amount, a.allocated_on, o.later, a.allocated_on IS NOT NULL AS given FROM allocation_money a LEFT JOIN indicators i USING (indicator_id) CROSS JOIN span CROSS JOIN (SELECT unnest([false, true]) AS later) o
    WHERE NOT a.is_pending AND coalesce(year(a.allocated_on) = span.y + CAST(o.later AS INTEGER), coalesce(year(i.received_on) <= span.y + CAST(o.later AS INTEGER), true))
), funded AS (
    SELECT project_id, coalesce(sum(amount) FILTER (WHERE given), 0) AS amount, sum(amount) FILTER (WHERE given) > 0 AS sure FROM given_in WHERE NOT later AND project_id IS NOT NULL GROUP BY ALL HAVING sum(if(given, amount, greatest(amount, 0))) > 0
), done AS (
    SELECT f.project_id, min(f.self_evaluated_on) AS evaluated_on, bool_or(f.self_evaluated_on IS NULL AND f.raw['self_evaluated_on'] IS NOT NULL) AS unread, bool_or(f.self_score IS NOT NULL) AS scored FROM performance f CROSS JOIN span WHERE f.year = span.y GROUP BY ALL
), scores AS (
    SELECT j.unit, sum(f.self_score) AS points, count(f.self_score) AS n FROM performance f CROSS JOIN span JOIN projects j USING (project_id) WHERE f.year = span.y AND f.self_score IS NOT NULL AND j.unit IS NOT NULL GROUP BY ALL
), fresh AS (
    SELECT j.unit, coalesce(sum(a.amount) FILTER (WHERE given), 0) AS amount, sum(a.amount) FILTER (WHERE NOT given AND a.amount > 0) AS undated, min(a.allocated_on) AS first_given FROM given_in a JOIN projects j USING (project_id) WHERE a.later GROUP BY ALL
)
SELECT s.subject, 'project_id' AS subject_kind, s.name, s.实施单位 AS unit, coalesce(d.evaluated_on > n.until, true) AS flag, CASE WHEN d.evaluated_on <= n.until THEN NULL WHEN d.unread AND d.evaluated_on IS NULL THEN '自评日期无法读取' WHEN d.scored AND d.evaluated_on IS NULL THEN '有自评得分，没有自评日期'
            WHEN NOT coalesce(f.sure, false) THEN '有分配没有填写下达日期，是不是上年的不能确定' END AS doubt,
       CAST(f.amount AS DECIMAL(18, 2)) AS amount, n.until AS occurred_on, n.y || ' 年分配 ' || yuan(f.amount) || ' 元，' || coalesce(d.evaluated_on || ' 自评', '没有自评') || '，期限 ' || n.until AS detail, d.evaluated_on AS 自评日期
FROM funded f CROSS JOIN span n JOIN shown_projects s ON s.subject = f.project_id LEFT JOIN done d USING (project_id) WHERE n.until < $as_of
UNION ALL BY NAME
SELECT c.unit AS subject, 'unit' AS subject_kind, c.unit AS name, c.unit, c.points < $min * c.n AND coalesce(h.amount > 0, false) AS flag, if(c.points < $min * c.n AND coalesce(h.amount, 0) <= 0 AND h.amount + h.undated > 0, '有分配没有填写下达日期，是不是本年的不能确定', NULL) AS doubt, CAST(coalesce(h.amount, 0) AS DECIMAL(18, 2)) AS amount, coalesce(h.first_given, n.until) AS occurred_on,
       '上年 ' || c.n || ' 个自评平均 ' || plain(share_of(c.points, 1, c.n)) || ' 分，本年分配 ' || yuan(coalesce(h.amount, 0)) || ' 元' AS detail
FROM scores c CROSS JOIN span n LEFT JOIN fresh h USING (unit)
UNION ALL BY NAME SELECT subject, 'project_id' AS subject_kind, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE subject IN (SELECT project_id FROM funded) AND (SELECT until < $as_of FROM span)
