/*---
code: DQ03
title: 发放表的乡镇、村不在名册上
severity: 低
version: 1
subject: village
amount_label: 发放金额
needs: {household_payments: [township, village, amount], beneficiaries: [township, village]}
guard: true
adds: true
relief: {household_payments: less, beneficiaries: any}
sums: [household_payments]
basis: [S1-3-5, S1-3-4]
what: 发放表上的乡镇和行政村，在帮扶对象名册上没有出现过（不计镇、乡、村、村委会等字样）。
why: 地名对不上，可能是虚列的村，或登记不规范影响比对。
innocent:
  - 村名已合并、更名，名册没有更新。
  - 该村没有帮扶对象，发放的是普惠补助。
exclusions: 乡镇或村没有填写的，按填写的部分比较；都没有填写的无法判定。
advice: 核对行政区划和村组名称。
to_judge: 补填乡镇和行政村；改正没有采用的行。
neighbours: [HP22, DQ05, HP01]
---*/
-- 对象：发放表上的乡镇和村。疑点：名册上没有这个村。未能判定：乡镇和村都没有填写。金额：在该村发放的净额。
WITH known AS (
    SELECT DISTINCT bare_township(township) AS township, bare_village(village) AS village FROM beneficiaries
), places AS (
    SELECT township, village, bare_township(township) AS t, bare_village(village) AS v FROM lines WHERE net > 0 GROUP BY ALL
), told AS (
    SELECT p.township, p.village, bool_or(k.township IS NOT NULL OR k.village IS NOT NULL) AS found FROM places p
    LEFT JOIN known k ON coalesce(k.township = p.t, p.t IS NULL) AND coalesce(k.village = p.v, p.v IS NULL) GROUP BY ALL
)
SELECT coalesce(l.township, '') || '|' || coalesce(l.village, '') AS subject, concat(l.township, l.village) AS name, l.township, l.shown.amount AS amount, l.shown.occurred_on AS occurred_on, l.shown.paid_key AS paid_key, l.source_file,
       NOT t.found AS flag, if(l.township IS NULL AND l.village IS NULL, '没有填写乡镇和行政村', NULL) AS doubt, '名册上没有' || concat(l.township, l.village) AS detail,
       l.township AS 乡镇, l.village AS 行政村, l.shown.姓名 AS 姓名, l.shown.证件号码 AS 证件号码, l.subsidy AS 补助项目, l.net AS 金额
FROM paid_lines l JOIN told t ON t.township IS NOT DISTINCT FROM l.township AND t.village IS NOT DISTINCT FROM l.village WHERE l.total > 0
UNION ALL BY NAME SELECT coalesce(said['township'], '') || '|' || coalesce(said['village'], '') AS subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'village') r
WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.township = bare_township(r.said['township']) AND k.village = bare_village(r.said['village']))
