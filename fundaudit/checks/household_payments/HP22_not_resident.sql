/*---
code: HP22
title: 领取人没有本地户籍
severity: 低
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [subsidy, id_number, name, amount], registers: [register, id_number]}
lists: [户籍]
guard: true
adds: true
thresholds:
  resident_only: {default: [], needed: true, says: 只发给本地户籍人口的补助（名称含这些字样）}
relief: {household_payments: less, registers: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, S1-3-7]
what: 领取只发给本地户籍人口的补助的人，不在户籍名单上。
why: 户籍条件不符的人领取，可能是对象认定不准。
innocent:
  - 户籍名单截止以后才迁入，或发放以后迁出。
  - 因婚嫁等户籍在外，政策允许享受。
exclusions: 不按证件号码前六位判断户籍；号码相近或可疑的、名单截止日期早于检查日一年以上的无法判定。
advice: 向公安部门核实发放时的户籍，核对申请审批表。
to_judge: 补报新的户籍名单；核对证件号码。
neighbours: [HP01, HP07, DQ03]
---*/
-- 对象：领取限本地户籍的补助的人。疑点：不在户籍名单上。未能判定：号码相近、可疑或为空，名单过期。金额：这些发放的净额。
WITH residents AS (
    SELECT person, coalesce(bool_or(by_number), false) AS resident FROM list_match WHERE register = '户籍' GROUP BY person
), listed AS (
    SELECT max(list_date) AS until FROM registers WHERE register = '户籍'
), judged AS (
    SELECT l.* FROM paid_lines l JOIN subsidies v ON v.text = l.subsidy WHERE says_any(v.key, $resident_only)
)
SELECT shown.*, NOT coalesce(r.resident, false) AS flag,
       CASE WHEN l.is_suspect THEN number_lost() WHEN r.resident THEN NULL WHEN r.person IS NOT NULL THEN '户籍名单上姓名相同，证件号码只是相近或可能丢失末位'
            WHEN l.id_problem IS NOT NULL THEN '证件号码不能用于比对：' || l.id_problem WHEN coalesce($as_of - (SELECT until FROM listed) > 366, false) THEN '户籍名单截止日期早于检查日一年以上'
            WHEN l.line IN (FROM unclaimed_lines) THEN perhaps_returned() END AS doubt, 'identity' AS doubt_kind,
       returned(l.total) AS left_out, '户籍名单中没有；' || paid_for(l.subsidy, l.period) || '，' || yuan(l.net) || ' 元' AS detail
FROM judged l LEFT JOIN residents r ON r.person = l.person
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number')
WHERE says_any(subsidy_key, $resident_only) AND (lost_subject(subject) OR subject NOT IN (SELECT id_number FROM registers WHERE register = '户籍' AND NOT lost_digits(id_number, suspect)))
