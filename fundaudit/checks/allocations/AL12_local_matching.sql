/*---
code: AL12
title: 地方配套资金没有到位
severity: 中
version: 1
subject: indicator_id
amount_label: 没有到位金额
needs: {indicators: [indicator_id, amount, matching_due]}
thresholds:
  days: {default: 90, says: 收到资金后超过该天数配套仍没有到位即列出, unit: 天, min: 0, max: 730, step: 10}
relief: {indicators: any}
basis: [S0-2-2]
what: 要求地方配套的指标，收到后超过规定天数，县（区）级指标中写明配套它的金额不足应到位数。
why: 配套资金不到位，项目资金有缺口，可能停工或拖欠。
innocent:
  - 配套以其他资金统筹安排，没有在台账中写明。
  - 上级已取消配套要求。
exclusions: 期限未到的不列出；台账中没有县、区级资金的无法判定。
advice: 核对上级文件的配套要求和县级预算安排。
to_judge: 补报县、区级资金的指标，并写明配套指标编号。
neighbours: [AL04, AL01, IB02]
---*/
-- 对象：有配套要求的指标。疑点：期限内写明配套它的县、区级指标不足。未能判定：台账没有县、区级资金。金额：没有到位的金额。
WITH given AS (
    SELECT m.matches, m.received_on, m.amount FROM indicators m WHERE m.level IN ('县', '区') AND m.matches IS NOT NULL
), judged AS (
    SELECT i.*, i.received_on + CAST($days AS INTEGER) AS until, coalesce((SELECT sum(g.amount) FROM given g WHERE g.matches = i.indicator_id AND g.received_on <= i.received_on + CAST($days AS INTEGER)), 0) AS matched
    FROM indicators i WHERE i.matching_due > 0
)
SELECT s.*, j.until < $as_of AND j.matched < j.matching_due AS flag, if(j.until < $as_of AND (SELECT count(*) FROM indicators WHERE level IN ('县', '区')) = 0, '台账中没有县、区级资金', NULL) AS doubt,
       j.matching_due - j.matched AS amount, j.until AS occurred_on, '应配套 ' || yuan(j.matching_due) || ' 元，到 ' || j.until || ' 到位 ' || yuan(j.matched) || ' 元' AS detail, j.matching_due AS 地方配套应到位, j.matched AS 已到位
FROM judged j JOIN shown_indicators s ON s.subject = j.indicator_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id') WHERE CAST(said['matching_due'] AS DECIMAL(18, 2)) > 0 OR list_contains(refused_columns, 'matching_due')
