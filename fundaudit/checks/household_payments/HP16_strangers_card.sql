/*---
code: HP16
title: 补助打入他人的卡
severity: 中
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [id_number, name, card_holder, amount]}
uses: [beneficiaries]
adds: true
relief: {household_payments: less, beneficiaries: any}
sums: [household_payments]
basis: [one-card-2020, S1-3-5]
what: 发放表上的收款账户名称既不是领取人，也不是同户的人。
why: 补助打到了别人的卡上，领取人是否拿到钱需要核实。
innocent:
  - 监护人、亲属受托代领。
  - 户名登记的是曾用名，或写法有出入。
exclusions: 户名与本人或同户人相符的不列出；户编号不明而户名不是本人的、户名为空的无法判定。
advice: 核对代领委托书和卡的开户人，入户核实。
to_judge: 补填收款账户名称和户编号；补报名册；改正没有采用的行。
neighbours: [HP09, HP10, HP08]
---*/
-- 对象：用卡领取补助、有户名的人。疑点：户名既不是本人，也不是同户的人。未能判定：户编号不明，户名为空。金额：这些发放的净额。
WITH held AS (
    SELECT l.*, k.key AS holder_key, coalesce(l.household_id, l.home) AS family FROM paid_lines l LEFT JOIN names k ON k.name = l.card_holder WHERE l.card_holder IS NOT NULL OR l.card_no IS NOT NULL
), members AS (
    SELECT household_id AS family, name_key FROM register_people UNION SELECT household_id, name_key FROM lines
), kin AS ( -- 户名是同户的人
    SELECT h.line FROM held h JOIN members m ON m.family = h.household_id WHERE names_agree(h.holder_key, m.name_key)
    UNION SELECT h.line FROM held h JOIN members m ON m.family = h.home WHERE names_agree(h.holder_key, m.name_key)
)
SELECT shown.*, NOT coalesce(names_agree(l.holder_key, l.name_key), false) AND l.line NOT IN (FROM kin) AS flag,
       CASE WHEN l.card_holder IS NULL THEN '收款账户名称为空' WHEN names_agree(l.holder_key, l.name_key) OR l.line IN (FROM kin) THEN NULL
            WHEN l.family IS NULL THEN '户编号不明，户名不是本人' WHEN l.is_suspect THEN number_lost() END AS doubt, 'identity' AS doubt_kind,
       returned(l.total) AS left_out, '户名与领取人和同户的人都不同；' || paid_for(l.subsidy, l.period) || '，' || yuan(l.net) || ' 元' AS detail, l.card_no AS 收款方账号, l.card_holder AS 收款账户名称
FROM held l
UNION ALL BY NAME SELECT subject, r.name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number') r LEFT JOIN names k ON k.name = r.said['card_holder']
WHERE (said['card_holder'] IS NOT NULL OR list_contains(refused_columns, 'card_holder')) AND NOT coalesce(said['card_holder'] = r.name OR names_agree(k.key, r.name_key), false)
  AND NOT EXISTS (SELECT 1 FROM members m WHERE m.family = r.said['household_id'] AND names_agree(k.key, m.name_key))
