/*---
code: LP02
title: 资金支出慢于序时进度
severity: 中
version: 2
subject: group
amount_label: 支出缺口
needs: {indicators: [indicator_id, amount, received_on], allocations: [allocation_id, indicator_id], payments: [amount, paid_on]}
outcome_amount: total
thresholds:
  min_amount: {default: 100.00, says: 支出缺口超过该数才列出, unit: 元, min: 0.00, max: 10000000.00, step: 100.00}
  tolerance: {default: 0.00, says: 允许低于序时进度的幅度, unit: 比例, min: 0.00, max: 0.50, step: 0.01}
  target: {default: 0.95, says: 全年支出进度达到该比例即视为完成, unit: 比例, min: 0.50, max: 1.00, step: 0.01}
relief: {payments: more, indicators: less}
sums: [payments, indicators]
basis: [budget-regulation-60, S0-2, S3-2-1]
what: 按资金类型、直达标识、是否统筹整合和全部资金分组，本年支出占本年可用资金的比例低于序时进度（全年以完成比例为限）。
why: 一类资金整体支出滞后，说明分配、项目实施或支付的某个环节没有跟上。
innocent:
  - 资金下半年才到位，当年客观上难以形成支出。
  - 已支付的凭证没有关联到分配和指标，未能计入该组。
  - 资金按规定结转下年继续使用。
exclusions: 审计年度和以前预算年度的指标参加，以前年度的支付从可用资金中扣除，提前下达的以后年度资金不计入；指标完全相同的几组只列一组；标识为空的指标不成组，其金额写在说明中。
advice: 对照月支出计划逐项目排查支付滞后的原因，先核对支付凭证与指标的关联是否完整。
to_judge: 把支付凭证关联到分配记录，使其能追溯到指标；改正没有采用的行。
neighbours: [LP03, LP01, IB02]
---*/
-- 对象：本年有可用资金的资金组，指标完全相同的几组只列一组。疑点：本年支出慢于序时进度。未能判定：未能追溯到指标的支付（本年的、
-- 以前的、两者都）计入与否，结论不同（全部资金不受影响）。金额：应支出减已支出。
WITH judged AS (
    SELECT *, available - untraced_before AS less, greatest(paid + untraced_paid, 0) AS more,
           behind(paid + $min_amount, available, $tolerance, $target) AS late, required_by(available, $tolerance, $target) AS required
    FROM group_money WHERE available > 0 AND stands AND subject <> 'direct_tag:直达+参照直达'
)
SELECT subject, name, late AS flag,
       CASE WHEN late <> behind(more + $min_amount, available, $tolerance, $target)
                 OR late <> behind(paid + $min_amount, less, $tolerance, $target)
                 OR late <> behind(more + $min_amount, less, $tolerance, $target)
            THEN untraced(untraced_paid, untraced_before) END AS doubt, 'untraced' AS doubt_kind,
       required - paid - $min_amount AS margin, required - paid AS amount, $as_of AS occurred_on,
       '可用 ' || yuan(available) || ' 元，本年支出 ' || yuan(paid) || ' 元，进度 ' || percent(paid, available)
           || coalesce('（' || nullif(array_to_string(twins, '、'), '') || '为同一批指标）', '') AS detail,
       name AS 资金组, available AS 本年可用资金, required AS 应支出, paid AS 本年支出, percent(paid, available) AS 支出进度
FROM judged
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_groups WHERE subject NOT IN (SELECT subject FROM fund_groups) AND subject <> 'direct_tag:直达+参照直达'
UNION ALL BY NAME SELECT left_out FROM untagged_money
UNION ALL BY NAME FROM early_money
