/*---
code: HP14
title: 应享受而没有领取
severity: 低
version: 1
subject: id_number
amount_label: 应发金额
needs: {beneficiaries: [id_number, name, kind, entered_on], standards: [subsidy, amount, universal], household_payments: [subsidy, amount]}
uses: [registers]
guard: true
thresholds:
  grace: {default: 60, says: 周期结束后超过该天数仍没有发放即列出, unit: 天, min: 0, max: 366, step: 5}
relief: {household_payments: any, beneficiaries: any, standards: any}
basis: [one-card-2020, S1-3-5]
what: 最近一个已结束超过规定天数的周期内一直在册的人，对其类别普惠的补助在该周期没有发放（按户的，全户都没有）。
why: 政策应当人人享受而没有发放，群众应得的补助可能被漏发或截留。
innocent:
  - 本人自愿放弃，或已由其他政策替代。
  - 发放表还没有报送，或补助按别的周期集中发放。
exclusions: 周期内纳入或退出的、已在死亡名单上的不参加；按数量计算的补助不参加；按人的补助，同户另有人领取的（可能代领）无法判定；纳入日期为空的不参加；纳入、退出只写到月份而月初月末结论不同的，发放月份读不出的无法判定；前后相接的两段在册算一段。
advice: 核对申报名单和发放清单，逐人核实没有发放的原因，应补发的补发。
to_judge: 补报该周期的发放表；补填按人或按户标识和户编号；改正没有采用的行。
neighbours: [HP17, HP18, IB07]
---*/
-- 对象：上一个周期一直在册的人，对其类别普惠的补助。疑点：该周期没有发放。未能判定：按人而同户有人领取，号码可疑，
-- 发放月份读不出，纳入、退出日期只到月份而结论不同。金额：标准金额。
WITH due AS ( -- 每个标准最近一个已结束超过规定天数的周期
    SELECT s.subsidy, v.subsidy_no, s.kinds, s.basis_kind, s.amount, s.per, s.universal AND s.per_unit IS NULL AND s.per IN ('月', '季', '年') AS all_due, s.from_date, cycle_last(s.per, m) AS ends, cycle_first(s.per, m) AS begins
    FROM standards s JOIN subsidies v ON v.text = s.subsidy, LATERAL (SELECT strftime($as_of - to_days(CAST($grace AS INTEGER)) - to_months(n), '%Y-%m') AS m FROM (SELECT unnest(range(0, 13)) AS n))
    WHERE coalesce(s.from_date_end <= cycle_first(s.per, m), true) AND cycle_last(s.per, m) < $as_of - CAST($grace AS INTEGER)
    QUALIFY row_number() OVER (PARTITION BY s.subsidy, s.kinds ORDER BY cycle_last(s.per, m) DESC, s.from_date DESC NULLS LAST, s.source_file ASC, s.source_sheet ASC, s.source_row ASC) = 1
), due_to AS ( -- 每类对象的标准：写明该类的先于不分类的
    SELECT k.kind AS own_kind, d.* FROM (SELECT DISTINCT kind FROM beneficiaries) k JOIN due d ON d.kinds IS NULL OR kind_in(d.kinds, k.kind)
    QUALIFY all_due AND rank() OVER (PARTITION BY k.kind, d.subsidy_no ORDER BY d.kinds IS NULL, d.from_date DESC NULLS LAST) = 1
), people AS (
    SELECT id_number, person, any_value(name) AS name, any_value(township) AS township, any_value(household_id) AS household_id, any_value(source_file) AS source_file, bool_or(lost_digits(id_number, suspect)) AS lost
    FROM beneficiaries JOIN identities USING (id_number) WHERE id_number NOT IN (SELECT id_number FROM registers WHERE register = '死亡') GROUP BY id_number, person
), entitled AS (
    SELECT b.*, d.*, t.sure FROM register_times t JOIN people b USING (id_number) JOIN due_to d ON d.own_kind IS NOT DISTINCT FROM t.kind AND t.begun <= d.begins AND t.ended >= d.ends
), paid AS (
    SELECT DISTINCT l.person, coalesce(l.household_id, l.home) AS family, l.subsidy_no, d.begins, l.month_begins IS NULL AS unread
    FROM lines l JOIN (SELECT DISTINCT subsidy_no, begins, ends FROM due_to) d ON d.subsidy_no = l.subsidy_no AND coalesce(l.month_begins BETWEEN d.begins AND d.ends, true) WHERE l.net > 0
), told AS (
    SELECT e.*, coalesce(p.readable, false) AS got, p.readable IS NOT NULL AS perhaps_got, f.family IS NOT NULL AS family_got FROM (SELECT * EXCLUDE (own_kind) REPLACE (bool_or(sure) AS sure) FROM entitled GROUP BY ALL) e
    LEFT JOIN (SELECT person, subsidy_no, begins, bool_or(NOT unread) AS readable FROM paid GROUP BY ALL) p ON p.person = e.person AND p.subsidy_no = e.subsidy_no AND p.begins = e.begins
    LEFT JOIN (SELECT DISTINCT family, subsidy_no, begins FROM paid WHERE family IS NOT NULL AND NOT unread) f ON f.family = e.household_id AND f.subsidy_no = e.subsidy_no AND f.begins = e.begins
)
SELECT id_number AS subject, name, township, source_file, NOT got AND NOT (basis_kind = '到户' AND family_got) AS flag,
       CASE WHEN got OR (basis_kind = '到户' AND family_got) THEN NULL WHEN lost THEN number_lost()
            WHEN family_got THEN '按人补助，同户另有人领取，可能是代领' WHEN perhaps_got THEN '有一笔发放的月份无法读取'
            WHEN NOT sure THEN '名册的纳入或退出日期只写到月份，月初和月末的结论不同' END AS doubt, 'identity' AS doubt_kind, amount, ends AS occurred_on,
       subsidy || '，' || cycle_text(per, begins) || ' 没有发放，标准 ' || yuan(amount) || ' 元' AS detail, id_number AS 证件号码, name AS 姓名, household_id AS 户编号, subsidy AS 补助项目, cycle_text(per, begins) AS 应发周期, amount AS 标准金额
FROM told
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('beneficiaries', 'id_number') r WHERE subject NOT IN (SELECT id_number FROM registers WHERE register = '死亡') AND EXISTS (
    SELECT 1 FROM due d WHERE all_due AND (kinds IS NULL OR coalesce(kind_in(kinds, r.said['kind']), true)) AND coalesce(CAST(r.said['entered_on'] AS DATE) <= begins, true) AND coalesce(CAST(r.said['exited_on'] AS DATE) >= ends, true)
      AND NOT EXISTS (SELECT 1 FROM paid p JOIN identities i USING (person) WHERE i.id_number = r.subject AND p.subsidy_no = d.subsidy_no AND p.begins = d.begins AND NOT p.unread))
