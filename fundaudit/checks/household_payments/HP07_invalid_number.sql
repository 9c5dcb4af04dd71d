/*---
code: HP07
title: 证件号码无效
severity: 中
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [id_number, name, amount]}
guard: true
adds: true
basis: [one-card-2020, S1-3-5]
what: 领取人的证件号码规范化后仍不是有效的居民身份号码。
why: 号码无效就无法与名册和其他名单比对，可能是录入错误，领取人身份需要核实。
innocent:
  - 录入时多写、漏写或写错一位。
  - 填写的是残疾人证、护照等其他证件的号码。
exclusions: 号码为空、以数字格式存放的无法判定。行政区划代码不作为判断依据。
advice: 核对身份证原件，改正号码后重新比对。
to_judge: 补填证件号码；以文本格式重新导出。
---*/
WITH persons AS (
    SELECT person, sum(amount) AS total FROM person_lines GROUP BY person
), relief AS (
    SELECT key AS person, bool_or(table_name <> 'household_payments' OR amount IS NULL) AS unknown, sum(least(amount, 0)) AS refunded
    FROM touching WHERE kind = 'id_number' AND table_name IN ('household_payments') GROUP BY key
)
SELECT person AS subject, name, township, village AS unit,
       if(l.id_number IS NULL OR is_suspect, NULL, id_problem IS NOT NULL) AS flag,
       net AS amount,
       paid_on AS occurred_on,
       if(l.id_number IS NULL, '证件号码为空', '证件号码以数字格式存放，可能已丢失末位，须核对原件') AS reason,
       coalesce(id_problem, '') || '；' || subsidy || coalesce('，' || period, '') || '，' || yuan(net) || ' 元' AS detail,
       coalesce(NOT r.unknown AND p.total + r.refunded > 0, r.person IS NULL) AS firm,
       'household:' || line_id AS paid_key,
       source_file,
       written AS 证件号码, name AS 姓名, subsidy AS 补助项目, period AS 发放月份, paid_on AS 发放日期, net AS 金额, id_problem AS 问题
FROM person_lines l JOIN persons p USING (person) LEFT JOIN relief r USING (person)
WHERE net > 0 AND p.total > 0
UNION ALL BY NAME
SELECT NULL AS subject, '净额不大于零、已退回 ' || count(*) || ' 人' AS reason FROM persons WHERE total <= 0 HAVING count(*) > 0
