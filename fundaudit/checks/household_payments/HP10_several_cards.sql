/*---
code: HP10
title: 一人多卡领取补助
severity: 低
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [id_number, name, card_no, amount]}
guard: true
adds: true
relief: {household_payments: less}
sums: [household_payments]
basis: [one-card-2020, S1-3-5]
what: 同一人本年在同一个月用两张卡领取补助，或者换卡以后又换回原来的卡。
why: 一人一卡是“一卡通”的要求，几张卡轮流领取，可能有人用别的卡代领。
innocent:
  - 不同部门的补助由不同银行代发，还没有归到一张卡。
  - 当月换了新卡，前后两笔落在不同的卡上。
exclusions: 全年只换过一次卡的不列出；没有卡号的发放不参加；卡号带星号或以数字存放的无法判定。
advice: 核对各卡的开户人和开户时间，确认是否本人持有。
to_judge: 补填完整的卡号；核对证件号码；改正没有采用的行。
neighbours: [HP09, HP16, HP04]
---*/
-- 对象：本年用卡领取补助的人。疑点：一个月两张卡，或换回原来的卡。未能判定：卡号或证件号码可疑。金额：这些发放的净额。
WITH used AS (
    SELECT line, person, card_no, suspect, is_suspect, net, coalesce(period, strftime(paid_on, '%Y-%m')) AS month, lag(card_no) OVER own AS before, row_number() OVER own AS turn
    FROM paid_lines WHERE card_no IS NOT NULL AND paid_on >= year_start() WINDOW own AS (PARTITION BY person ORDER BY paid_on, line)
), months AS (
    SELECT person, month, count(DISTINCT card_no) > 1 AS several FROM used WHERE net > 0 GROUP BY ALL
), back AS ( -- 换回原来的卡
    SELECT u.line FROM used u JOIN used e ON e.person = u.person AND e.card_no = u.card_no AND e.turn < u.turn WHERE u.before <> u.card_no
), doubtful AS (
    SELECT person, bool_or(card_lost(card_no, suspect)) AS lost, bool_or(is_suspect) AS number_lost, count(DISTINCT card_no) AS cards FROM used GROUP BY person
)
SELECT shown.*, p.net > 0 AND (coalesce(m.several, false) OR l.line IN (FROM back)) AS flag,
       CASE WHEN d.number_lost AND d.cards > 1 THEN number_lost() WHEN d.lost AND d.cards > 1 THEN '卡号以数字格式存放或带星号，不能确定是同一张卡' END AS doubt, 'identity' AS doubt_kind,
       returned(p.total) AS left_out, if(coalesce(m.several, false), l.month || ' 用了不止一张卡', '换回了以前的卡') || '，本年共 ' || d.cards || ' 张' AS detail, l.card_no AS 收款方账号
FROM paid_lines p JOIN used l USING (line) JOIN doubtful d ON d.person = l.person LEFT JOIN months m ON m.person = l.person AND m.month IS NOT DISTINCT FROM l.month
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number') WHERE coalesce(event_date >= year_start(), true) AND said['card_no'] IS NOT NULL
