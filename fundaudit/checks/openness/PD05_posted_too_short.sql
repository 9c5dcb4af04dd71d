/*---
code: PD05
title: 公示时间不足
severity: 低
version: 1
subject: item_id
amount_label: —
needs: {disclosures: [item_id, kind, disclosed_on, taken_down_on, channel]}
thresholds:
  days: {default: 10, says: 乡镇、村公示栏公示少于该天数即列出, unit: 天, min: 0, max: 366, step: 1, fixed_by: posting-2018}
relief: {}
basis: [posting-2018]
what: 在乡镇或村公示栏公示的事项，公示不足规定天数。
why: 公示时间太短，群众来不及看到和提出意见。
innocent:
  - 公示栏更换，另处继续张贴。
  - 登记的截止日期有误。
exclusions: 其他渠道不参加；仍在公示、没有满规定天数的不判定；截止日期早于公开日期的无法判定。
advice: 核对公示照片和村务公开记录。
to_judge: 补正公开日期和截止日期；改正没有采用的行。
neighbours: [PD04, PM14, HP13]
---*/
-- 对象：乡镇、村公示栏的公示，没有满规定天数而仍在公示的除外。疑点：公示不足规定天数。未能判定：截止早于公开，截止日期读不出。金额：无。
SELECT item_id AS subject, kind || coalesce(' ' || subject_id, '') AS name, coalesce(least(taken_down_on, $as_of) - disclosed_on < $days, false) AND taken_down_on <= $as_of AS flag,
       CASE WHEN taken_down_on < disclosed_on THEN '截止日期早于公开日期' WHEN taken_down_on IS NULL AND raw['taken_down_on'] IS NOT NULL THEN unreadable('截止日期', raw['taken_down_on']) END AS doubt,
       disclosed_on AS occurred_on, channel || '，' || disclosed_on || ' 至 ' || coalesce(CAST(taken_down_on AS VARCHAR), '今') || coalesce('，' || (taken_down_on - disclosed_on) || ' 天', '') AS detail,
       kind AS 公开事项, subject_id AS 涉及编号, channel AS 渠道, disclosed_on AS 公开日期, taken_down_on AS 截止日期
FROM disclosures WHERE channel IN ('乡镇公示栏', '村公示栏') AND disclosed_on IS NOT NULL AND (coalesce(taken_down_on <= $as_of, false) OR $as_of - disclosed_on >= $days OR raw['taken_down_on'] IS NOT NULL)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('disclosures', 'item_id') WHERE coalesce(said['channel'] IN ('乡镇公示栏', '村公示栏'), true)
