/*---
code: LP02
title: 资金支出慢于序时进度
severity: 中
version: 1
subject: group
amount_label: 支出缺口
needs: {indicators: [indicator_id, amount, received_on], allocations: [allocation_id, indicator_id], payments: [amount, paid_on]}
outcome_amount: total
thresholds:
  tolerance: {default: 0.00, says: 允许低于序时进度的幅度, unit: 比例, min: 0.00, max: 0.50, step: 0.01}
  target: {default: 0.95, says: 全年支出进度达到该比例即视为完成, unit: 比例, min: 0.50, max: 1.00, step: 0.01, fixed_by: S0-2}
basis: [S3-2-1, S0-2]
what: 按资金类型、直达标识、是否统筹整合和全部资金分组，本年支出占本年可用资金的比例低于序时进度（全年以完成比例为限）。
why: 一类资金整体支出滞后，说明分配、项目实施或支付的某个环节没有跟上。
innocent:
  - 资金下半年才到位，当年客观上难以形成支出。
  - 已支付的凭证没有关联到分配和指标，未能计入该组。
  - 资金按规定结转下年继续使用。
exclusions: 各预算年度的指标都参加，以前年度的支付从可用资金中扣除；标识为空的指标不成组，其金额写在说明中。
advice: 对照月支出计划逐项目排查支付滞后的原因，先核对支付凭证与指标的关联是否完整。
to_judge: 把支付凭证关联到分配记录，使其能追溯到指标；改正被拒收的行。
---*/
WITH relief AS (
    SELECT key AS subject,
           bool_or(amount IS NULL) AS unknown,
           sum(greatest(if(table_name = 'payments', amount, -amount), 0)) AS amount
    FROM touching WHERE kind = 'group' AND table_name IN ('payments', 'indicators') GROUP BY key
), judged AS (
    SELECT g.*, behind(paid, available, pace_num, pace_den, $tolerance, $target) AS late,
           behind(paid + untraced_paid, available, pace_num, pace_den, $tolerance, $target) AS late_if_paid,
           available - untraced_before > 0
               AND behind(paid, available - untraced_before, pace_num, pace_den, $tolerance, $target) AS late_if_before,
           required_by(available, pace_num, pace_den, $tolerance, $target) AS required,
           CASE split_part(subject, ':', 1) WHEN 'fund_type' THEN '资金类型：' || split_part(subject, ':', 2)
                WHEN 'direct_tag' THEN '直达标识：' || split_part(subject, ':', 2)
                WHEN 'integrated' THEN if(split_part(subject, ':', 2) = '是', '统筹整合资金', '未统筹整合资金')
                ELSE '全部资金' END AS label
    FROM group_money g CROSS JOIN audit
    WHERE available > 0 AND subject <> 'direct_tag:直达+参照直达'
)
SELECT j.subject, label AS name,
       if(late = late_if_paid AND late = late_if_before, late, NULL) AS flag,
       CAST(required - paid AS DECIMAL(18, 2)) AS amount,
       $as_of AS occurred_on,
       '有未能追溯到指标的支付（本年 ' || yuan(untraced_paid) || ' 元，以前年度 ' || yuan(untraced_before)
           || ' 元），计入与否结论不同' AS reason,
       '可用 ' || yuan(available) || ' 元，本年支出 ' || yuan(paid) || ' 元，进度 ' || percent(paid, available) AS detail,
       coalesce(NOT r.unknown AND r.amount < required - paid, r.subject IS NULL) AS firm,
       label AS 资金组, CAST(available AS DECIMAL(18, 2)) AS 本年可用资金, CAST(required AS DECIMAL(18, 2)) AS 应支出, CAST(paid AS DECIMAL(18, 2)) AS 本年支出,
       percent(paid, available) AS 支出进度
FROM judged j LEFT JOIN relief r USING (subject)
UNION ALL BY NAME
SELECT NULL AS subject, tag || '为空的指标 ' || count(*) || ' 条、' || yuan(sum(amount)) || ' 元，没有归入该类分组' AS reason
FROM (SELECT '资金类型' AS tag, amount FROM indicators WHERE fund_type IS NULL
      UNION ALL SELECT '直达标识', amount FROM indicators WHERE direct_tag IS NULL
      UNION ALL SELECT '是否统筹整合', amount FROM indicators WHERE integrated IS NULL)
GROUP BY tag
