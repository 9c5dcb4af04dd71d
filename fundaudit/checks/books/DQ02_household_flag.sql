/*---
code: DQ02
title: 指标与分配的到户标识不一致
severity: 低
version: 1
subject: indicator_id
amount_label: 指标金额
needs: {indicators: [indicator_id, to_household], allocations: [indicator_id, to_household]}
relief: {allocations: any}
basis: [S1-3-2]
what: 指标标识为不到人到户，而有分配标识为到人到户；或指标标识为到人到户，没有一笔分配这样标识。
why: 标识不一致，到户资金会漏掉发放明细的核对。
innocent:
  - 指标既有到户也有项目资金，标识按主要用途。
  - 到户部分还没有分配。
exclusions: 指标没有标识的、没有分配的不参加；分配没有标识而结论取决于它的无法判定。
advice: 核对指标文件，更正标识。
to_judge: 补填分配的是否到人到户；改正没有采用的行。
neighbours: [HP13, AL05, AL09]
---*/
-- 对象：有标识、有分配的指标。疑点：指标否而分配是，指标是而分配都不是。未能判定：分配没有标识而结论取决于它。金额：指标金额。
WITH told AS (
    SELECT indicator_id, coalesce(bool_or(to_household), false) AS any_household, bool_or(to_household IS NULL) AS unsaid FROM allocation_money WHERE NOT is_pending GROUP BY ALL
)
SELECT s.*, i.to_household <> t.any_household AS flag, if(t.unsaid AND NOT t.any_household, '有分配没有填写是否到人到户', NULL) AS doubt, i.amount AS amount, i.received_on AS occurred_on,
       if(i.to_household, '指标标识为到人到户，没有一笔分配这样标识', '指标标识不是到人到户，有分配标识为到人到户') AS detail, i.to_household AS 指标标识, t.any_household AS 分配标识
FROM indicators i JOIN told t USING (indicator_id) JOIN shown_indicators s ON s.subject = i.indicator_id WHERE i.to_household IS NOT NULL
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id') WHERE (said['to_household'] IS NOT NULL OR list_contains(refused_columns, 'to_household')) AND subject IN (SELECT indicator_id FROM told)
