/*---
code: LP03
title: 年末支出进度未达目标
severity: 高
version: 2
subject: group
amount_label: 支出缺口
needs: {indicators: [indicator_id, amount, received_on], allocations: [allocation_id, indicator_id], payments: [amount, paid_on]}
when: 12-31
outcome_amount: total
thresholds:
  target: {default: 0.95, says: 全年支出进度目标, unit: 比例, min: 0.50, max: 1.00, step: 0.01, fixed_by: S0-2, fixed_for: [direct_tag:直达+参照直达]}
relief: {payments: more, indicators: less}
sums: [payments, indicators]
basis: [S0-2]
what: 年末按直达与参照直达合计、各直达标识和全部资金分组，全年支出占可用资金的比例低于目标。
why: 全年支出进度没有达到目标，部分资金当年没有发挥效益。
innocent:
  - 资金年末才到位，按规定结转下年使用。
  - 已支付的凭证没有关联到分配和指标，未能计入该组。
  - 项目因建设周期长，按合同跨年付款。
exclusions: 只在12月31日执行；直达标识为空的指标不成组，其金额写在说明中；提前下达的以后年度资金不计入。
advice: 逐项核对未支出资金的结转、收回和下年安排，先核对支付凭证与指标的关联是否完整。
to_judge: 把支付凭证关联到分配记录，使其能追溯到指标；改正没有采用的行。
neighbours: [LP02, IB05, LP01]
---*/
-- 对象：12月31日，直达与参照直达合计、各直达标识、全部资金。疑点：全年支出没有达到目标。未能判定：未能追溯到指标的支付（本年的、
-- 以前的、两者都）计入与否，结论不同（全部资金不受影响）。金额：目标减已支出。
WITH judged AS (
    SELECT *, available - untraced_before AS less, greatest(paid + untraced_paid, 0) AS more, paid < available * $target AS late
    FROM group_money WHERE available > 0 AND (subject = 'total' OR starts_with(subject, 'direct_tag:'))
)
SELECT subject, name, late AS flag,
       CASE WHEN late <> (more < available * $target) OR late <> (paid < less * $target)
                 OR late <> (more < less * $target) THEN untraced(untraced_paid, untraced_before) END AS doubt, 'untraced' AS doubt_kind,
       share_of(available, $target, 1) - paid AS amount, $as_of AS occurred_on,
       '可用 ' || yuan(available) || ' 元，全年支出 ' || yuan(paid) || ' 元，进度 ' || percent(paid, available) AS detail,
       name AS 资金组, available AS 全年可用资金, share_of(available, $target, 1) AS 应支出, paid AS 全年支出,
       percent(paid, available) AS 支出进度
FROM judged
UNION ALL BY NAME
SELECT '直达与参照直达合计可用 ' || yuan(available) || ' 元，全年支出 ' || yuan(paid) || ' 元，进度 ' || percent(paid, available) AS left_out
FROM judged WHERE subject = 'direct_tag:直达+参照直达'
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_groups WHERE subject NOT IN (SELECT subject FROM fund_groups) AND starts_with(subject, 'direct_tag:')
UNION ALL BY NAME SELECT left_out FROM untagged_money WHERE tag = '直达标识'
UNION ALL BY NAME FROM early_money
