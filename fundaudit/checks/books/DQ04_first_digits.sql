/*---
code: DQ04
title: 支付金额首位数字分布异常
severity: 低
version: 1
subject: unit
amount_label: —
needs: {payments: [amount, paid_on], projects: [project_id, unit]}
uses: [household_payments, allocations]
thresholds:
  deviation: {default: 0.015, says: 首位数字频率与本福特分布的平均绝对偏差超过该数即列出, unit: 比例, min: 0.000, max: 1.000, step: 0.005}
  least: {default: 300, says: 支付达到该笔数才判定, unit: 笔, min: 1, max: 1000000, step: 50}
relief: {payments: any}
basis: [S2-2-4]
what: 一个单位的支付金额，首位数字的频率明显偏离自然数据应有的分布。仅作筛查，不计金额。
why: 人为编造或拆分的金额，首位数字往往分布异常。
innocent:
  - 按固定标准支付，金额本来就集中。
  - 支付笔数不多，或只做一类业务。
exclusions: 到户补助、退款不计；笔数不足的不判定。
advice: 只作为抽查的线索，按金额分段抽查凭证。
to_judge: 改正没有采用的支付行；补填项目的实施单位。
neighbours: [TP11, TP13, DQ01]
---*/
-- 对象：支付达到笔数的单位（不含到户补助，有没有发放表都不含）。疑点：首位数字的平均绝对偏差超过限度。未能判定：涉及的行没有采用。金额：无。
WITH digits AS (
    SELECT j.unit, CAST(left(ltrim(replace(CAST(p.amount AS VARCHAR), '.', ''), '0'), 1) AS INTEGER) AS digit FROM traced_payments p JOIN projects j ON j.project_id = p.traced_project_id
    WHERE p.amount > 0 AND j.unit IS NOT NULL AND NOT coalesce(j.to_household, false) AND j.category IS DISTINCT FROM '到户补助' AND p.payment_id NOT IN (SELECT payment_id FROM household_payments WHERE payment_id IS NOT NULL)
), benford AS (
    SELECT d AS digit, [30103, 17609, 12494, 9691, 7918, 6695, 5799, 5115, 4576][d] AS expected FROM (SELECT unnest(range(1, 10)) AS d)
), units AS (
    SELECT unit, count(*) AS n FROM digits GROUP BY ALL
), apart AS (
    SELECT u.unit, u.n, sum(abs(coalesce(c.n, 0) * 100000 - b.expected * u.n)) AS sum_of_nine FROM units u CROSS JOIN benford b LEFT JOIN (SELECT unit, digit, count(*) AS n FROM digits GROUP BY ALL) c ON c.unit = u.unit AND c.digit = b.digit GROUP BY ALL
)
SELECT unit AS subject, unit AS name, unit, sum_of_nine > $deviation * 9 * n * 100000 AS flag, $as_of AS occurred_on, n || ' 笔支付，平均绝对偏差 ' || percent(sum_of_nine, 900000 * n) AS detail, unit AS 实施单位, n AS 支付笔数, percent(sum_of_nine, 900000 * n) AS 平均绝对偏差
FROM apart WHERE n >= $least
