/*---
code: IB07
title: 到户补助资金长期没有发放
severity: 中
version: 1
subject: subsidy
amount_label: 没有发放金额
needs: {projects: [project_id, name], allocations: [amount], household_payments: [subsidy, amount, paid_on]}
uses: [payments]
thresholds:
  min_amount: {default: 10000.00, says: 没有发放的余额超过该金额即列出, unit: 元, min: 0, max: 100000000, step: 1000}
  days: {default: 180, says: 最后一笔发放距今超过该天数即列出, unit: 天, min: 0, max: 730, step: 10}
relief: {household_payments: any, allocations: any, payments: more}
sums: [payments]
basis: [budget-regulation-60, fiscal-penalties-6-3, S3-2-6]
what: 到人到户项目分配的资金，减去已发放到户的净额和其他支付，余额超过限额，而最后一笔发放已过规定天数。
why: 补助资金到了县里没有发到户，可能滞留在部门、乡镇或代发账户。
innocent:
  - 对象名单正在复核，尚未审定。
  - 结余已按规定统筹到其他项目，台账没有更新。
exclusions: 有发放没有写项目编号、也没有写到项目的凭证的补助无法判定；项目一次没有发放过的见到人到户标识与发放表不一致。
advice: 核对资金拨付和代发账户余额，查明没有发放的原因。
to_judge: 补填发放表的项目编号；补报支付明细；改正没有采用的行。
neighbours: [IB04, HP17, HP12]
---*/
-- 对象：到人到户项目发放的补助。疑点：分配减发放净额减其他支付的余额超过限额，最后一笔发放已过规定天数。未能判定：有发放没有项目编号（也没有写到
-- 项目的凭证），没有日期的分配决定结论。金额：余额。
WITH household AS ( -- 到人到户项目的资金
    SELECT project_id, allocated, least_allocated, most_allocated FROM project_money WHERE coalesce(to_household, false) OR category = '到户补助'
), sheets AS ( -- 发放的项目：自己写明的，否则是支付凭证的
    SELECT l.subsidy_no, l.subsidy, l.net, l.amount, l.paid_on, coalesce(l.project_id, v.project_id) AS project_id
    FROM lines l LEFT JOIN (SELECT payment_id, if(count(DISTINCT traced_project_id) = 1, any_value(traced_project_id), NULL) AS project_id FROM traced_payments GROUP BY payment_id) v USING (payment_id)
), spent AS (
    SELECT project_id, sum(net) AS paid FROM sheets WHERE project_id IS NOT NULL GROUP BY ALL
), other AS (
    SELECT traced_project_id AS project_id, sum(amount) AS paid FROM traced_payments WHERE payment_id NOT IN (SELECT payment_id FROM lines WHERE payment_id IS NOT NULL) GROUP BY ALL
), money AS (
    SELECT h.*, coalesce(s.paid, 0) AS paid, coalesce(e.paid, 0) AS other FROM household h LEFT JOIN spent s USING (project_id) LEFT JOIN other e USING (project_id)
), named AS (
    SELECT subsidy_no, any_value(subsidy) AS subsidy, max(paid_on) FILTER (WHERE amount > 0) AS last_paid, bool_or(project_id IS NULL) AS unnamed, bool_and(project_id IS NULL) AS nowhere FROM sheets GROUP BY subsidy_no
), judged AS (
    SELECT n.subsidy, n.last_paid, n.unnamed, sum(m.allocated) AS allocated, sum(m.least_allocated) AS lowest, sum(m.most_allocated) AS highest, sum(m.paid) AS paid, sum(m.other) AS other,
           string_agg(m.project_id, '、' ORDER BY m.project_id) AS projects
    FROM (SELECT DISTINCT subsidy_no, project_id FROM sheets) o JOIN named n USING (subsidy_no) JOIN money m USING (project_id) GROUP BY ALL
)
SELECT subsidy AS subject, subsidy AS name, allocated - paid - other > $min_amount AND $as_of - last_paid > $days AS flag,
       CASE WHEN unnamed THEN '有发放没有写项目编号，不能确定用了哪个项目的资金'
            WHEN $as_of - last_paid > $days AND (lowest - paid - other > $min_amount) <> (highest - paid - other > $min_amount) THEN day_decides(lowest, highest) END AS doubt, allocated - paid - other AS amount, allocated - paid - other - $min_amount AS margin, last_paid AS occurred_on,
       '分配 ' || yuan(allocated) || ' 元，发放 ' || yuan(paid) || ' 元，其他支付 ' || yuan(other) || ' 元，最后一笔发放 ' || last_paid AS detail,
       subsidy AS 补助项目, projects AS 项目编号, allocated AS 分配金额, paid AS 发放净额, other AS 其他支付, last_paid AS 最后发放
FROM judged
UNION ALL BY NAME -- 没有一笔写明项目的：可能是任何一个有余额的到户项目的
SELECT subsidy AS subject, subsidy AS name, false AS flag, if(coalesce($as_of - last_paid > $days, true), '发放都没有写项目编号，可能是有余额的到户项目的', NULL) AS doubt, subsidy AS 补助项目, last_paid AS 最后发放
FROM named WHERE nowhere AND EXISTS (SELECT 1 FROM money WHERE most_allocated - paid - other > $min_amount)
