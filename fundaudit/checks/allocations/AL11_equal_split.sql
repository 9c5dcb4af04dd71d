/*---
code: AL11
title: 资金平均分配
severity: 低
version: 1
subject: indicator_id
amount_label: —
needs: {indicators: [indicator_id, amount], allocations: [amount]}
thresholds:
  parts: {default: 5, says: 分成该份数以上且各份相等即列出, unit: 份, min: 2, max: 100, step: 1}
relief: {allocations: any}
basis: [S1-3-1, S4-1]
what: 不是到人到户的指标，分给不同的项目或单位至少规定份数，各份金额完全相等。仅作筛查，不计金额。
why: 平均分配可能没有按项目需求和成熟度安排，是撒胡椒面的迹象。
innocent:
  - 各村任务相同，按定额安排。
  - 政策规定按统一标准补助。
exclusions: 到人到户的指标、待分配的不参加；份数不足的不列出。
advice: 查看分配方案的测算依据。
to_judge: 改正没有采用的分配行。
neighbours: [AL06, IB03, AL07]
---*/
-- 对象：有分配、不是到人到户的指标。疑点：分给不同项目或单位，达到规定份数且各份相等。未能判定：有一份没有下达日期。金额：无。
WITH parts AS (
    SELECT indicator_id, count(*) AS n, greatest(count(DISTINCT project_id), count(DISTINCT unit)) AS targets, min(amount) AS least, max(amount) AS most, count(allocated_on) AS dated FROM allocation_money WHERE NOT is_pending GROUP BY ALL
)
SELECT s.*, p.n >= $parts AND p.targets >= $parts AND p.least = p.most AS flag, if(flag AND p.dated < p.n, '有分配没有填写下达日期，结论取决于它', NULL) AS doubt, i.received_on AS occurred_on, '分为 ' || p.n || ' 份，每份 ' || yuan(p.most) || ' 元' AS detail, p.n AS 份数, p.most AS 每份金额
FROM parts p JOIN indicators i USING (indicator_id) JOIN shown_indicators s ON s.subject = p.indicator_id WHERE NOT coalesce(i.to_household, false)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id')
WHERE coalesce(said['to_household'] <> 'true', true) AND subject IN (SELECT indicator_id FROM parts WHERE n >= $parts AND targets >= $parts AND least = most)
