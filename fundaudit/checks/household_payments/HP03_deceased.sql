/*---
code: HP03
title: 向已去世人员发放
severity: 高
version: 3
subject: id_number
amount_label: 发放金额
needs: {household_payments: [subsidy, id_number, name, amount], registers: [register, id_number]}
uses: [beneficiaries]
lists: [死亡]
guard: true
adds: true
thresholds:
  grace_days: {default: 30, says: 去世后该天数以内的发放不列出, unit: 天, min: 0, max: 366, step: 5}
  arrears_days: {default: 180, says: 没有发放月份的，去世后超过该天数才列出，以内的可能是补发，无法判定, unit: 天, min: 0, max: 730, step: 30}
  exclude: {default: [丧葬, 抚恤, 遗属], says: 名称含这些字样的补助不参加}
basis: [fiscal-penalties-6, one-card-2020, S1-3-7]
what: 领取人在死亡名单上，去世超过规定天数后仍有发放，且发放所属的周期在去世当月以后开始；没有发放月份的，去世超过补发天数后仍有发放。
why: 人员去世后没有及时停发，实际领取情况需要核实。
innocent:
  - 补发去世以前应得的补助，发放月份没有如实填写。
  - 死亡名单登记有误，或同名不同人。
  - 家属依政策领取的丧葬、抚恤类补助，项目名称没有写明。
exclusions: 丧葬、抚恤、遗属类补助不参加；没有证件号码的不参加；姓名不符或号码只是相近的无法判定。按户发放、同户另有在册而健在的人的，程度按低列示。
advice: 向民政、公安核实死亡日期，调取发放回单，确认实际领取人，经核实确属多发的按规定处理。
to_judge: 补报去世日期；核对姓名和证件号码；改正被拒收的行。
---*/
WITH persons AS (
    SELECT person, sum(amount) AS total FROM person_lines GROUP BY person
), relief AS (
    SELECT key AS person, bool_or(table_name <> 'household_payments' OR amount IS NULL) AS unknown, sum(least(amount, 0)) AS refunded
    FROM touching WHERE kind = 'id_number' AND table_name IN ('household_payments', 'registers') GROUP BY key
), deaths AS (
    SELECT person, any_value(list_name ORDER BY list_name) AS list_name, min(list_number) AS list_number,
           min(since) AS first_death, min(since_end) AS last_end, max(since) > min(since_end) AS contradicts,
           count(since) = count(*) AS dated, -- a month and a day within it do not contradict each other
           bool_and(tier = 'number') AS by_number, bool_and(agrees) AS agrees
    FROM list_match WHERE register = '死亡' GROUP BY person
), judged AS (
    SELECT l.*, d.* EXCLUDE (person), coalesce(NOT r.unknown AND p.total + r.refunded > 0, r.person IS NULL) AS firm,
           coalesce(list_bool_or([contains(l.subsidy, word) FOR word IN CAST($exclude AS VARCHAR[])] || [false]), false) AS excluded
    FROM person_lines l JOIN persons p USING (person) LEFT JOIN deaths d USING (person) LEFT JOIN relief r USING (person)
    WHERE l.net > 0 AND p.total > 0 AND l.id_number IS NOT NULL
), dated AS (
    SELECT *, -- whether the line would be flagged were the death on that day; a payment without a month may be of arrears
           coalesce(paid_on > first_death + CAST($grace_days AS INTEGER)
               AND (period IS NULL OR cycle_begins(per, period) > last_day(first_death)), false) AS after_first,
           coalesce(paid_on > last_end + CAST($grace_days AS INTEGER), false) AS after_last,
           period IS NULL AND paid_on <= last_end + CAST($arrears_days AS INTEGER) AS perhaps_arrears
    FROM judged
), reasoned AS (
    SELECT *, CASE WHEN is_suspect THEN '证件号码以数字格式存放，可能已丢失末位，须核对原件'
                   WHEN list_number IS NULL OR excluded THEN NULL
                   WHEN NOT dated AND NOT (dated IS NULL) THEN '死亡名单没有去世日期'
                   WHEN paid_on IS NULL THEN '没有发放日期，也没有发放月份'
                   WHEN after_first AND contradicts THEN '死亡名单有两个不同的去世日期'
                   WHEN after_first AND period IS NULL AND raw['period'] IS NOT NULL THEN '发放月份无法读取：' || raw['period']
                   WHEN after_first AND perhaps_arrears THEN '没有发放月份，去世后 ' || $arrears_days || ' 天以内发放，可能是补发去世以前应得的'
                   WHEN after_first AND NOT after_last THEN '去世日期只写到月份，月初和月末去世的结论不同'
                   WHEN after_first AND NOT by_number THEN '死亡名单上姓名相同，证件号码只是相近'
                   WHEN after_first AND NOT agrees THEN '证件号码在死亡名单上，姓名不符' END AS reason
    FROM dated
), alive AS ( -- lines of a household of which another member on the register lived on that day
    SELECT DISTINCT l.line_id
    FROM person_lines l JOIN beneficiaries b ON b.household_id = l.household_id AND b.id_number <> l.id_number
    WHERE l.basis_kind = '到户' AND (b.entered_on IS NULL OR b.entered_on <= l.paid_on)
      AND (b.exited_on IS NULL OR b.exited_on >= l.paid_on)
      AND NOT EXISTS (SELECT 1 FROM registers d WHERE d.register = '死亡' AND d.id_number = b.id_number
                      AND coalesce(d.since <= l.paid_on, true))
)
SELECT person AS subject, name, township, village AS unit,
       if(line_id IN (FROM alive), '低', NULL) AS severity,
       if(reason IS NULL, list_number IS NOT NULL AND NOT excluded AND after_first, NULL) AS flag,
       net AS amount,
       paid_on AS occurred_on,
       reason,
       if(last_end > first_death AND strftime(last_end, '%Y-%m') = strftime(first_death, '%Y-%m') AND last_end = last_day(first_death)
              AND day(first_death) = 1, strftime(first_death, '%Y-%m'), CAST(first_death AS VARCHAR)) || ' 去世；' || subsidy || coalesce('，' || period, '') || '，' || paid_on || ' 发放 ' || yuan(net) || ' 元' AS detail,
       firm,
       'household:' || line_id AS paid_key,
       source_file,
       written AS 证件号码, name AS 姓名, subsidy AS 补助项目, period AS 发放月份, paid_on AS 发放日期, net AS 金额,
       first_death AS 去世日期, list_number AS 名册证件号码, list_name AS 名册姓名
FROM reasoned
UNION ALL BY NAME
SELECT NULL AS subject, '净额不大于零、已退回 ' || count(*) || ' 人' AS reason FROM persons WHERE total <= 0 HAVING count(*) > 0
