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
basis: [linkage-fund-2021, fiscal-penalties-6, S1-3-5]
what: 领取定向补助的人，其证件号码在帮扶对象名册中找不到，也没有姓名相同而号码相近的记录。
why: 只面向帮扶对象的补助发给了名册以外的人，可能是对象认定不准或信息录入有误，领取资格需要核实。
innocent:
  - 名册不是发放时的版本，领取人当时在册、后来退出，或新近纳入尚未更新。
  - 由户主或其他家庭成员代领，登记的是代领人的号码。
  - 该项补助并不限于帮扶对象，应列入普惠补助名单。
exclusions: 普惠性补助（补助标准没有限定对象类别，或名称含普惠字样）不参加比对；没有补助标准、名称也不能说明是否只面向帮扶对象的，在册的人不列出，不在册的人无法判定；不在册而户编号是在册家庭的（可能是家庭成员代领），无法判定；退款冲抵后净额不大于零的人不参加比对。
advice: 调取领取人身份证明、申请审批表和发放时点的名册，先核对号码是否录错，再判断是否属于补助对象。
to_judge: 补报补助标准（含适用对象类别），或在参数 targeted_subsidies、open_subsidies 中写明；核对原始身份证件，补正号码、姓名或户编号；补报含退出日期的名册；改正被拒收的行。
---*/
WITH proxies AS ( -- lines of a household with a member on the register on the day paid, or on any day of the cycle
    SELECT DISTINCT l.line_id
    FROM person_lines l JOIN beneficiaries b ON b.household_id = l.household_id
    WHERE (b.entered_on IS NULL OR b.entered_on <= greatest(l.paid_on, cycle_ends(l.per, l.period)))
      AND (b.exited_on IS NULL OR b.exited_on_end >= least(l.paid_on, cycle_begins(l.per, l.period)))
), dead AS (
    SELECT DISTINCT id_number FROM registers WHERE register = '死亡'
), persons AS (
    SELECT person, sum(amount) AS total FROM person_lines WHERE aim <> 'open' GROUP BY person
), relief AS (
    SELECT key AS person, bool_or(table_name <> 'household_payments' OR amount IS NULL) AS unknown, sum(least(amount, 0)) AS refunded
    FROM touching WHERE kind = 'id_number' AND table_name IN ('household_payments', 'beneficiaries', 'registers', 'standards') GROUP BY key
), judged AS (
    SELECT l.*, m.tier, m.register_id_number, m.reason AS match_reason, p.total,
           coalesce(NOT r.unknown AND p.total + r.refunded > 0, r.person IS NULL) AS firm,
           CASE WHEN l.aim = 'unknown' THEN if(m.tier IN ('exact', 'repaired'), NULL,
                         '不知道“' || l.subsidy || '”是否只发给帮扶对象，请补报补助标准（含适用对象类别）')
                WHEN l.is_suspect THEN '证件号码以数字格式存放，可能已丢失末位，须核对原件'
                WHEN m.tier = 'near' THEN m.reason
                WHEN m.tier = 'none' AND l.line_id IN (FROM proxies) THEN '户编号是在册家庭的，可能是家庭成员代领'
                WHEN m.tier = 'none' AND l.id_problem IS NOT NULL THEN '证件号码不能用于比对：' || l.id_problem
                WHEN m.tier = 'none' AND l.id_number IN (SELECT id_number FROM dead)
                     AND NOT EXISTS (SELECT 1 FROM beneficiaries WHERE exited_on IS NOT NULL)
                    THEN '已列入死亡名单，而名册没有登记退出日期，可能是去世后被移出名册' END AS reason
    FROM person_lines l JOIN register_match m USING (line_id) JOIN persons p USING (person) LEFT JOIN relief r USING (person)
    WHERE l.aim <> 'open' AND l.net > 0 AND p.total > 0
)
SELECT person AS subject, j.name, j.township, j.village AS unit,
       if(reason IS NULL, tier = 'none' AND aim = 'targeted', NULL) AS flag,
       net AS amount,
       paid_on AS occurred_on,
       reason,
       subsidy || coalesce('，' || period, '') || '；' || match_reason AS detail,
       firm,
       'household:' || line_id AS paid_key,
       source_file,
       written AS 证件号码, j.name AS 姓名, j.household_id AS 户编号, subsidy AS 补助项目, period AS 发放月份, paid_on AS 发放日期,
       net AS 金额, match_reason AS 比对结果, b.id_number AS 名册证件号码, b.name AS 名册姓名, b.household_id AS 名册户编号
FROM judged j
LEFT JOIN (SELECT id_number, min(name) AS name, min(household_id) AS household_id FROM register_people GROUP BY id_number) b
    ON b.id_number = j.register_id_number
UNION ALL BY NAME
SELECT NULL AS subject, '净额不大于零、已退回 ' || count(*) || ' 人' AS reason FROM persons WHERE total <= 0 HAVING count(*) > 0
