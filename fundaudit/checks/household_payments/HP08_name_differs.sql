/*---
code: HP08
title: 姓名与名册不符
severity: 中
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [id_number, name, amount], beneficiaries: [id_number, name]}
guard: true
adds: true
basis: [one-card-2020, S1-3-5]
what: 领取人的证件号码在名册上，姓名却与名册不同。
why: 号码与姓名不一致，可能是录入错误，号码的归属需要核实。
innocent:
  - 改名、音译用字不同，或一方使用了简写。
  - 由家庭成员代领，登记了代领人的姓名。
exclusions: 比较时不计空格、间隔号和繁简体；姓名为空或有遮盖的、四字以上只差一字的无法判定。
advice: 核对身份证和户口簿，确认号码属于谁。
to_judge: 补填姓名，去掉遮盖；核对音译用字。
---*/
WITH persons AS (
    SELECT person, sum(amount) AS total FROM person_lines GROUP BY person
), relief AS (
    SELECT key AS person, bool_or(table_name <> 'household_payments' OR amount IS NULL) AS unknown, sum(least(amount, 0)) AS refunded
    FROM touching WHERE kind = 'id_number' AND table_name IN ('household_payments', 'beneficiaries') GROUP BY key
), matched AS (
    SELECT l.line_id,
           bool_or(l.name_key = g.name_key AND NOT contains(l.name_key, '?')) AS agrees,
           bool_or(g.name_key IS NULL OR contains(l.name_key, '?') OR contains(g.name_key, '?')) AS unclear,
           bool_or(greatest(length(l.name_key), length(g.name_key)) >= 4 AND one_apart(l.name_key, g.name_key)) AS almost,
           string_agg(DISTINCT g.name, '、' ORDER BY g.name) AS register_name
    FROM person_lines l JOIN register_match m USING (line_id) JOIN register_people g ON g.id_number = m.register_id_number
    WHERE m.tier IN ('exact', 'repaired') GROUP BY l.line_id
), judged AS (
    SELECT l.*, m.* EXCLUDE (line_id), coalesce(NOT r.unknown AND p.total + r.refunded > 0, r.person IS NULL) AS firm,
           CASE WHEN l.is_suspect THEN '证件号码以数字格式存放，可能已丢失末位，须核对原件'
                WHEN NOT m.agrees AND m.unclear THEN '姓名为空或有遮盖，无法比较'
                WHEN NOT m.agrees AND m.almost THEN '姓名只差一字，可能是音译用字不同' END AS reason
    FROM person_lines l JOIN matched m USING (line_id) JOIN persons p USING (person) LEFT JOIN relief r USING (person)
    WHERE l.net > 0 AND p.total > 0
)
SELECT person AS subject, name, township, village AS unit,
       if(reason IS NULL, NOT agrees, NULL) AS flag,
       net AS amount,
       paid_on AS occurred_on,
       reason,
       '名册上同一号码的姓名为 ' || left(register_name, 1) || '**（' || length(register_name) || ' 字），发放表为 ' || length(name) || ' 字；'
           || subsidy || coalesce('，' || period, '') || '，' || yuan(net) || ' 元' AS detail,
       firm,
       'household:' || line_id AS paid_key,
       source_file,
       written AS 证件号码, name AS 姓名, register_name AS 名册姓名, subsidy AS 补助项目, period AS 发放月份, paid_on AS 发放日期, net AS 金额
FROM judged
UNION ALL BY NAME
SELECT NULL AS subject, '净额不大于零、已退回 ' || count(*) || ' 人' AS reason FROM persons WHERE total <= 0 HAVING count(*) > 0
