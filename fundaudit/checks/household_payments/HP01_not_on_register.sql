/*---
code: HP01
title: 领取人不在帮扶对象名册
severity: 高
version: 3
subject: id_number
amount_label: 发放金额
needs: {household_payments: [subsidy, id_number, name, amount], beneficiaries: [id_number, name]}
uses: [registers, standards]
guard: true
adds: true
relief: {household_payments: less, beneficiaries: any, registers: any, standards: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4, linkage-fund-2021, S1-3-5]
what: 领取定向补助的人，其证件号码在帮扶对象名册中找不到，也没有姓名相同而号码相近的记录。
why: 只面向帮扶对象的补助发给了名册以外的人，可能是对象认定不准或信息录入有误，领取资格需要核实。
innocent:
  - 名册不是发放时的版本，领取人当时在册、后来退出，或新近纳入尚未更新。
  - 由户主或其他家庭成员代领，登记的是代领人的号码。
  - 该项补助并不限于帮扶对象，应列入普惠补助名单。
exclusions: 普惠性补助（补助标准没有限定对象类别，或名称含普惠字样）不参加比对；没有补助标准、名称也不能说明是否只面向帮扶对象的，在册的人不列出，不在册的人无法判定；不在册而户编号是在册家庭的（可能是家庭成员代领），无法判定；退款冲抵后净额不大于零的人不参加比对。
advice: 调取领取人身份证明、申请审批表和发放时点的名册，先核对号码是否录错，再判断是否属于补助对象。
to_judge: 补报补助标准（含适用对象类别），或书面说明各项补助是否只发给帮扶对象；核对原始身份证件，补正号码、姓名或户编号；补报含退出日期的名册；改正没有采用的行。
neighbours: [HP02, HP06, HP22]
---*/
-- 对象：领取定向补助的人。疑点：名册上没有同一号码，也没有相近的。未能判定：号码相近、可疑或无效，补助面向谁不明，
-- 可能是同户在册的人代领，已去世而名册没有退出日期。金额：名册以外的人领取的净额。
WITH proxies AS ( -- 发放日或所属周期内，同一户另有在册的人
    SELECT DISTINCT l.line
    FROM targeted_lines l JOIN register_match m USING (line) JOIN register_people r USING (household_id)
    WHERE m.tier = 'none'
      AND (meets(r.entered_on, r.exited_on_end, l.paid_on, l.paid_on) OR meets(r.entered_on, r.exited_on_end, l.cycle_begins, l.cycle_ends))
)
SELECT shown.*, m.tier = 'none' AND l.aim = 'targeted' AS flag,
       CASE WHEN l.is_suspect OR m.is_suspect THEN number_lost()
            WHEN l.aim = 'unknown' AND m.tier IN ('none', 'near') THEN aim_unknown(l.subsidy)
            WHEN m.tier = 'near' THEN m.reason
            WHEN m.tier <> 'none' THEN NULL
            WHEN l.line IN (FROM proxies) THEN '户编号是在册家庭的，可能是家庭成员代领'
            WHEN l.id_problem IS NOT NULL THEN '证件号码不能用于比对：' || l.id_problem
            WHEN l.id_number IN (SELECT id_number FROM registers WHERE register = '死亡') AND (SELECT count(exited_on) = 0 FROM beneficiaries)
                THEN '已列入死亡名单，而名册没有登记退出日期，可能是去世后被移出名册'
            WHEN l.line IN (FROM unclaimed_lines) THEN perhaps_returned() END AS doubt, if(l.aim = 'unknown' AND NOT (l.is_suspect OR m.is_suspect), 'aim', 'identity') AS doubt_kind,
       returned(l.total) AS left_out,
       paid_for(l.subsidy, l.period) || '；' || match_text(m.tier, m.reason) AS detail,
       match_text(m.tier, m.reason) AS 比对结果, r.id_number AS 名册证件号码, r.name AS 名册姓名, r.household_id AS 名册户编号
FROM targeted_lines l JOIN register_match m USING (line) LEFT JOIN register_shown r ON r.person = m.matched
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number')
WHERE aim <> 'open' AND (lost_subject(subject) OR NOT surely_registered(subject))
