/*---
code: HP09
title: 一卡领取多户补助
severity: 中
version: 1
subject: card_no
amount_label: 发放金额
needs: {household_payments: [card_no, subsidy, amount]}
uses: [beneficiaries]
guard: true
adds: true
thresholds:
  max_households: {default: 1, says: 一张卡领取补助的户数超过该数即列出, unit: 户, min: 1, max: 50, step: 1}
  institutions: {default: [敬老院, 养老院, 福利院, 供养中心, 幸福院], says: 户名含这些字样的卡不参加}
relief: {household_payments: less, beneficiaries: any}
sums: [household_payments]
basis: [one-card-2020, fiscal-penalties-6-1, S1-3-5]
what: 一张卡（账号）上领取补助的人分属两户以上。
why: 几户的补助打到一张卡上，可能由他人集中领取，钱是否到了各户手里需要核实。
innocent:
  - 家庭已经分户，仍共用一张卡。
  - 监护人、亲属受托代领行动不便者的补助。
  - 集中供养机构统一代管。
exclusions: 户名是敬老院等供养机构的卡不参加；退款冲抵后没有余额的不计；有领取人户编号不明的、卡号带星号或以数字存放的，以及可能就是那张卡、合起来超过户数的无法判定。
advice: 核对卡的开户人、代领委托书，入户核实各户是否收到。
to_judge: 补填户编号和完整的卡号；改正没有采用的行。
neighbours: [HP16, HP10, HP05]
---*/
-- 对象：领取补助的卡，供养机构的除外。疑点：领取人分属多户。未能判定：有领取人户编号不明，卡号可疑，
-- 可能就是另一张卡号可疑的卡。金额：卡上的净额。
WITH cards AS (
    SELECT card_no, count(DISTINCT coalesce(household_id, home)) AS households, count(DISTINCT person) AS people, bool_or(household_id IS NULL AND home IS NULL) AS unknown,
           bool_or(card_lost(card_no, suspect)) AS lost, bool_or(coalesce(says_any(card_holder, $institutions) OR says_any(name, $institutions), false)) AS institution
    FROM lines WHERE net > 0 AND card_no IS NOT NULL GROUP BY card_no
), masked AS ( -- 丢失或遮盖了几位的卡号，头尾各还有几位
    SELECT card_no, if(contains(card_no, '*'), strpos(card_no, '*') - 1, least(length(rtrim(card_no, '0')), 15)) AS before, if(contains(card_no, '*'), strpos(reverse(card_no), '*') - 1, 0) AS after FROM cards WHERE lost
), meant AS ( -- 可能是同一张的完整卡号：两张合起来有几户
    SELECT c.card_no, count(DISTINCT coalesce(l.household_id, l.home)) AS households, bool_or(l.household_id IS NULL AND l.home IS NULL) AS unknown
    FROM (SELECT o.card_no, m.card_no AS other FROM (SELECT c.card_no, d.* FROM cards c CROSS JOIN (SELECT DISTINCT before, after, length(card_no) AS n FROM masked) d WHERE NOT c.lost AND length(c.card_no) = n) o
          JOIN masked m ON m.before = o.before AND m.after = o.after AND length(m.card_no) = o.n AND left(m.card_no, m.before) = left(o.card_no, o.before) AND right(m.card_no, m.after) = right(o.card_no, o.after)
          WHERE NOT contains(m.card_no, '*') OR names_agree(replace(m.card_no, '*', '?'), o.card_no)) c
    JOIN lines l ON l.card_no IN (c.card_no, c.other) WHERE l.net > 0 GROUP BY c.card_no
)
SELECT shown.* REPLACE (l.card_no AS subject, NULL AS person), c.households > $max_households AS flag,
       CASE WHEN c.lost THEN '卡号以数字格式存放或带星号，不能确定是同一张卡' WHEN c.unknown AND c.people > $max_households THEN '有领取人的户编号不明'
            WHEN c.households <= $max_households AND m.households + CAST(m.unknown AS INTEGER) > $max_households THEN '另有卡号以数字格式存放或带星号，可能是同一张卡' END AS doubt, 'identity' AS doubt_kind,
       c.households || ' 户、' || c.people || ' 人在这张卡上领取' AS detail, l.card_no AS 收款方账号, l.card_holder AS 收款账户名称
FROM paid_lines l JOIN cards c USING (card_no) LEFT JOIN meant m USING (card_no) WHERE NOT c.institution AND l.net > 0
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'card_no') WHERE subject NOT LIKE 'row:%' OR list_contains(refused_columns, 'card_no')
