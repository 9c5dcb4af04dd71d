/*---
code: IB05
title: 结转资金连续两年未用完
severity: 高
version: 2
subject: indicator_id
amount_label: 结转未用金额
needs: {indicators: [indicator_id, amount, budget_year], allocations: [allocation_id, indicator_id], payments: [amount, paid_on]}
thresholds:
  min_amount: {default: 100.00, says: 没有支付的金额超过该数才列出, unit: 元, min: 0.00, max: 10000000.00, step: 100.00}
  years: {default: 1, says: 预算年度之后满该年数的年末仍未用完即列出, unit: 年, min: 0, max: 5, step: 1, fixed_by: budget-regulation-50}
relief: {payments: more}
sums: [payments]
basis: [budget-law-42, budget-regulation-50]
what: 指标在预算年度的下一年年末仍有没有支付的金额。
why: 连续两年未用完的结转资金应作为结余资金管理，继续留在原项目应当核实是否需要收回。
innocent:
  - 资金已按规定收回或统筹使用，台账没有登记。
  - 跨年度工程按合同付款，已经批准继续使用。
  - 已经支付，凭证没有关联到指标。
exclusions: 支付经分配追溯到指标；未能追溯的支付可能改变结论时无法判定。
advice: 核对结转结余清理文件，应收回的办理收回，已统筹的补登记。
to_judge: 把支付凭证关联到分配记录，使其能追溯到指标；改正没有采用的支付。
neighbours: [IB04, LP03, IB06]
---*/
-- 对象：指标。疑点：预算年度之后满规定年数的年末仍没有用完。未能判定：未能追溯到指标的支付可能改变结论。金额：没有支付的金额。
WITH untraced AS (
    SELECT coalesce(sum(greatest(amount, 0)), 0) AS more, coalesce(sum(least(amount, 0)), 0) AS less
    FROM traced_payments WHERE traced_indicator_id IS NULL
), judged AS (
    SELECT *, amount - paid AS unspent, make_date(budget_year + CAST($years AS INTEGER), 12, 31) AS term
    FROM indicator_money CROSS JOIN untraced
)
SELECT s.*, unspent > $min_amount AND $as_of >= term AS flag,
       CASE WHEN $as_of >= term AND (unspent - more > $min_amount) <> (unspent - less > $min_amount)
            THEN '有 ' || yuan(more) || ' 元支付未能追溯到指标，可能改变结论' END AS doubt, 'untraced' AS doubt_kind,
       unspent - more - $min_amount AS margin, unspent AS amount, term AS occurred_on,
       budget_year || ' 年指标 ' || yuan(j.amount) || ' 元，已支付 ' || yuan(paid) || ' 元' AS detail,
       paid AS 已支付, unspent AS 未支付
FROM judged j JOIN shown_indicators s ON s.subject = j.indicator_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id')
WHERE coalesce(said_amount > $min_amount, true)
  AND coalesce($as_of >= make_date(CAST(said['budget_year'] AS INTEGER) + CAST($years AS INTEGER), 12, 31), true)
