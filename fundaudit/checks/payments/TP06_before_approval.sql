/*---
code: TP06
title: 方案批准以前支付
severity: 高
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on], allocations: [allocation_id, plan_approved_on]}
guard: true
adds: true
relief: {payments: less, allocations: any}
sums: [payments]
basis: [budget-law-13, budget-regulation-57, S3-2-2]
what: 本年支付所属的分配尚在待分配，或方案审批日期晚于支付日期、晚于下达用款额度日期。
why: 资金分配方案没有经领导小组批准就已支付或下达，先支后批，支付依据需要核实。
innocent:
  - 审批日期登记的是纪要印发日期，会议在支付以前召开。
  - 应急救灾等按规定可以先行支付的事项。
exclusions: 退款不列出；不能追溯到分配的、方案审批日期为空的、本应列出而会议纪要号为空的无法判定。
advice: 调取领导小组会议纪要和分配方案批复，核对批准日期与支付凭证日期。
to_judge: 补填方案审批日期和会议纪要号；补填支付的分配编号；改正没有采用的分配行。
neighbours: [AL02, PM08, TP09]
---*/
-- 对象：本年支付。疑点：分配待分配，或方案在支付、下达用款额度以后才批准。未能判定：不知道是哪笔分配，没有审批日期或纪要号，只写到月份而结论不同。金额：支付金额。
SELECT s.*, p.source_file, p.amount > 0 AND (p.is_pending OR p.plan_approved_on > p.paid_on OR p.plan_approved_on > p.disbursed_on) IS true AS flag,
       CASE WHEN p.amount <= 0 THEN NULL
            WHEN p.planned_by IS NULL THEN '不能追溯到分配'
            WHEN p.plan_approved_on IS NULL THEN '没有填写方案审批日期'
            WHEN p.is_pending OR p.plan_approved_on > p.paid_on OR p.plan_approved_on > p.disbursed_on THEN if(p.minutes_no IS NULL, '没有填写会议纪要号', NULL)
            WHEN p.plan_approved_on_end > p.paid_on OR p.plan_approved_on_end > p.disbursed_on THEN month_only() END AS doubt,
       if(p.planned_by IS NULL, 'untraced', 'missing') AS doubt_kind, p.left_out,
       concat_ws('，', if(p.is_pending, '所属分配为待分配', NULL), '方案审批日期 ' || day_or_month(p.plan_approved_on, p.plan_approved_on_end), '支付日期 ' || p.paid_on,
                 '下达用款额度日期 ' || p.disbursed_on) || came_back(p.returned_on) AS detail,
       p.planned_by AS 分配编号, day_or_month(p.plan_approved_on, p.plan_approved_on_end) AS 方案审批日期, p.disbursed_on AS 下达用款额度日期, p.minutes_no AS 会议纪要号
FROM payment_plans p JOIN shown_payments s USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND NOT EXISTS (SELECT 1 FROM allocation_money WHERE allocation_id = said['allocation_id']
    AND NOT is_pending AND plan_approved_on_end <= event_date AND coalesce(plan_approved_on_end <= disbursed_on, true))
