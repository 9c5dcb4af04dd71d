/*---
code: IB05
title: 结转资金连续两年未用完
severity: 高
version: 1
subject: indicator_id
amount_label: 结转未用金额
needs: {indicators: [indicator_id, amount, budget_year], allocations: [allocation_id, indicator_id], payments: [amount, paid_on]}
thresholds:
  years: {default: 1, says: 预算年度之后满该年数的年末仍未用完即列出, unit: 年, min: 0, max: 5, step: 1, fixed_by: budget-regulation-50}
basis: [budget-law-42, budget-regulation-50]
what: 指标在预算年度的下一年年末仍有没有支付的金额。
why: 连续两年未用完的结转资金应作为结余资金管理，继续留在原项目应当核实是否需要收回。
innocent:
  - 资金已按规定收回或统筹使用，台账没有登记。
  - 跨年度工程按合同付款，已经批准继续使用。
  - 已经支付，凭证没有关联到指标。
exclusions: 支付经分配追溯到指标；未能追溯的支付可能改变结论时无法判定。
advice: 核对结转结余清理文件，应收回的办理收回，已统筹的补登记。
to_judge: 把支付凭证关联到分配记录，使其能追溯到指标；改正被拒收的支付。
---*/
WITH traced AS (
    SELECT traced_indicator_id AS indicator_id, sum(amount) AS paid
    FROM traced_payments WHERE traced_indicator_id IS NOT NULL GROUP BY ALL
), untraced AS (
    SELECT coalesce(sum(greatest(amount, 0)), 0) AS more, coalesce(sum(least(amount, 0)), 0) AS less
    FROM traced_payments WHERE traced_indicator_id IS NULL
), relief AS (
    SELECT key AS indicator_id, bool_or(amount IS NULL) AS unknown, sum(greatest(amount, 0)) AS amount
    FROM touching WHERE kind = 'indicator_id' AND table_name = 'payments' GROUP BY key
), judged AS (
    SELECT i.*, coalesce(t.paid, 0) AS paid, i.amount - coalesce(t.paid, 0) AS unspent, u.more, u.less,
           $as_of >= make_date(i.budget_year + CAST($years AS INTEGER), 12, 31) AS due
    FROM indicators i LEFT JOIN traced t USING (indicator_id) CROSS JOIN untraced u
)
SELECT j.indicator_id AS subject,
       fund_name AS name,
       section AS unit,
       CASE WHEN NOT due THEN false
            WHEN unspent - more > 0 THEN true
            WHEN unspent - less <= 0 THEN false END AS flag,
       CAST(unspent AS DECIMAL(18, 2)) AS amount,
       make_date(budget_year + CAST($years AS INTEGER), 12, 31) AS occurred_on,
       '有 ' || yuan(more) || ' 元支付未能追溯到指标，可能改变结论' AS reason,
       budget_year || ' 年指标 ' || yuan(j.amount) || ' 元，已支付 ' || yuan(paid) || ' 元' AS detail,
       coalesce(NOT r.unknown AND unspent - more - r.amount > 0, r.indicator_id IS NULL) AS firm,
       j.indicator_id AS 指标编号, doc_no AS 指标文号, fund_name AS 资金名称, budget_year AS 预算年度, j.amount AS 指标金额,
       CAST(paid AS DECIMAL(18, 2)) AS 已支付, CAST(unspent AS DECIMAL(18, 2)) AS 未支付
FROM judged j LEFT JOIN relief r USING (indicator_id)
