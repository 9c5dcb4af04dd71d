/*---
code: LP03
title: 年末支出进度未达目标
severity: 高
version: 1
subject: group
amount_label: 支出缺口
needs: {indicators: [indicator_id, amount, received_on], allocations: [allocation_id, indicator_id], payments: [amount, paid_on]}
when: 12-31
outcome_amount: total
thresholds:
  target: {default: 0.95, says: 全年支出进度目标（直达与参照直达合并由规定确定，其余为参考值）, unit: 比例, min: 0.50, max: 1.00, step: 0.01, fixed_by: S0-2}
basis: [S0-2]
what: 年末按直达与参照直达合计、各直达标识和全部资金分组，全年支出占可用资金的比例低于目标。
why: 全年支出进度没有达到目标，部分资金当年没有发挥效益。
innocent:
  - 资金年末才到位，按规定结转下年使用。
  - 已支付的凭证没有关联到分配和指标，未能计入该组。
  - 项目因建设周期长，按合同跨年付款。
exclusions: 只在12月31日执行；直达标识为空的指标不成组，其金额写在说明中。
advice: 逐项核对未支出资金的结转、收回和下年安排，先核对支付凭证与指标的关联是否完整。
to_judge: 把支付凭证关联到分配记录，使其能追溯到指标；改正被拒收的行。
---*/
WITH relief AS (
    SELECT key AS subject,
           bool_or(amount IS NULL) AS unknown,
           sum(greatest(if(table_name = 'payments', amount, -amount), 0)) AS amount
    FROM touching WHERE kind = 'group' AND table_name IN ('payments', 'indicators') GROUP BY key
), judged AS (
    SELECT g.*, paid < available * $target AS late,
           paid + untraced_paid < available * $target AS late_if_paid,
           available - untraced_before > 0 AND paid < (available - untraced_before) * $target AS late_if_before,
           share_of(available, $target, 1) AS required,
           if(subject = 'total', '全部资金', '直达标识：' || split_part(subject, ':', 2)) AS label
    FROM group_money g
    WHERE available > 0 AND (subject = 'total' OR starts_with(subject, 'direct_tag:'))
)
SELECT j.subject, label AS name,
       if(late = late_if_paid AND late = late_if_before, late, NULL) AS flag,
       CAST(required - paid AS DECIMAL(18, 2)) AS amount,
       $as_of AS occurred_on,
       '有未能追溯到指标的支付（本年 ' || yuan(untraced_paid) || ' 元，以前年度 ' || yuan(untraced_before)
           || ' 元），计入与否结论不同' AS reason,
       '可用 ' || yuan(available) || ' 元，全年支出 ' || yuan(paid) || ' 元，进度 ' || percent(paid, available) AS detail,
       coalesce(NOT r.unknown AND r.amount < required - paid, r.subject IS NULL) AS firm,
       label AS 资金组, CAST(available AS DECIMAL(18, 2)) AS 全年可用资金, CAST(required AS DECIMAL(18, 2)) AS 应支出, CAST(paid AS DECIMAL(18, 2)) AS 全年支出,
       percent(paid, available) AS 支出进度
FROM judged j LEFT JOIN relief r USING (subject)
UNION ALL BY NAME
SELECT NULL AS subject, '直达标识为空的指标 ' || count(*) || ' 条、' || yuan(sum(amount)) || ' 元，没有归入该类分组' AS reason
FROM indicators WHERE direct_tag IS NULL HAVING count(*) > 0
