/*---
code: HP17
title: 补助发放不及时
severity: 低
version: 1
subject: cycle
amount_label: 发放金额
needs: {household_payments: [subsidy, period, amount, paid_on], standards: [subsidy, per]}
thresholds:
  days: {default: 45, says: 月、季的周期结束后超过该天数才开始发放即列出, unit: 天, min: 0, max: 366, step: 5}
  year_days: {default: 90, says: 年的周期结束后超过该天数才开始发放即列出, unit: 天, min: 0, max: 366, step: 5}
relief: {household_payments: any, standards: any}
basis: [one-card-2020, S1-3-5]
what: 按月、季、年发放的补助，一个周期的第一笔发放日期晚于周期末日超过规定天数。
why: 补助没有按时发到群众手里，资金可能在途滞留。
innocent:
  - 上级资金到位晚，或当年标准下达晚。
  - 首批名单需要核实，当期集中发放。
exclusions: 尚未结束的周期不参加；有发放没有填写月份、发放日期取自月份末日的、发放月份读不出的无法判定。
advice: 核对资金到位时间、名单审核和代发时间，查明在哪个环节滞留。
to_judge: 补填发放月份和发放日期；补报补助标准的周期；改正没有采用的行。
neighbours: [HP14, IB07, LP02]
---*/
-- 对象：按月、季、年发放的补助的各个已结束周期。疑点：第一笔发放晚于周期末日超过规定天数。未能判定：有的没有月份或读不出，
-- 日期取自月份末日。金额：该周期的净额。
WITH cycles AS (
    SELECT any_value(subsidy) AS subsidy, per, cycle_begins, cycle_ends, min(paid_on) AS first_paid, sum(net) AS amount, count(*) AS n,
           bool_or(period IS NULL) AS no_period, bool_or(raw['paid_on'] = '') AS dated_by_period
    FROM lines WHERE net > 0 AND per IN ('月', '季', '年') AND cycle_ends <= $as_of GROUP BY subsidy_no, per, cycle_begins, cycle_ends
), unread AS ( -- 月份写了而读不出：可能是任何一个周期的
    SELECT subsidy, min(paid_on) AS first_paid FROM lines WHERE net > 0 AND per IN ('月', '季', '年') AND month_begins IS NULL GROUP BY subsidy
)
SELECT subsidy || '|' || cycle_text(c.per, cycle_begins) AS subject, subsidy || ' ' || cycle_text(c.per, cycle_begins) AS name,
       c.first_paid - cycle_ends > if(c.per = '年', $year_days, $days) AS flag,
       CASE WHEN no_period THEN '有发放没有填写月份' WHEN dated_by_period THEN '有发放没有日期，取的是月份的末日'
            WHEN flag AND u.first_paid - cycle_ends <= if(c.per = '年', $year_days, $days) THEN '有一笔发放的月份无法读取，可能是这个周期的第一笔' END AS doubt,
       amount, c.first_paid AS occurred_on, '周期末日 ' || cycle_ends || '，第一笔 ' || c.first_paid || '，晚 ' || (c.first_paid - cycle_ends) || ' 天，共 ' || n || ' 笔' AS detail,
       subsidy AS 补助项目, cycle_text(c.per, cycle_begins) AS 发放周期, cycle_ends AS 周期末日, c.first_paid AS 第一笔发放, n AS 笔数
FROM cycles c LEFT JOIN unread u USING (subsidy)
UNION ALL BY NAME SELECT subsidy || '|周期不明' AS subject, subsidy AS name, NULL AS flag, '发放月份无法读取' AS doubt FROM unread
UNION ALL BY NAME SELECT coalesce(subsidy || '|' || cycle_text(per, cycle), subject) AS subject, subsidy AS name, refused, flag, doubt FROM refused_rows('household_payments', 'cycle')
WHERE coalesce(cycle_last(per, month) <= $as_of, true) AND coalesce(event_date - cycle_last(per, month) > if(per = '年', $year_days, $days), true)
  AND (subsidy_key = '' OR (subsidy_no IN (SELECT v.subsidy_no FROM standards s JOIN subsidies v ON v.text = s.subsidy WHERE s.per IN ('月', '季', '年')) AND coalesce(per IN ('月', '季', '年'), true)))
