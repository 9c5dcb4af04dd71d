/*---
code: DQ05
title: 名册本身有误
severity: 低
version: 1
subject: id_number
amount_label: —
needs: {beneficiaries: [id_number, name]}
uses: [registers]
thresholds:
  days: {default: 60, says: 去世后超过该天数仍没有退出即列出, unit: 天, min: 0, max: 730, step: 10}
relief: {beneficiaries: any, registers: any}
basis: [S1-3-5, S1-3-7]
what: 名册上的人证件号码无效；已去世超过规定天数没有退出；同时在两户；所在的户没有户主。
why: 名册不准，按名册的比对都会受影响。
innocent:
  - 号码录入有误，人是真实的。
  - 婚迁、分户后原户没有及时退出。
exclusions: 没有登记与户主关系的名册不看户主；搬迁当天退出一户、纳入另一户的不算同时在两户；号码以数字存放或带星号的、与死亡名单姓名不符或没有去世日期的无法判定。
advice: 与公安、民政核对，更正名册。
to_judge: 核对原始证件补正号码；补填退出日期和与户主关系；改正没有采用的行。
neighbours: [HP07, HP03, HP08]
---*/
-- 对象：名册上的人。疑点：号码无效，去世后没有退出，同时在两户，户没有户主（列该户号码最小的人）。未能判定：号码可疑（名册或死亡名单），死亡名单姓名不符、没有日期或只写到月份。金额：无。
WITH dead AS (
    SELECT d.id_number, k.key AS name_key, min(d.since) AS first_death, min(d.since_end) AS last_death, count(d.since) > 0 AS dated FROM registers d LEFT JOIN names k USING (name) WHERE d.register = '死亡' AND NOT lost_digits(d.id_number, d.suspect) GROUP BY ALL
), standing AS (
    SELECT r.*, i.invalid, d.first_death, d.last_death, d.dated, d.id_number IS NOT NULL AS listed, coalesce(d.name_key IS NULL OR names_agree(d.name_key, r.name_key), false) AS agrees
    FROM register_people r JOIN identities i USING (person) LEFT JOIN dead d ON d.id_number = r.id_number
), masked_dead AS ( -- 死亡名单上号码可疑、姓名相同、余下的数字相符
    SELECT r.person FROM register_people r JOIN names k ON k.key = r.name_key JOIN registers d ON d.name = k.name AND d.register = '死亡' AND lost_digits(d.id_number, d.suspect)
    WHERE coalesce($as_of - d.since > $days, true) AND (names_agree(r.id_number, replace(d.id_number, '*', '?')) OR (NOT contains(d.id_number, '*') AND left(r.id_number, 15) = left(d.id_number, 15)))
), twice AS ( -- 搬迁当天退出一户、纳入另一户的不算；sure：只知道月份的，月初月末都重叠
    SELECT a.person, bool_or(coalesce(greatest(a.entered_on_end, b.entered_on_end) < least(coalesce(a.exited_on, $as_of + 1), coalesce(b.exited_on, $as_of + 1)), true)) AS sure
    FROM register_people a JOIN register_people b ON b.person = a.person AND b.household_id > a.household_id
        AND coalesce(greatest(a.entered_on, b.entered_on) < least(coalesce(a.exited_on_end, $as_of + 1), coalesce(b.exited_on_end, $as_of + 1)), true) GROUP BY a.person
), headless AS (
    SELECT household_id, min(id_number) AS id_number FROM beneficiaries WHERE household_id IS NOT NULL AND coalesce(exited_on > $as_of, true) AND (SELECT count(relation) > 0 FROM beneficiaries)
    GROUP BY household_id HAVING count(*) FILTER (WHERE relation IN ('户主', '本人', '本人或户主')) = 0
), judged AS (
    SELECT *, coalesce(invalid <> '', false) AS bad_number, listed AND agrees AND dated AND exited_on IS NULL AND $as_of - last_death > $days AS dead_standing, listed AND agrees AND dated AND exited_on IS NULL AND $as_of - first_death > $days AS perhaps_dead, exited_on IS NULL AND person IN (FROM masked_dead) AS perhaps_listed, person IN (SELECT person FROM twice WHERE sure) AS in_two, person IN (SELECT person FROM twice) AS perhaps_in_two,
           (household_id, id_number) IN (SELECT (household_id, id_number) FROM headless) AS no_head
    FROM standing
)
SELECT id_number AS subject, name, coalesce(bad_number OR dead_standing OR in_two OR no_head, false) AS flag,
       CASE WHEN is_suspect THEN number_lost() WHEN bad_number OR dead_standing OR in_two OR no_head THEN NULL WHEN listed AND exited_on IS NULL AND NOT agrees THEN '证件号码在死亡名单上，姓名不符'
            WHEN listed AND exited_on IS NULL AND NOT dated THEN '死亡名单没有去世日期'
            WHEN perhaps_dead OR perhaps_in_two THEN month_only() WHEN perhaps_listed THEN '死亡名单上姓名相同，证件号码' || key_lost() END AS doubt, 'identity' AS doubt_kind, $as_of AS occurred_on,
       concat_ws('；', if(bad_number, '证件号码无效：' || invalid, NULL), if(dead_standing, last_death || ' 去世，没有退出', NULL), if(in_two, '同时在两户', NULL), if(no_head, '户 ' || household_id || ' 没有户主', NULL)) AS detail,
       written AS 名册证件号码, name AS 名册姓名, household_id AS 名册户编号, entered_on AS 纳入日期, exited_on AS 退出日期, last_death AS 去世日期
FROM judged
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('beneficiaries', 'id_number')
