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
    SELECT l.*, coalesce(l.household_id, l.home) AS family, h.township AS town, e.excluded, e.word FROM shown_lines l LEFT JOIN homes h USING (person) JOIN subsidies v ON v.text = l.subsidy JOIN sets e ON contains(v.key, e.word) WHERE l.net > 0
), sums AS (
    SELECT family, excluded, word, sum(net) AS paid FROM paid_in GROUP BY ALL
), near AS ( -- 两项中相隔不超过年数的各笔
    SELECT unnest([a.line, b.line]) AS line, a.family, a.excluded, a.word, b.word AS other
    FROM paid_in a JOIN paid_in b ON b.family = a.family AND b.excluded = a.excluded AND b.word > a.word AND greatest(a.paid_on, b.paid_on) <= least(a.paid_on, b.paid_on) + to_years(CAST($years AS INTEGER))
), pairs AS ( -- 每两项的金额记在第一笔上
    SELECT n.line, n.word || ' ' || yuan(o.paid) || ' 元，' || n.other || ' ' || yuan(t.paid) || ' 元' AS told, if(row_number() OVER (PARTITION BY family, excluded, n.word, other ORDER BY n.line) = 1, least(o.paid, t.paid), 0) AS amount
    FROM (SELECT DISTINCT * FROM near) n JOIN sums o USING (family, excluded, word) JOIN sums t ON t.family = n.family AND t.excluded = n.excluded AND t.word = n.other
), found AS (
    SELECT line, string_agg(DISTINCT told, '；' ORDER BY told) AS told, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount FROM pairs GROUP BY line
)
SELECT shown.* EXCLUDE (person) REPLACE (coalesce(l.family, shown.subject) AS subject, coalesce(l.family, shown.name) AS name, coalesce(f.amount, 0) AS amount),
       coalesce(l.town, l.township) AS township, f.line IS NOT NULL AS flag, if(l.family IS NULL, '户编号不明', NULL) AS doubt, 'identity' AS doubt_kind, f.told AS detail
FROM paid_in l LEFT JOIN found f USING (line)
UNION ALL BY NAME SELECT coalesce(said['household_id'], home, subject) AS subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'household_id')
WHERE subsidy_key = '' OR EXISTS (SELECT 1 FROM sets WHERE contains(subsidy_key, word))
