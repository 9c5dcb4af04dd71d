/*---
code: HP06
title: 名单上的人员领取定向补助
severity: 高
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [subsidy, id_number, name, amount], registers: [register, id_number]}
uses: [beneficiaries, standards]
lists: [$kinds, $leads]
guard: true
adds: true
thresholds:
  kinds: {default: [财政供养], says: 在这些名单上的列出}
  leads: {default: [企业法人, 车辆, 房产, 退休金], says: 在这些名单上的按低列出}
  spared: {default: [合作社, 农机, 农用, 拖拉机, 收割机, 三轮], says: 后一类名单的说明含这些字样的不列出}
relief: {household_payments: less, registers: any, beneficiaries: any, standards: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4, S1-3-7]
what: 领取定向补助的人，发放当日在财政供养人员名单上；在企业法人、车辆、房产、退休金名单上的按低列出。
why: 这些人通常不属于帮扶对象，领取资格需要核实。
innocent:
  - 名单上的人是临时聘用、公益性岗位，不影响帮扶资格。
  - 企业早已停业，车辆、房产价值不高，按当地认定办法不排除。
  - 同名或号码登记有误。
exclusions: 普惠性补助不参加；名单的说明写明是合作社或农用车辆的不列出；姓名不符、号码只是相近、名单没有任何日期的无法判定；补助面向谁不明的，在名册上的不列出，不在的无法判定。
advice: 向编办、人社、市场监管、车管、不动产登记部门核实身份和起止时间，再对照对象认定办法。
to_judge: 补报名单的起止日期或截止日期；核对姓名和证件号码；补报补助标准；改正没有采用的行。
neighbours: [HP19, HP01, HP03]
---*/
-- 对象：领取定向补助的人。疑点：发放当日在名单上。未能判定：名单没有日期，姓名不符，号码相近或可疑，补助面向谁不明。金额：这些发放的净额。
WITH entries AS (
    SELECT *, list_contains($leads, register) AS lead FROM list_entries
    WHERE list_contains(list_concat($kinds, $leads), register) AND NOT (list_contains($leads, register) AND coalesce(says_any(detail, $spared), false))
)
SELECT shown.*, l.aim = 'targeted' AND e.person IS NOT NULL AND meets(e.since, e.until_end, l.paid_on, l.paid_on) AS flag, if(e.lead, '低', NULL) AS severity,
       CASE WHEN l.is_suspect THEN number_lost()
            WHEN e.person IS NULL OR NOT meets(e.since, e.until_end, l.paid_on, l.paid_on) THEN NULL
            WHEN e.since IS NULL AND e.until IS NULL AND e.list_date IS NULL THEN '名单没有起止日期，也没有截止日期'
            WHEN l.aim = 'unknown' THEN if(m.tier IN ('exact', 'repaired'), NULL, aim_unknown(l.subsidy))
            WHEN entry_doubt(e.by_number, e.agrees) IS NOT NULL THEN entry_doubt(e.by_number, e.agrees)
            WHEN NOT meets(e.since_end, e.until, l.paid_on, l.paid_on) THEN month_only()
            WHEN l.line IN (FROM unclaimed_lines) THEN perhaps_returned() END AS doubt, if(l.aim = 'unknown' AND NOT l.is_suspect, 'aim', 'identity') AS doubt_kind,
       returned(l.total) AS left_out, if(row_number() OVER (PARTITION BY l.line ORDER BY flag DESC, coalesce(e.since, e.until, e.list_date) IS NULL ASC, e.since ASC, e.register ASC) > 1, 0, l.net) AS margin, e.register || '名单；' || paid_for(l.subsidy, l.period) || '，' || yuan(l.net) || ' 元' AS detail,
       e.register AS 名单类别, e.list_number AS 名单证件号码, e.list_name AS 名单姓名, e.since AS 名单起始日期, e.until AS 名单截止日期, e.detail AS 名单说明, s.shown_from AS 名单出处
FROM targeted_lines l JOIN register_match m USING (line) LEFT JOIN entries e ON e.person = l.person LEFT JOIN list_sources s USING (register, list_number)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number') r
WHERE aim <> 'open' AND (lost_subject(subject) OR EXISTS (SELECT 1 FROM registers d LEFT JOIN names k USING (name) WHERE list_contains(list_concat($kinds, $leads), d.register)
    AND (d.id_number = subject OR (k.key = r.name_key AND numbers_near(d.id_number, subject)))))
