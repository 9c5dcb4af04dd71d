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
relief: {household_payments: less, beneficiaries: any}
sums: [household_payments]
basis: [one-card-2020, S1-3-5]
what: 领取人的证件号码在名册上，姓名却与名册不同。
why: 号码与姓名不一致，可能是录入错误，号码的归属需要核实。
innocent:
  - 改名、音译用字不同，或一方使用了简写。
  - 由家庭成员代领，登记了代领人的姓名。
exclusions: 比较时不计空格、间隔号和繁简体；姓名为空或有遮盖的、四字以上只差一字的无法判定。
advice: 核对身份证和户口簿，确认号码属于谁。
to_judge: 补填姓名，去掉遮盖；核对音译用字。
neighbours: [HP07, HP16, HP01]
---*/
-- 对象：证件号码在名册上的人。疑点：姓名与名册不同。未能判定：姓名为空或有遮盖，四字以上只差一字，号码可疑。金额：这些发放的净额。
WITH compared AS ( -- 一个号码在发放表上的每种姓名，与名册上的比较
    SELECT l.person, l.name_key,
           bool_and(r.is_suspect) AS lost, bool_or(l.name_key = r.name_key AND NOT contains(l.name_key, '?')) AS agrees,
           bool_or(r.name_key IS NULL OR contains(l.name_key, '?') OR contains(r.name_key, '?')) AS unclear,
           bool_or(greatest(length(l.name_key), length(r.name_key)) >= 4 AND one_apart(l.name_key, r.name_key)) AS almost
    FROM (SELECT DISTINCT person, name_key FROM paid_lines) l JOIN register_people r USING (person) GROUP BY ALL
)
SELECT shown.*, NOT c.agrees AS flag,
       CASE WHEN l.is_suspect OR c.lost THEN number_lost()
            WHEN NOT c.agrees AND c.unclear THEN '姓名为空或有遮盖，无法比较'
            WHEN NOT c.agrees AND c.almost THEN '姓名只差一字，可能是音译用字不同' END AS doubt, 'identity' AS doubt_kind,
       returned(l.total) AS left_out,
       '名册上同一号码的姓名为 ' || left(r.name, 1) || '**（' || length(r.name) || ' 字），发放表为 ' || length(l.name) || ' 字；'
           || paid_for(l.subsidy, l.period) || '，' || yuan(l.net) || ' 元' AS detail,
       r.name AS 名册姓名
FROM paid_lines l JOIN compared c ON c.person = l.person AND c.name_key IS NOT DISTINCT FROM l.name_key
JOIN register_shown r ON r.person = l.person
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number') refused
WHERE subject IN (SELECT id_number FROM beneficiaries)
  AND (lost_subject(subject) OR NOT surely_registered(subject) OR NOT EXISTS (SELECT 1 FROM register_people r WHERE r.id_number = subject AND r.name_key = refused.name_key))
