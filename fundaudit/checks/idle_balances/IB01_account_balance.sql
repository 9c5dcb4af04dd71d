/*---
code: IB01
title: 账户余额长期闲置
severity: 中
version: 1
subject: account_no
amount_label: 闲置余额
needs: {balances: [account_no, as_of, balance]}
uses: [accounts]
thresholds:
  min_amount: {default: 100000.00, says: 闲置金额达到该数即列出, unit: 元, min: 0.01, max: 100000000.00, step: 10000.00}
  idle_days: {default: 90, says: 考察最近一次余额之前的天数, unit: 天, min: 1, max: 730, step: 30}
  stale_days: {default: 31, says: 最近一次余额距审计日超过该天数即无法判定, unit: 天, min: 1, max: 366, step: 1}
  max_gap_days: {default: 92, says: 相邻两次余额间隔超过该天数即无法判定, unit: 天, min: 1, max: 366, step: 1}
basis: [S2-2-4, S1-3-6, S3-2-5]
what: 账户在一段时间内的最低余额仍然不少于限额，这部分资金在此期间一直没有动用。
why: 财政资金长期停留在账户中，没有形成支出，可能是项目停滞、应缴未缴或应收回未收回。
innocent:
  - 账户存放的是质保金、押金或代管资金，本来就要按约定长期留存。
  - 资金已列入支出计划，只等项目验收或合同约定的付款时点。
  - 账户性质填写有误，实际是零余额账户或已销户账户。
exclusions: 国库单一账户、零余额账户和审计日前已销户的账户不在考察之列；账户台账中没有的账户照样考察。
advice: 核对账户性质、开户批准文号和近期流水，弄清余额对应的资金来源、项目和拟用时间。
to_judge: 补报审计日前一个月内的余额，并补齐考察期内各月末余额（相邻两次不超过三个月）。
neighbours: [IB04, TP01, TP12]
---*/
-- 对象：有余额的账户，国库单一账户、零余额账户和已销户的除外。疑点：考察期内任何时候的余额都不低于限额。未能判定：最近余额过早，
-- 余额不足一个考察期，相邻两次相隔过久，销户日期读不出。金额：考察期内的最低余额。
WITH days AS (
    SELECT account_no, as_of, balance, max(as_of) OVER own AS last_day, lead(as_of) OVER (PARTITION BY account_no ORDER BY as_of) AS next_day
    FROM balances WINDOW own AS (PARTITION BY account_no)
), idle AS ( -- 考察期从期初或以前最近的一次余额开始
    SELECT account_no, last_day, min(balance) AS lowest, max(next_day - as_of) AS widest, arg_max(balance, as_of) AS last_balance,
           min(as_of) FILTER (WHERE as_of <= last_day - CAST($idle_days AS INTEGER)) AS first_day
    FROM days WHERE coalesce(next_day > last_day - CAST($idle_days AS INTEGER), true) GROUP BY account_no, last_day
)
SELECT account_no AS subject, coalesce(a.account_name, '（账户台账中没有）') AS name, lowest >= $min_amount AS flag,
       CASE WHEN a.raw['closed_on'] IS NOT NULL THEN '销户日期无法读取：' || a.raw['closed_on']
            WHEN $as_of - last_day > $stale_days THEN '最近一次余额日期 ' || last_day || '，距审计日超过 ' || $stale_days || ' 天'
            WHEN first_day IS NULL THEN '余额记录不足 ' || $idle_days || ' 天'
            WHEN widest > $max_gap_days THEN '相邻两次余额间隔 ' || widest || ' 天，超过 ' || $max_gap_days || ' 天' END AS doubt,
       NOT EXISTS (SELECT 1 FROM touching t WHERE t.kind = 'account_no' AND t.key = account_no
                   AND (t.table_name = 'accounts' OR (t.table_name = 'balances' AND coalesce(t.amount < $min_amount, true)
                                                      AND coalesce(t.event_date >= first_day, true)))) AS firm,
       if(EXISTS (SELECT 1 FROM touching t WHERE t.kind = 'account_no' AND t.key = account_no AND t.table_name = 'balances'
                  AND t.amount < lowest AND coalesce(t.event_date >= first_day, true)), NULL, lowest) AS amount, last_day AS occurred_on,
       '最近 ' || $idle_days || ' 天最低余额 ' || yuan(lowest) || ' 元，' || last_day || ' 余额 ' || yuan(last_balance) || ' 元' AS detail,
       account_no AS 账号, a.account_name AS 账户名称, a.kind AS 账户性质, first_day AS 考察起日, last_day AS 最近余额日期,
       lowest AS 期间最低余额, last_balance AS 最近余额
FROM idle LEFT JOIN accounts a USING (account_no)
WHERE a.closed_on IS NULL AND coalesce(a.kind, '') NOT IN ('国库单一账户', '零余额账户')
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('balances', 'account_no')
WHERE subject NOT IN (SELECT account_no FROM accounts WHERE closed_on IS NOT NULL OR kind IN ('国库单一账户', '零余额账户'))
