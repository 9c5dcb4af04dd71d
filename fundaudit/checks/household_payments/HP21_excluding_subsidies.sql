/*---
code: HP21
title: 同户领取互相排斥的补助
severity: 中
version: 1
subject: household_id
amount_label: 较小一项金额
needs: {household_payments: [subsidy, name, amount, paid_on]}
uses: [beneficiaries]
thresholds:
  exclusive: {default: [], needed: true, says: 不能同时享受的补助（每组用顿号隔开，如“危房改造、易地搬迁”）}
  years: {default: 5, says: 该年数以内领取过两项即列出, unit: 年, min: 0, max: 20, step: 1}
relief: {household_payments: any, beneficiaries: any}
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4]
what: 同一户在规定年数以内，领取了政策规定不能同时享受的两项补助。
why: 互相排斥的政策重复享受，其中一项可能不应发放。
innocent:
  - 家庭已经分户，两项由不同的家庭享受。
  - 政策后来允许同时享受。
exclusions: 退款冲抵后一项不大于零的不列出；户编号不明的无法判定。
advice: 核对两项政策的文件和审批资料，确认应享受哪一项。
to_judge: 补填户编号；改正没有采用的行。
neighbours: [HP04, HP05, HP11]
---*/
-- 对象：领取过各组补助之一的户。疑点：规定年数以内两项净额都大于零。未能判定：户编号不明。金额：较小的一项。
WITH sets AS (
    SELECT own AS excluded, unnest(string_split(own, '、')) AS word FROM (SELECT unnest($exclusive) AS own)
), paid_in AS (
    SELECT coalesce(l.household_id, l.home) AS family, if(coalesce(l.household_id, l.home) IS NULL, person_key(l.id_number, l.line_id), NULL) AS alone, e.excluded, e.word, l.net, l.paid_on, l.name, l.line
    FROM lines l JOIN subsidies v ON v.text = l.subsidy JOIN sets e ON contains(v.key, e.word) WHERE l.net > 0
), sums AS (
    SELECT family, alone, excluded, word, sum(net) AS paid, max(paid_on) AS last_paid, arg_min(name, line) AS name FROM paid_in GROUP BY ALL
), near AS ( -- 两项各有一笔相隔不超过年数
    SELECT a.family, a.excluded, a.word, b.word AS other, min(least(a.paid_on, b.paid_on)) AS first_paid
    FROM paid_in a JOIN paid_in b ON b.family = a.family AND b.excluded = a.excluded AND b.word > a.word AND greatest(a.paid_on, b.paid_on) <= least(a.paid_on, b.paid_on) + to_years(CAST($years AS INTEGER)) GROUP BY ALL
), pairs AS (
    SELECT a.family, a.alone, a.name, a.excluded, a.word, a.paid, coalesce(n.first_paid, a.last_paid) AS last_paid, b.word AS other, b.paid AS other_paid, n.first_paid IS NOT NULL AS within
    FROM sums a LEFT JOIN sums b ON b.family = a.family AND b.excluded = a.excluded AND b.word > a.word
    LEFT JOIN near n ON n.family = a.family AND n.excluded = a.excluded AND n.word = a.word AND n.other = b.word
)
SELECT coalesce(family, alone) AS subject, coalesce(family, name) AS name, within AND other IS NOT NULL AS flag, if(family IS NULL, '户编号不明', NULL) AS doubt,
       if(other IS NULL, 0, least(paid, other_paid)) AS amount, last_paid AS occurred_on, word || ' ' || yuan(paid) || ' 元，' || other || ' ' || yuan(other_paid) || ' 元' AS detail,
       family AS 户编号, word AS 补助一, paid AS 金额一, other AS 补助二, other_paid AS 金额二
FROM pairs
