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
---*/
WITH latest AS (
    SELECT account_no, max(as_of) AS last_day, max(as_of) - CAST($idle_days AS INTEGER) AS window_start
    FROM balances GROUP BY account_no
), started AS (
    SELECT l.*, max(b.as_of) FILTER (WHERE b.as_of <= l.window_start) AS first_day
    FROM latest l JOIN balances b USING (account_no) GROUP BY ALL
), snapshots AS (
    SELECT account_no, b.as_of, b.balance, b.as_of - lag(b.as_of) OVER (PARTITION BY account_no ORDER BY b.as_of) AS gap
    FROM started s JOIN balances b USING (account_no)
    WHERE b.as_of >= coalesce(s.first_day, s.window_start)
), idle AS (
    SELECT account_no, min(balance) AS lowest, max(gap) AS widest, arg_max(balance, as_of) AS last_balance
    FROM snapshots GROUP BY account_no
), judged AS (
    SELECT s.*, i.*, a.account_name, a.unit, a.kind,
           CASE WHEN a.raw['closed_on'] IS NOT NULL THEN '销户日期无法读取：' || a.raw['closed_on']
                WHEN $as_of - s.last_day > $stale_days
                    THEN '最近一次余额日期 ' || s.last_day || '，距审计日超过 ' || $stale_days || ' 天'
                WHEN s.first_day IS NULL THEN '余额记录不足 ' || $idle_days || ' 天'
                WHEN i.widest > $max_gap_days THEN '相邻两次余额间隔 ' || i.widest || ' 天，超过 ' || $max_gap_days || ' 天' END AS reason
    FROM started s JOIN idle i USING (account_no) LEFT JOIN accounts a USING (account_no)
    WHERE a.closed_on IS NULL AND coalesce(a.kind, '') NOT IN ('国库单一账户', '零余额账户')
)
SELECT account_no AS subject,
       coalesce(account_name, '（账户台账中没有）') AS name,
       unit,
       if(reason IS NULL, lowest >= $min_amount, NULL) AS flag,
       lowest AS amount,
       last_day AS occurred_on,
       reason,
       '最近 ' || $idle_days || ' 天最低余额 ' || yuan(lowest) || ' 元，' || last_day || ' 余额 ' || yuan(last_balance) || ' 元' AS detail,
       NOT EXISTS (
           SELECT 1 FROM touching t
           WHERE t.kind = 'account_no' AND t.key = account_no
             AND (t.table_name = 'accounts'
                  OR (t.table_name = 'balances' AND (t.amount IS NULL OR t.amount < $min_amount)
                      AND (t.event_date IS NULL OR t.event_date >= first_day)))) AS firm,
       account_no AS 账号, account_name AS 账户名称, kind AS 账户性质, first_day AS 考察起日, last_day AS 最近余额日期,
       lowest AS 期间最低余额, last_balance AS 最近余额
FROM judged
