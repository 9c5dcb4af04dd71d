/*---
code: HP04
title: 同一人同一补助同一周期重复发放
severity: 高
version: 1
subject: id_number
amount_label: 多发金额
needs: {household_payments: [subsidy, id_number, name, amount]}
uses: [beneficiaries, standards]
guard: true
adds: true
basis: [one-card-2020, fiscal-penalties-6]
what: 同一人在同一补助项目、同一发放周期内，退款冲抵后仍有两笔以上金额相等的发放。
why: 同一笔补助可能发放了两次，多发的部分应当核实收回。
innocent:
  - 一卡代领全家的补助，每笔对应一名家庭成员。
  - 上期漏发，本期补发，发放月份没有如实填写。
  - 两笔对应不同的地块、牲畜或批次，金额恰好相等。
exclusions: 退款按规则先行冲抵；同一周期内金额不等的多笔（可能是分期发放）以及一卡代领全家的情形无法判定。
advice: 核对发放审批表和银行回单，确认每笔对应的对象、月份和事项，属于多发的办理退回。
to_judge: 提供发放审批表，说明每笔对应的对象、月份和事项；补正证件号码和发放月份；改正被拒收的行。
---*/
WITH persons AS (
    SELECT person, sum(amount) AS total FROM person_lines GROUP BY person
), homes AS (
    SELECT id_number, min(household_id) AS household_id FROM beneficiaries WHERE household_id IS NOT NULL GROUP BY id_number
), members AS (
    SELECT household_id, count(DISTINCT id_number) AS members FROM beneficiaries GROUP BY household_id
), bases AS (
    SELECT subsidy, if(count(DISTINCT basis_kind) = 1, min(basis_kind), NULL) AS basis_kind FROM standards GROUP BY subsidy
), lines AS (
    SELECT l.* REPLACE (if(l.household_id IN (SELECT household_id FROM members), l.household_id, coalesce(h.household_id, l.household_id)) AS household_id,
                        coalesce(l.basis_kind, b.basis_kind) AS basis_kind),
           count(*) OVER (PARTITION BY person, l.subsidy) AS in_subsidy,
           count(*) OVER same AS in_cycle,
           count(*) OVER (PARTITION BY person, l.subsidy, cycle, net) AS equal,
           row_number() OVER (PARTITION BY person, l.subsidy, cycle, net ORDER BY paid_on, line_id) AS turn
    FROM person_lines l LEFT JOIN homes h USING (id_number) LEFT JOIN bases b ON b.subsidy = l.subsidy
    WHERE net > 0
    WINDOW same AS (PARTITION BY person, l.subsidy, cycle)
), cycles AS (
    SELECT person, subsidy, cycle, max(equal) > 1 AS some_equal,
           bool_or(basis_kind = '到人' AND m.members >= in_cycle AND NOT EXISTS (
               SELECT 1 FROM lines o WHERE o.household_id = l.household_id AND o.subsidy = l.subsidy
               AND o.cycle IS NOT DISTINCT FROM l.cycle AND o.person <> l.person)) AS one_card
    FROM lines l LEFT JOIN members m USING (household_id)
    WHERE in_cycle > 1 GROUP BY person, subsidy, cycle
), relief AS (
    SELECT key AS person FROM touching
    WHERE kind = 'id_number' AND (table_name IN ('beneficiaries', 'standards') OR (table_name = 'household_payments' AND (amount IS NULL OR amount < 0)))
), judged AS (
    SELECT l.*, c.some_equal, l.person NOT IN (SELECT person FROM relief) AS firm,
           CASE WHEN l.is_suspect THEN '证件号码以数字格式存放，可能已丢失末位，不同的人会被当成同一人'
                WHEN l.cycle IS NULL AND l.in_subsidy > 1 THEN '没有发放月份和发放日期，周期不明'
                WHEN c.one_card THEN '按人补助，在册家庭成员不少于发放笔数，其他成员没有发放，可能是一卡代领'
                WHEN l.in_cycle > 1 AND NOT c.some_equal THEN '同一周期有多笔而金额不等，可能是分期发放' END AS reason
    FROM lines l LEFT JOIN cycles c ON c.person = l.person AND c.subsidy = l.subsidy AND c.cycle IS NOT DISTINCT FROM l.cycle
    JOIN persons p ON p.person = l.person AND p.total > 0
)
SELECT person AS subject, name, township, village AS unit,
       if(reason IS NULL, equal > 1 AND turn > 1, NULL) AS flag,
       net AS amount,
       paid_on AS occurred_on,
       reason,
       subsidy || '，' || coalesce(cycle, '周期不明') || '，同额 ' || equal || ' 笔，每笔 ' || yuan(net) || ' 元' AS detail,
       firm,
       equal > 1 AS beside,
       'household:' || line_id AS paid_key,
       source_file,
       written AS 证件号码, name AS 姓名, household_id AS 户编号, subsidy AS 补助项目, cycle AS 发放周期, line_id AS 发放序号,
       payment_id AS 支付凭证号, paid_on AS 发放日期, net AS 金额
FROM judged
UNION ALL BY NAME
SELECT NULL AS subject, '净额不大于零、已退回 ' || count(*) || ' 人' AS reason FROM persons WHERE total <= 0 HAVING count(*) > 0
