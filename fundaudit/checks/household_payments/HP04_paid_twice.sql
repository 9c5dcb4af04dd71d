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
relief: {household_payments: less, beneficiaries: any, standards: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4, one-card-2020]
what: 同一人在同一补助项目、同一发放周期内，退款冲抵后仍有两笔以上金额相等的发放。
why: 同一笔补助可能发放了两次，多发的部分应当核实收回。
innocent:
  - 一卡代领全家的补助，每笔对应一名家庭成员。
  - 上期漏发，本期补发，发放月份没有如实填写。
  - 两笔对应不同的地块、牲畜或批次，金额恰好相等。
exclusions: 退款按规则先行冲抵；同一周期内金额不等的多笔（可能是分期发放）以及一卡代领全家的情形无法判定。
advice: 核对发放审批表和银行回单，确认每笔对应的对象、月份和事项，属于多发的办理退回。
to_judge: 提供发放审批表，说明每笔对应的对象、月份和事项；补正证件号码和发放月份；改正没有采用的行。
neighbours: [HP05, HP11, TP11]
---*/
-- 对象：领取补助的人，按人、补助和周期比较。疑点：退款冲抵后仍有两笔金额相等。未能判定：多笔而金额都不等（分期），其中一笔没有
-- 发放月份（补发）而两笔又不是处处相同，按人的补助可能一卡代领全家。金额：每组相等的发放中第一笔以后的净额。
WITH repeated AS ( -- 一人一项补助一个周期有几笔
    SELECT person, subsidy_no, cycle_begins, count(*) AS n
    FROM paid_lines GROUP BY ALL HAVING count(*) > 1
), equals AS (
    SELECT l.line, l.person, l.subsidy_no, l.cycle_begins, l.paid_on, l.basis, r.n, count(DISTINCT l.net) OVER cycle < r.n AS some_equal, family(l.household_id, l.home) AS family,
           count(*) OVER same AS equal, row_number() OVER (same ORDER BY l.period IS NULL, l.paid_on, l.line_id) AS turn, -- 没有月份的排在后面，可能是补发的；处处相同的除外
           l.period IS NULL AND row_number() OVER (PARTITION BY l.person, l.subsidy_no, l.cycle_begins, l.copy ORDER BY l.paid_on, l.line_id) = 1 AS arrears
    FROM paid_lines l JOIN repeated r ON r.person = l.person AND r.subsidy_no = l.subsidy_no AND r.cycle_begins IS NOT DISTINCT FROM l.cycle_begins
    WINDOW cycle AS (PARTITION BY l.person, l.subsidy_no, l.cycle_begins), same AS (PARTITION BY l.person, l.subsidy_no, l.cycle_begins, l.net)
), others AS ( -- 同户另有人领取同一周期的同一补助
    SELECT e.line FROM equals e JOIN family_lines o USING (family, subsidy_no)
    WHERE o.cycle_begins IS NOT DISTINCT FROM e.cycle_begins AND o.person <> e.person
), one_card AS ( -- 当日在册的家庭成员不少于笔数，其他成员没有这项补助
    SELECT e.line FROM equals e JOIN register_people r ON r.household_id = e.family AND meets(r.entered_on, r.exited_on_end, e.paid_on, e.paid_on)
    WHERE e.basis IS DISTINCT FROM '到户' AND e.line NOT IN (FROM others) GROUP BY e.line, e.n HAVING count(DISTINCT r.person) >= e.n
)
SELECT shown.*, coalesce(e.turn > 1, false) AS flag, coalesce(e.equal > 1, false) AS beside, 0.01 AS margin,
       CASE WHEN l.is_suspect THEN '证件号码以数字格式存放，可能已丢失末位，不同的人会被当成同一人'
            WHEN l.line IN (FROM undated_lines) THEN '发放月份（或者发放日期）没有填写或不能识别，周期不明'
            WHEN l.line IN (FROM one_card) THEN '按人补助，在册家庭成员不少于发放笔数，其他成员没有发放，可能是一卡代领'
            WHEN NOT e.some_equal THEN '同一周期有多笔而金额不等，可能是分期发放'
            WHEN e.arrears AND e.turn > 1 THEN '金额相等的发放中有的没有发放月份，可能是补发以前周期的'
            WHEN e.turn > 1 AND l.line IN (FROM unclaimed_lines) THEN perhaps_returned() END AS doubt, 'identity' AS doubt_kind,
       returned(l.total) AS left_out,
       concat(l.subsidy, '，', coalesce(cycle_text(l.per, l.cycle_begins), '周期不明'), '，同额 ', e.equal, ' 笔，每笔 ', yuan(l.net), ' 元') AS detail,
       cycle_text(l.per, l.cycle_begins) AS 发放周期, l.line_id AS 发放序号, l.payment_id AS 支付凭证号
FROM paid_lines l LEFT JOIN equals e USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number') r
WHERE lost_subject(subject) OR (SELECT count(*) FROM refused_rows('household_payments', 'id_number') o
                                WHERE o.subject = r.subject AND o.subsidy_key = r.subsidy_key AND coalesce(o.cycle = r.cycle, true)) > 1
