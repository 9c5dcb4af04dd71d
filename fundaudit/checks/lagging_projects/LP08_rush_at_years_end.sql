/*---
code: LP08
title: 年底集中支付
severity: 低
version: 1
subject: project_id
amount_label: 年底支付金额
needs: {projects: [project_id, name], payments: [amount, paid_on]}
uses: [allocations]
when: 12-01..12-31
thresholds:
  months: {default: ["11", "12"], says: 算作年底的月份}
  share: {default: 0.5, says: 年底支付占全年的比例超过该数即列出, unit: 比例, min: 0.0, max: 1.0, step: 0.05}
  min_amount: {default: 100000.00, says: 且年底支付达到该金额, unit: 元, min: 0, max: 1000000000, step: 10000}
relief: {payments: any, allocations: any}
basis: [budget-regulation-60, S0-2-2]
what: 项目本年的支付有一半以上集中在年底，且达到限额。
why: 年底突击花钱，支付是否与工程进度、合同相符需要核实。
innocent:
  - 资金下半年才到位，或工程按合同在年底验收付款。
  - 受季节影响，施工集中在下半年。
exclusions: 全年支付不大于零的不列出；十二月以前不执行。
advice: 抽查年底支付的凭证、计量单和验收资料。
to_judge: 改正没有采用的支付行。
neighbours: [LP01, LP03, TP06]
---*/
-- 对象：本年有支付的项目。疑点：年底几个月支付占全年超过规定比例，且达到限额。未能判定：涉及的支付没有采用。金额：年底支付的金额。
WITH spent AS (
    SELECT traced_project_id AS project_id, sum(amount) AS paid, coalesce(sum(amount) FILTER (WHERE list_contains($months, CAST(month(paid_on) AS VARCHAR))), 0) AS late
    FROM traced_payments WHERE this_year GROUP BY ALL
)
SELECT s.*, p.late > p.paid * $share AND p.late >= $min_amount AND p.paid > 0 AS flag, p.late AS amount, $as_of AS occurred_on,
       '本年支付 ' || yuan(p.paid) || ' 元，其中年底 ' || yuan(p.late) || ' 元，占 ' || percent(p.late, p.paid) AS detail, p.paid AS 本年支付, p.late AS 年底支付, percent(p.late, p.paid) AS 年底占比
FROM spent p JOIN shown_projects s ON s.subject = p.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE subject IN (SELECT project_id FROM spent)
UNION ALL BY NAME SELECT coalesce(said['project_id'], a.project_id, r.subject) AS subject, r.name, refused, flag, doubt FROM refused_rows('payments', 'project_id') r LEFT JOIN allocations a ON a.allocation_id = r.said['allocation_id']
WHERE coalesce(list_contains($months, CAST(month(event_date) AS VARCHAR)) AND event_date >= year_start(), true)
