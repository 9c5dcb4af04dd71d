/*---
code: PM12
title: 验收后拖欠工程款
severity: 中
version: 1
subject: project_id
amount_label: 没有支付金额
needs: {projects: [project_id, name, joint_accepted_on], contracts: [project_id, amount], payments: [amount, paid_on]}
uses: [allocations]
thresholds:
  days: {default: 60, says: 联合验收后超过该天数没有付清即列出, unit: 天, min: 0, max: 730, step: 10}
relief: {payments: more, contracts: any}
sums: [payments]
basis: [sme-payments-2020, sme-payments-2025]
what: 联合验收已过规定天数，合同金额扣除质保金后仍没有付清。
why: 工程验收后没有按约定付款，拖欠企业账款。
innocent:
  - 结算审核尚未完成，合同约定以审定价付款。
  - 结算价低于合同价，实际已经付清。
exclusions: 已取消的项目不参加；没有登记质保金比例而结论取决于它的、验收日期只写到月份而结论不同的无法判定。
advice: 核对结算审核报告、付款条款和应付账款。
to_judge: 补填质保金比例和联合验收日期；改正没有采用的行。
neighbours: [IB06, PM05, LP06]
---*/
-- 对象：已联合验收、有合同的项目。疑点：验收已过规定天数，合同减质保金减支付仍大于零。未能判定：没有质保金比例而结论取决于它，只写到月份而结论不同。金额：没有支付的金额，质保金比例不明的空缺。
WITH kept AS (
    SELECT project_id, sum(amount - share_of(amount, coalesce(retention_ratio, 0), 1)) AS due, sum(if(retention_ratio IS NULL, 0, amount - share_of(amount, retention_ratio, 1))) AS sure, bool_or(retention_ratio IS NULL) AS unknown FROM contracts GROUP BY ALL
), judged AS (
    SELECT p.*, k.due, k.due - p.paid AS owed, k.unknown, k.sure - p.paid AS surely_owed, $as_of - p.joint_accepted_on > $days AS late, $as_of - p.joint_accepted_on_end > $days AS surely_late
    FROM project_money p JOIN kept k USING (project_id) WHERE p.joint_accepted_on IS NOT NULL AND p.status IS DISTINCT FROM '取消'
)
SELECT s.*, late AND owed > 0 AS flag, CASE WHEN NOT (late AND owed > 0) THEN NULL WHEN unknown AND surely_owed <= 0 THEN '有合同没有填写质保金比例' WHEN NOT surely_late THEN month_only() END AS doubt,
       if(unknown, NULL, CAST(owed AS DECIMAL(18, 2))) AS amount, joint_accepted_on AS occurred_on, day_or_month(joint_accepted_on, joint_accepted_on_end) || ' 联合验收，合同扣除质保金 ' || yuan(due) || ' 元，已支付 ' || yuan(paid) || ' 元' || if(unknown, '；有合同没有填写质保金比例，金额不能确定', '') AS detail,
       contracted AS 合同金额, due AS 扣除质保金, paid AS 已支付, day_or_month(joint_accepted_on, joint_accepted_on_end) AS 联合验收日期
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE (said['joint_accepted_on'] IS NOT NULL OR list_contains(refused_columns, 'joint_accepted_on')) AND coalesce(said['status'] <> '取消', true) AND subject IN (SELECT project_id FROM contracts) AND coalesce($as_of - CAST(said['joint_accepted_on'] AS DATE) > $days, true)
