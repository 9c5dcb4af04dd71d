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
relief: {household_payments: less, registers: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4, one-card-2020, S1-3-7]
what: 领取人在死亡名单上，去世超过规定天数后仍有发放，且发放所属的周期在去世当月以后开始；没有发放月份的，去世超过补发天数后仍有发放。
why: 人员去世后没有及时停发，实际领取情况需要核实。
innocent:
  - 补发去世以前应得的补助，发放月份没有如实填写。
  - 死亡名单登记有误，或同名不同人。
  - 家属依政策领取的丧葬、抚恤类补助，项目名称没有写明。
exclusions: 丧葬、抚恤、遗属类补助不参加；没有证件号码的不参加；姓名不符或号码只是相近的无法判定。按户发放、同户另有在册而健在的人的，程度按低列示。
advice: 向民政、公安核实死亡日期，调取发放回单，确认实际领取人，经核实确属多发的按规定处理。
to_judge: 补报去世日期；核对姓名和证件号码；改正没有采用的行。
neighbours: [HP02, HP07, DQ05]
---*/
-- 对象：领取补助的人（丧葬、抚恤、遗属类不列出）。疑点：去世超过规定天数后发放，且所属周期在去世当月以后开始；没有发放月份的，
-- 超过补发天数。未能判定：没有或有两个去世日期，姓名不符，号码只是相近，可能是补发；退完的加上没有采用的一行就没有退完。金额：这些发放的净额。
WITH judged AS NOT MATERIALIZED (
    SELECT l.*, d.* EXCLUDE (person), l.subsidy_no IN (SELECT subsidy_no FROM subsidies WHERE says_any(key, $exclude)) AS excluded,
           coalesce(l.paid_on > first_death + CAST($grace_days AS INTEGER)
               AND (l.period IS NULL OR cycle_first(l.per, l.period) > last_day(first_death)), false) AS late
    FROM paid_lines l LEFT JOIN deaths d USING (person) WHERE l.id_number IS NOT NULL
)
SELECT shown.*, late AND NOT excluded AS flag, if(l.line IN (FROM lines_of_the_living), '低', NULL) AS severity,
       CASE WHEN excluded THEN NULL
            WHEN l.is_suspect THEN number_lost()
            WHEN list_number IS NULL THEN NULL
            WHEN NOT dated THEN '死亡名单没有去世日期'
            WHEN l.paid_on IS NULL THEN '没有发放日期，也没有发放月份'
            WHEN NOT late THEN NULL
            WHEN contradicts THEN '死亡名单有两个不同的去世日期'
            WHEN l.period IS NULL AND l.raw['period'] IS NOT NULL THEN '发放月份无法读取：' || l.raw['period']
            WHEN l.period IS NULL AND l.paid_on <= last_death + CAST($arrears_days AS INTEGER)
                THEN '没有发放月份，去世后 ' || $arrears_days || ' 天以内发放，可能是补发去世以前应得的'
            WHEN l.paid_on <= last_death + CAST($grace_days AS INTEGER) THEN '去世日期只写到月份，月初和月末去世的结论不同'
            WHEN NOT by_number THEN '死亡名单上姓名相同，证件号码只是相近或可能丢失末位'
            WHEN NOT agrees THEN '证件号码在死亡名单上，姓名不符'
            WHEN l.line IN (FROM unclaimed_lines) THEN perhaps_returned() END AS doubt, 'identity' AS doubt_kind,
       returned(l.total) AS left_out,
       death_day(first_death, last_death) || ' 去世；' || paid_for(l.subsidy, l.period) || '，' || l.paid_on || ' 发放 ' || yuan(l.net) || ' 元' AS detail,
       first_death AS 去世日期, list_number AS 名单证件号码, list_name AS 名单姓名, s.shown_from AS 名单出处
FROM judged l LEFT JOIN death_sources s USING (list_number)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number') refused
WHERE (nobody_usable('死亡') AND subject NOT LIKE 'row:%') OR (NOT says_any(subsidy_key, $exclude) AND (lost_subject(subject) OR EXISTS (
    SELECT 1 FROM registers d LEFT JOIN names k USING (name) LEFT JOIN possibly_meant m ON m.entry = d.id_number AND m.entry_name = k.key WHERE d.register = '死亡' AND (d.id_number = subject OR m.id_number = subject OR (k.key = refused.name_key AND numbers_near(d.id_number, subject))) AND coalesce(event_date - d.since > $grace_days, true)
    AND coalesce(cycle_first(per, said['period']) > last_day(d.since), true)))) OR subject IN (SELECT id_number FROM judged WHERE total <= 0 AND late AND NOT excluded)
