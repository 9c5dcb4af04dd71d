/*---
code: AL06
title: 产业发展资金占比不足
severity: 中
version: 1
subject: year
amount_label: 不足金额
needs: {indicators: [indicator_id, amount, level, fund_type], allocations: [amount, project_id], projects: [project_id, category]}
thresholds:
  min_share: {default: ["2021:0.50", "2022:0.55", "2023:0.60", "2024:0.60", "2025:0.60"], says: 各年度产业占比的下限（年度:比例）}
relief: {allocations: any, indicators: any, projects: any}
basis: [linkage-fund-2021]
what: 本年度中央衔接资金已分配的部分，用于产业发展类项目的比例低于下限。
why: 产业占比是衔接资金的硬性要求，占比不足说明投向偏离。
innocent:
  - 还有资金没有分配，后续安排产业项目。
  - 项目类别填写有误，产业项目登记成了基础设施。
exclusions: 只计中央级、资金类型在参数 settings.support_funds 之内的指标；2026 年起没有查到规定的比例，不执行；没有类别的项目足以改变结论的、没有日期的分配决定结论的无法判定。
advice: 核对项目类别和年度资金安排方案。
to_judge: 补填项目类别和下达日期；改正没有采用的行。
neighbours: [AL11, PM07, PM16]
---*/
-- 对象：本年度（中央衔接资金）。疑点：分配给产业发展的比例低于下限。未能判定：没有类别的资金、没有日期的分配决定结论。金额：按下限还差的金额。
WITH asked AS (
    SELECT CAST(split_part(own, ':', 2) AS DECIMAL(9, 6)) AS share FROM (SELECT unnest($min_share) AS own) WHERE split_part(own, ':', 1) = CAST(year($as_of) AS VARCHAR)
), own AS ( -- 每笔分配把产业发展的金额推到下限之上（正）或之下（负）多少：写明类别和日期的只有一个数，没有的有几个
    SELECT a.*, a.allocated_on IS NULL AS undated, j.category = '产业发展' AS told, a.amount * (1 - share) AS up, -a.amount * share AS down
    FROM allocation_money a JOIN indicators i USING (indicator_id) LEFT JOIN projects j USING (project_id) CROSS JOIN asked
    WHERE NOT a.is_pending AND i.level = '中央' AND i.budget_year = year($as_of) AND list_contains((SELECT support_funds FROM audit), i.fund_type)
), sums AS (
    SELECT sum(amount) AS total, coalesce(sum(amount) FILTER (WHERE told), 0) AS industry, coalesce(sum(amount) FILTER (WHERE told IS NULL), 0) AS open, coalesce(sum(abs(amount)) FILTER (WHERE undated), 0) AS undated,
           sum(least(if(undated, 0, NULL), if(told, NULL, down), if(coalesce(told, true), up, NULL))) AS at_least, sum(greatest(if(undated, 0, NULL), if(told, NULL, down), if(coalesce(told, true), up, NULL))) AS at_most
    FROM own
)
SELECT CAST(year($as_of) AS VARCHAR) AS subject, year($as_of) || ' 年度中央衔接资金' AS name, industry < total * share AS flag,
       if((at_least < 0) <> (at_most < 0), '有 ' || yuan(open) || ' 元分配的项目没有类别，' || yuan(undated) || ' 元分配没有填写下达日期，结论取决于它们', NULL) AS doubt,
       share_of(total, share, 1) - industry AS amount, $as_of AS occurred_on,
       '已分配 ' || yuan(total) || ' 元，产业发展 ' || yuan(industry) || ' 元，占 ' || percent(industry, total) || '，下限 ' || percent(share, 1) AS detail,
       total AS 已分配, industry AS 产业发展, percent(industry, total) AS 产业占比, percent(share, 1) AS 下限
FROM sums CROSS JOIN asked WHERE total > 0
UNION ALL BY NAME SELECT year($as_of) || ' 年没有查到规定的产业占比' AS left_out WHERE (SELECT count(*) FROM asked) = 0
