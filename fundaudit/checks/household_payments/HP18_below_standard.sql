/*---
code: HP18
title: 发放金额低于定额标准
severity: 低
version: 1
subject: id_number
also: [household_id]
amount_label: 少发金额
needs: {household_payments: [subsidy, name, amount], standards: [subsidy, amount, fixed]}
uses: [beneficiaries]
thresholds:
  grace: {default: 60, says: 周期结束后超过该天数才判定, unit: 天, min: 0, max: 366, step: 5}
  min: {default: 1.00, says: 少发达到该金额即列出, unit: 元, min: 0, max: 10000, step: 1}
relief: {household_payments: any, standards: any, beneficiaries: any}
basis: [one-card-2020, S1-3-5]
what: 定额补助，一人（按户的为一户）在已结束的周期领取的净额大于零而低于标准。
why: 没有足额发放，差额可能被克扣或滞留。
innocent:
  - 分次发放，下一次还没有到。
  - 周期中途纳入或退出，按月折算。
exclusions: 周期内纳入或退出的、标准在周期内变动的、按数量而没有数量的、有退款的无法判定；周期结束不到规定天数的不参加。
advice: 核对发放清单和银行回单，查明少发的原因，应补发的补发。
to_judge: 补填数量、纳入和退出日期；补报补助标准；改正没有采用的行。
neighbours: [HP11, HP14, HP02]
---*/
-- 对象：定额补助、周期已结束的领取人、户。疑点：净额大于零而低于标准。未能判定：周期内纳入、退出，标准变动，没有数量，有退款。金额：少发的部分。
WITH own AS (
    SELECT *, if(whole, 'H' || own_family, 'P' || person) AS who,
           person IN (SELECT r.person FROM register_people r WHERE r.entered_on_end BETWEEN l.cycle_begins + 1 AND l.cycle_ends OR r.exited_on BETWEEN l.cycle_begins AND l.cycle_ends - 1) AS changed
    FROM line_standards l WHERE fixed AND cycle_ends < $as_of - CAST($grace AS INTEGER)
), sums AS (
    SELECT *, sum(net) OVER g AS paid, if(per_unit IS NULL, max(allowed) OVER g, sum(allowed) FILTER (WHERE net > 0) OVER g) AS due, min(standard) FILTER (WHERE net > 0) OVER g < max(standard) FILTER (WHERE net > 0) OVER g OR coalesce(bool_or(options > 1) FILTER (WHERE net > 0) OVER g, false) AS two,
           bool_or(changed) OVER g AS moved, bool_or(per_unit IS NOT NULL AND quantity IS NULL) FILTER (WHERE net > 0) OVER g AS uncounted, bool_or(net < l.amount OR EXISTS (SELECT 1 FROM lines x WHERE x.person = l.person AND x.subsidy_no = l.subsidy_no AND x.amount > 0 AND x.net < x.amount AND x.month_begins BETWEEN l.cycle_begins AND l.cycle_ends)) OVER g AS refunded, row_number() OVER (g ORDER BY net <= 0, is_suspect, paid_on, line) AS turn
    FROM own l WINDOW g AS (PARTITION BY who, subsidy_no, cycle_begins)
)
SELECT shown.* REPLACE (if(l.whole, l.own_family, shown.subject) AS subject, if(l.whole, NULL, shown.person) AS person, if(l.turn = 1, CAST(l.due - l.paid AS DECIMAL(18, 2)), 0) AS amount),
       if(l.whole, 'household_id', 'id_number') AS subject_kind, coalesce(l.due - l.paid >= $min AND l.paid < l.due, false) AS flag,
       CASE WHEN l.per_household AND l.own_family IS NULL THEN '按户补助，户编号不明' WHEN l.two THEN '一个周期内有两个标准' WHEN l.uncounted THEN '没有填写补助数量'
            WHEN NOT flag THEN NULL WHEN l.is_suspect THEN number_lost()
            WHEN l.moved THEN '周期内纳入或退出' WHEN l.refunded THEN '有退款' END AS doubt,
       returned(l.total) AS left_out, l.subsidy || '，' || cycle_text(l.standard_per, l.cycle_begins) || '，领取 ' || yuan(l.paid) || ' 元，定额 ' || yuan(l.due) || ' 元' AS detail, l.due AS 标准金额
FROM sums l
UNION ALL BY NAME SELECT if(basis = '到户', coalesce(said['household_id'], home, subject), subject) AS subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number')
WHERE (subsidy_key = '' OR subsidy_no IN (SELECT v.subsidy_no FROM standards s JOIN subsidies v ON v.text = s.subsidy WHERE s.fixed)) AND coalesce(cycle_last(per, month) < $as_of - CAST($grace AS INTEGER), true)
