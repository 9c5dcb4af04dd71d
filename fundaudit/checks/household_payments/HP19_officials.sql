/*---
code: HP19
title: 村干部等人员领取定向补助
severity: 中
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [subsidy, id_number, name, amount], registers: [register, id_number], beneficiaries: [id_number]}
uses: [standards]
lists: [$kinds]
guard: true
adds: true
thresholds:
  kinds: {default: [村干部], says: 在这些名单上的人员}
relief: {household_payments: less, registers: any, beneficiaries: any, standards: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, S1-3-7]
what: 任职期间领取定向补助的村干部等人员，发放当日不在帮扶对象名册上。
why: 名册以外的干部领取只面向帮扶对象的补助，可能优亲厚友，需要核实。
innocent:
  - 发放时在册，后来退出而名册没有保留。
  - 干部代不便的群众领取，登记了自己的号码。
exclusions: 在册的不列出；号码相近、姓名不符、名单没有任何日期的无法判定。
advice: 核对任职时间、申请审批表和发放时的名册。
to_judge: 补报名单的起止日期；补报名册的纳入、退出日期；核对证件号码。
neighbours: [HP06, HP01, HP16]
---*/
-- 对象：在名单期间领取定向补助的人。疑点：发放当日不在名册上。未能判定：号码相近或可疑，姓名不符，名单没有日期，在册时间不明。金额：这些发放的净额。
WITH standing AS (
    SELECT l.line, bool_or(in_force(r.entered_on_end, r.exited_on, l.paid_on, l.paid_on)) AS surely, bool_or(meets(r.entered_on, r.exited_on_end, l.paid_on, l.paid_on)) AS perhaps
    FROM targeted_lines l JOIN register_people r USING (person) GROUP BY l.line
), entries AS ( -- 名单上有几行的人，其发放仍是一笔
    FROM list_entries WHERE list_contains($kinds, register)
)
SELECT shown.*, NOT coalesce(s.surely, false) AS flag,
       CASE WHEN l.is_suspect OR m.is_suspect THEN number_lost() WHEN s.surely THEN NULL
            WHEN e.since IS NULL AND e.until IS NULL AND e.list_date IS NULL THEN '名单没有起止日期，也没有截止日期'
            WHEN entry_doubt(e.by_number, e.agrees) IS NOT NULL THEN entry_doubt(e.by_number, e.agrees) WHEN m.tier = 'near' THEN m.reason
            WHEN s.perhaps THEN '名册的纳入、退出日期为空或只写到月份' WHEN NOT meets(e.since_end, e.until, l.paid_on, l.paid_on) THEN month_only()
            WHEN l.line IN (FROM unclaimed_lines) THEN perhaps_returned() END AS doubt, 'identity' AS doubt_kind,
       returned(l.targeted_total) AS left_out, if(row_number() OVER (PARTITION BY l.line ORDER BY flag DESC, coalesce(e.since, e.until, e.list_date) IS NULL ASC, e.since ASC, e.list_number ASC) > 1, 0, l.net) AS margin, e.register || '，' || match_text(m.tier, m.reason) || '；' || paid_for(l.subsidy, l.period) || '，' || yuan(l.net) || ' 元' AS detail,
       e.register AS 名单类别, e.list_number AS 名单证件号码, e.list_name AS 名单姓名, e.since AS 名单起始日期, e.until AS 名单截止日期
FROM targeted_lines l JOIN entries e ON e.person = l.person JOIN register_match m USING (line) LEFT JOIN standing s USING (line)
WHERE l.aim = 'targeted' AND meets(e.since, e.until_end, l.paid_on, l.paid_on)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number')
WHERE aim <> 'open' AND subject IN (SELECT id_number FROM registers WHERE list_contains($kinds, register)) AND subject NOT IN (SELECT id_number FROM beneficiaries)
