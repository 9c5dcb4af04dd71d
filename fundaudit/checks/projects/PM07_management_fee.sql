/*---
code: PM07
title: 项目管理费超过比例
severity: 中
version: 1
subject: year
amount_label: 超出金额
needs: {indicators: [indicator_id, amount, fund_type, budget_year]}
uses: [allocations, projects, payments]
thresholds:
  max: {default: 0.01, says: 项目管理费占衔接资金的上限, unit: 比例, min: 0.00, max: 1.00, step: 0.005}
relief: {allocations: any, indicators: any, projects: any, payments: any}
basis: [linkage-fund-2021]
what: 本年度衔接资金中安排的项目管理费（没有这类项目的，按用途含项目管理费的支付）超过规定比例。
why: 管理费超比例提取，挤占项目资金。
innocent:
  - 项目类别填写有误，把监理、设计等费用登记为管理费。
  - 管理费由县级资金另行安排。
exclusions: 只计资金类型在参数 settings.support_funds 之内的指标；没有日期的分配决定结论的无法判定。
advice: 核对管理费的提取文件和支出内容。
to_judge: 补填项目类别和下达日期；改正没有采用的行。
neighbours: [TP08, AL06, AL11]
---*/
-- 对象：本年度（衔接资金）。疑点：项目管理费超过规定比例。未能判定：没有日期的分配决定结论。金额：超出的金额。
WITH own AS (
    SELECT indicator_id, amount FROM indicators WHERE budget_year = year($as_of) AND list_contains((SELECT support_funds FROM audit), fund_type)
), fund AS (
    SELECT sum(amount) AS total FROM own
), allocated AS (
    SELECT coalesce(sum(a.amount), 0) AS fee, coalesce(sum(a.at_least), 0) AS lowest, coalesce(sum(a.at_most), 0) AS highest FROM allocation_money a JOIN own USING (indicator_id) JOIN projects j USING (project_id) WHERE NOT a.is_pending AND j.category = '项目管理费'
), spent AS (
    SELECT coalesce(sum(p.amount), 0) AS fee FROM traced_payments p JOIN own ON own.indicator_id = p.traced_indicator_id JOIN folded f ON f.text = p.purpose WHERE contains(f.key, '项目管理费')
), judged AS (
    SELECT f.total, if(a.fee > 0, a.fee, s.fee) AS fee, if(a.lowest > 0, a.lowest, s.fee) AS lowest, if(a.highest > 0, a.highest, s.fee) AS highest FROM fund f CROSS JOIN allocated a CROSS JOIN spent s
)
SELECT CAST(year($as_of) AS VARCHAR) AS subject, year($as_of) || ' 年度衔接资金' AS name, fee > total * $max AS flag,
       if((fee > total * $max) <> (lowest > total * $max) OR (fee > total * $max) <> (highest > total * $max), '有分配没有填写下达日期，结论取决于它', NULL) AS doubt, fee - share_of(total, $max, 1) AS amount, $as_of AS occurred_on,
       '衔接资金 ' || yuan(total) || ' 元，项目管理费 ' || yuan(fee) || ' 元，占 ' || percent(fee, total) || '，上限 ' || percent($max, 1) AS detail, total AS 衔接资金, fee AS 项目管理费, percent(fee, total) AS 管理费占比
FROM judged WHERE total > 0
