/*---
code: LP07
title: 月支出计划没有完成
severity: 中
version: 1
subject: unit
amount_label: 累计少支出金额
needs: {month_plans: [month, unit, amount], payments: [amount, paid_on], projects: [project_id, unit]}
uses: [allocations]
thresholds:
  ratio: {default: 1.0, says: 支出低于计划的该比例即列出, unit: 比例, min: 0.0, max: 1.0, step: 0.05}
relief: {payments: more, month_plans: any, projects: any, allocations: any}
sums: [payments]
basis: [budget-regulation-60, S3-2-1, S0-2]
what: 本年已结束的月份中，有的月份支出低于月支出计划，且到该月末累计支出也低于累计计划。
why: 月支出计划没有完成，资金支出滞后于县里的安排。
innocent:
  - 支付凭证跨月入账，次月已补上。
  - 计划下达后项目按程序调整。
exclusions: 当月没有完成而累计已完成的不列出；本月尚未结束的不参加。
advice: 请实施单位逐月说明没有完成的原因，核对项目实施进度。
to_judge: 补填项目的实施单位；改正没有采用的计划和支付行。
neighbours: [LP01, AL08, LP02]
---*/
-- 对象：本年已结束的月份里有月支出计划的单位。疑点：有月份当月和累计都低于计划。未能判定：涉及的行没有采用。金额：最后一个这样的月份的累计差额。
WITH plans AS (
    SELECT unit, CAST(month || '-01' AS DATE) AS month, sum(amount) AS planned FROM month_plans
    WHERE left(month, 4) = CAST(year($as_of) AS VARCHAR) AND last_day(CAST(month || '-01' AS DATE)) <= $as_of GROUP BY ALL
), spent AS (
    SELECT j.unit, CAST(date_trunc('month', p.paid_on) AS DATE) AS month, sum(p.amount) AS paid FROM traced_payments p JOIN projects j ON j.project_id = p.traced_project_id WHERE p.this_year GROUP BY ALL
), months AS (
    SELECT u.unit, m.month, coalesce(p.planned, 0) AS planned, coalesce(s.paid, 0) AS paid FROM (SELECT DISTINCT unit FROM plans) u CROSS JOIN
        (SELECT CAST(unnest(range(year_start(), CAST($as_of AS TIMESTAMP), to_months(1))) AS DATE) AS month) m LEFT JOIN plans p USING (unit, month) LEFT JOIN spent s USING (unit, month)
), judged AS (
    SELECT *, sum(planned) OVER own AS planned_so_far, sum(paid) OVER own AS paid_so_far FROM months WHERE last_day(month) <= $as_of WINDOW own AS (PARTITION BY unit ORDER BY month)
), flagged AS (
    SELECT *, paid < planned * $ratio AND paid_so_far < planned_so_far * $ratio AS short FROM judged
)
SELECT unit AS subject, unit AS name, unit, short AS flag,
       if(short AND month = max(month) FILTER (WHERE short) OVER (PARTITION BY unit), planned_so_far - paid_so_far, 0) AS amount, last_day(month) AS occurred_on,
       month(month) || ' 月计划 ' || yuan(planned) || ' 元，支出 ' || yuan(paid) || ' 元；累计计划 ' || yuan(planned_so_far) || ' 元，支出 ' || yuan(paid_so_far) || ' 元' AS detail,
       unit AS 实施单位, strftime(month, '%Y-%m') AS 月份, planned AS 月计划, paid AS 月支出, planned_so_far AS 累计计划, paid_so_far AS 累计支出
FROM flagged WHERE planned > 0
UNION ALL BY NAME SELECT coalesce(said['unit'], subject) AS subject, said['unit'] AS name, refused, flag, doubt FROM refused_rows('month_plans', 'unit')
WHERE coalesce(left(said['month'], 4) = CAST(year($as_of) AS VARCHAR) AND last_day(CAST(said['month'] || '-01' AS DATE)) <= $as_of, true)
