/*---
code: PM05
title: 联合验收与付款、完工次序不符
severity: 中
version: 1
subject: project_id
amount_label: 已支付金额
needs: {projects: [project_id, name, joint_accepted_on], payments: [amount, paid_on]}
uses: [contracts, allocations]
thresholds:
  share: {default: 0.97, says: 联合验收以前支付不超过合同金额的该比例, unit: 比例, min: 0.00, max: 1.00, step: 0.01}
  days: {default: 90, says: 完工后超过该天数没有联合验收即列出, unit: 天, min: 0, max: 730, step: 10}
relief: {payments: any, contracts: any}
basis: [budget-regulation-57-3, S4-2]
what: 联合验收以前支付超过合同金额的规定比例；完工后超过规定天数没有联合验收；联合验收早于初验。
why: 没有验收就付清款项，质量和工程量没有把关。
innocent:
  - 验收已经完成，台账没有登记。
  - 合同约定的设备款、预付款比例较高。
exclusions: 到人到户的、已取消的项目不参加；没有合同的只看完工和初验；日期只写到月份而结论不同的无法判定。
advice: 调取验收报告、支付凭证和合同付款条款。
to_judge: 补填初验、联合验收和完工日期；补报合同；改正没有采用的行。
neighbours: [PM04, LP06, PM12]
---*/
-- 对象：到人到户以外，有合同、已完工或已验收的项目。疑点：验收前支付超过合同的规定比例，完工后久不验收，联合验收早于初验。未能判定：完工而没有完工日期，日期只写到月份而结论不同。金额：已支付。
WITH spent AS (
    SELECT p.project_id, coalesce(sum(t.amount) FILTER (WHERE coalesce(t.paid_on < p.joint_accepted_on, true)), 0) AS surely_before, coalesce(sum(t.amount) FILTER (WHERE coalesce(t.paid_on < p.joint_accepted_on_end, true)), 0) AS perhaps_before
    FROM projects p JOIN traced_payments t ON t.traced_project_id = p.project_id GROUP BY p.project_id
), judged AS (
    SELECT p.*, coalesce(b.surely_before, 0) AS before, p.contracted > 0 AND coalesce(b.surely_before, 0) > p.contracted * $share AS early, p.contracted > 0 AND coalesce(b.perhaps_before, 0) > p.contracted * $share AS perhaps_early,
           coalesce(coalesce(p.joint_accepted_on_end, $as_of) - p.actual_finish > $days, false) AS late, coalesce(coalesce(p.joint_accepted_on, $as_of) - p.actual_finish_end > $days, false) AS surely_late,
           coalesce(p.joint_accepted_on < p.initial_accepted_on_end, false) AS reversed, coalesce(p.joint_accepted_on_end < p.initial_accepted_on, false) AS surely_reversed
    FROM project_money p LEFT JOIN spent b USING (project_id)
    WHERE NOT coalesce(p.to_household, false) AND p.status IS DISTINCT FROM '取消' AND (p.has_contracts OR p.actual_finish IS NOT NULL OR p.joint_accepted_on IS NOT NULL OR p.status = '完工')
)
SELECT s.*, coalesce(early AND perhaps_early, false) OR surely_late OR surely_reversed AS flag,
       CASE WHEN flag THEN NULL WHEN joint_accepted_on IS NULL AND raw['joint_accepted_on'] IS NOT NULL THEN unreadable('联合验收日期', raw['joint_accepted_on'])
            WHEN early OR perhaps_early OR late OR reversed THEN month_only() WHEN status = '完工' AND actual_finish IS NULL AND joint_accepted_on IS NULL THEN '没有填写实际完工日期' END AS doubt, paid AS amount, coalesce(joint_accepted_on, $as_of) AS occurred_on,
       concat_ws('；', if(early, '联合验收以前支付 ' || yuan(before) || ' 元，占合同 ' || percent(before, contracted), NULL), if(surely_late, '完工 ' || (coalesce(joint_accepted_on, $as_of) - actual_finish_end) || ' 天' || if(joint_accepted_on IS NULL, '仍没有联合验收', '才联合验收'), NULL),
                 if(surely_reversed, '联合验收早于初验', NULL)) AS detail,
       contracted AS 合同金额, paid AS 已支付, day_or_month(actual_finish, actual_finish_end) AS 实际完工日期, day_or_month(initial_accepted_on, initial_accepted_on_end) AS 初验日期, day_or_month(joint_accepted_on, joint_accepted_on_end) AS 联合验收日期
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['to_household'] <> 'true', true) AND coalesce(said['status'] <> '取消', true)
