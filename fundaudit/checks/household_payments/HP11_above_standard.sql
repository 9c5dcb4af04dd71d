/*---
code: HP11
title: 发放金额高于补助标准
severity: 中
version: 1
subject: id_number
also: [household_id]
amount_label: 超标准金额
needs: {household_payments: [subsidy, name, amount], standards: [subsidy, amount]}
uses: [beneficiaries]
relief: {household_payments: less, standards: any, beneficiaries: any}
sums: [household_payments]
basis: [budget-regulation-60, fiscal-penalties-6-4]
what: 有补助标准的，一人（按户的为一户）一个周期领取的净额高于标准；按次的逐笔、按数量的以标准乘数量逐笔四舍五入到分比较。
why: 超过标准发放，可能是标准用错、数量多报或重复发放。
innocent:
  - 补发以前周期的，发放月份没有如实填写。
  - 同一户有几个应享受的人，按户标识填写有误。
  - 标准已经调整，台账没有更新。
exclusions: 没有发放日有效的标准、标准互相不一致、按数量而没有数量、周期或户编号不明的无法判定。
advice: 核对标准文件、申请审批表和数量认定资料，多发的按规定处理。
to_judge: 补报补助标准（含周期、生效日期、适用对象）；补填数量、发放月份和户编号。
neighbours: [HP18, HP04, HP20]
---*/
-- 对象：有补助标准的人、户。疑点：一个周期的净额之和高于标准。未能判定：同一周期里有一笔没有标准，标准不一致，数量、周期、户编号不明，号码可疑。金额：超出的部分。
WITH own AS MATERIALIZED (
    SELECT line, person, options, subsidy_no, standard_per, cycle_begins, paid_on, net, allowed, per_unit, per_household, own_family, whole, standard_doubt(options, standard_per, cycle_begins, per_unit, quantity, per_household, own_family) AS unclear, if(whole, 'H' || own_family, 'P' || person) AS who, if(standard_per = '次', line, NULL) AS once FROM line_standards
), sums AS (
    SELECT * REPLACE (max(unclear) FILTER (WHERE net > 0) OVER g AS unclear), sum(net) OVER g AS paid, if(per_unit IS NULL, max(allowed) OVER g, sum(allowed) FILTER (WHERE net > 0) OVER g) AS due, row_number() OVER (g ORDER BY net <= 0, paid_on, line) AS turn
    FROM own WHERE person IN (SELECT person FROM own WHERE options > 0) WINDOW g AS (PARTITION BY who, subsidy_no, cycle_begins, once)
)
SELECT shown.* REPLACE (if(l.whole, l.own_family, shown.subject) AS subject, if(l.whole, NULL, shown.person) AS person, if(l.turn = 1, CAST(l.paid - l.due AS DECIMAL(18, 2)), 0) AS amount),
       if(l.whole, 'household_id', 'id_number') AS subject_kind, coalesce(l.paid > l.due, false) AS flag,
       CASE WHEN p.is_suspect AND NOT l.per_household THEN number_lost() ELSE l.unclear END AS doubt,
       if(p.is_suspect, 'identity', 'missing') AS doubt_kind, returned(p.total) AS left_out,
       p.subsidy || '，' || cycle_text(l.standard_per, l.cycle_begins) || '，领取 ' || yuan(l.paid) || ' 元，标准 ' || yuan(l.due) || ' 元' AS detail, l.due AS 标准金额, p.quantity AS 补助数量
FROM paid_lines p JOIN sums l USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number')
WHERE subsidy_key IN (SELECT v.key FROM standards s JOIN subsidies v ON v.text = s.subsidy)
