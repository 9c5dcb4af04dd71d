/*---
code: HP02
title: 在册时间以外领取补助
severity: 中
version: 3
subject: id_number
amount_label: 发放金额
needs: {household_payments: [subsidy, id_number, name, amount], beneficiaries: [id_number, name, entered_on]}
uses: [standards]
guard: true
thresholds:
  arrears_days: {default: 180, says: 没有发放月份的，退出后该天数以内发放可能是补发，无法判定, unit: 天, min: 0, max: 730, step: 30}
adds: true
relief: {household_payments: less, beneficiaries: any, standards: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4, linkage-fund-2021, S1-3-5]
what: 领取定向补助的人在名册上，但发放日和发放所属的周期（没有补助标准的为发放月份）都不在其纳入至退出的时间之内。
why: 纳入以前或退出以后领取定向补助，可能是对象调整后没有停发，或认定以前已经发放。
innocent:
  - 补发在册期间应得的补助，发放月份没有如实填写。
  - 名册上的纳入或退出日期是录入日期，不是实际日期。
  - 退出后按政策继续享受过渡期帮扶。
exclusions: 普惠性补助不参加；发放日和发放月份都早于名册最早纳入日期的，没有发放月份而在退出后规定天数以内发放（可能是补发）的，无法判定。
advice: 核对对象纳入、退出的审批文件和发放审批表，确认应享受的起止时间。
to_judge: 补填名册的纳入日期；补报更早的名册；核对数字格式的证件号码。
neighbours: [HP01, HP03, HP18]
---*/
-- 对象：在名册上、领取定向补助的人。疑点：发放日和所属周期都不在任何一段在册时间之内。未能判定：纳入日期空缺，日期只到月份而
-- 月初月末结论不同，早于名册开始，退出后不久而没有发放月份。金额：这些发放的净额。
WITH spans AS ( -- 发放日以外还算在内的日子：所属周期；没有补助标准的为发放月份
    SELECT l.* REPLACE (l.is_suspect OR m.is_suspect AS is_suspect), m.matched, if(l.per IS NULL AND l.period IS NULL, l.paid_on, l.cycle_begins) AS begins,
           if(l.per IS NULL AND l.period IS NULL, l.paid_on, l.cycle_ends) AS ends
    FROM targeted_lines l JOIN register_match m USING (line) WHERE l.aim = 'targeted' AND m.tier IN ('exact', 'repaired')
), covered AS ( -- surely：月初月末都在册；perhaps：有一头在册
    SELECT l.line, bool_or(r.entered_on IS NULL) AS undated, max(r.exited_on_end) FILTER (WHERE r.exited_on < l.paid_on) AS last_exit,
           bool_or(in_force(r.entered_on_end, r.exited_on, l.paid_on, l.paid_on) OR in_force(r.entered_on_end, r.exited_on, begins, ends)) AS surely,
           bool_or(in_force(r.entered_on, r.exited_on_end, l.paid_on, l.paid_on) OR in_force(r.entered_on, r.exited_on_end, begins, ends)) AS perhaps,
           list(time_text(r.entered_on, r.exited_on)) AS times
    FROM spans l JOIN register_people r ON r.person = l.matched GROUP BY l.line
)
SELECT shown.*, NOT c.surely AS flag,
       CASE WHEN l.is_suspect THEN number_lost()
            WHEN c.surely THEN NULL
            WHEN c.perhaps THEN '名册的纳入或退出日期只写到月份，月初和月末的结论不同'
            WHEN c.undated THEN '名册没有填写纳入日期，其他在册时间不能覆盖'
            WHEN l.period IS NULL AND l.raw['period'] IS NOT NULL THEN '发放月份无法读取：' || l.raw['period']
            WHEN l.paid_on IS NULL AND l.period IS NULL THEN '没有发放日期和发放月份'
            WHEN l.period IS NULL AND l.paid_on <= c.last_exit + CAST($arrears_days AS INTEGER) THEN '没有发放月份，退出后 ' || $arrears_days || ' 天以内发放，可能是补发在册期间应得的'
            WHEN greatest(l.paid_on, cycle_last('月', l.period)) < register_begins($register_from) THEN '早于名册最早的纳入日期 ' || register_begins($register_from)
            WHEN l.line IN (FROM unclaimed_lines) THEN perhaps_returned() END AS doubt,
       returned(l.targeted_total) AS left_out,
       '在册 ' || in_order(c.times) || '；' || paid_for(l.subsidy, l.period) || '，' || coalesce(CAST(l.paid_on AS VARCHAR), '日期不详') || ' 发放 ' || yuan(l.net) || ' 元' AS detail,
       in_order(c.times) AS 在册时间
FROM spans l JOIN covered c USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number')
WHERE aim = 'targeted' AND subject IN (SELECT id_number FROM beneficiaries)
  AND (lost_subject(subject) OR NOT surely_registered(subject) OR NOT EXISTS (SELECT 1 FROM register_people r WHERE r.id_number = subject AND (in_force(r.entered_on_end, r.exited_on, event_date, event_date)
       OR (per IS NOT NULL OR said['period'] IS NOT NULL) AND in_force(r.entered_on_end, r.exited_on, cycle, if(per = '次', event_date, cycle_last(per, month))))))
