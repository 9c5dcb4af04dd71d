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
basis: [linkage-fund-2021, fiscal-penalties-6, S1-3-5]
what: 领取定向补助的人在名册上，但发放日和发放所属的周期（没有补助标准的为发放月份）都不在其纳入至退出的时间之内。
why: 纳入以前或退出以后领取定向补助，可能是对象调整后没有停发，或认定以前已经发放。
innocent:
  - 补发在册期间应得的补助，发放月份没有如实填写。
  - 名册上的纳入或退出日期是录入日期，不是实际日期。
  - 退出后按政策继续享受过渡期帮扶。
exclusions: 普惠性补助不参加；发放日和发放月份都早于名册最早纳入日期的，没有发放月份而在退出后规定天数以内发放（可能是补发）的，无法判定。
advice: 核对对象纳入、退出的审批文件和发放审批表，确认应享受的起止时间。
to_judge: 补填名册的纳入日期；补报更早的名册；核对数字格式的证件号码。
---*/
WITH persons AS (
    SELECT person, sum(amount) AS total FROM person_lines WHERE aim = 'targeted' GROUP BY person
), relief AS (
    SELECT key AS person, bool_or(table_name <> 'household_payments' OR amount IS NULL) AS unknown, sum(least(amount, 0)) AS refunded
    FROM touching WHERE kind = 'id_number' AND table_name IN ('household_payments', 'beneficiaries', 'standards') GROUP BY key
), start AS (
    SELECT coalesce($register_from, min(entered_on)) AS register_from FROM beneficiaries
), matched AS (
    SELECT l.*, m.register_id_number,
           -- the cycle's days; where no standard tells the cycle, the period's
           CASE WHEN l.per = '次' THEN l.paid_on WHEN l.per IS NULL THEN cycle_begins('月', l.period)
                ELSE cycle_begins(l.per, coalesce(l.period, strftime(l.paid_on, '%Y-%m'))) END AS period_start,
           CASE WHEN l.per = '次' THEN l.paid_on WHEN l.per IS NULL THEN cycle_ends('月', l.period)
                ELSE cycle_ends(l.per, coalesce(l.period, strftime(l.paid_on, '%Y-%m'))) END AS period_end
    FROM person_lines l JOIN register_match m USING (line_id)
    WHERE l.aim = 'targeted' AND l.net > 0 AND m.tier IN ('exact', 'repaired')
), covered AS (
    SELECT k.line_id,
           coalesce(bool_or(b.entered_on_end <= k.paid_on AND (b.exited_on IS NULL OR b.exited_on >= k.paid_on)), false)
           OR coalesce(bool_or(b.entered_on_end <= k.period_end AND (b.exited_on IS NULL OR b.exited_on >= k.period_start)), false) AS covered,
           -- the other end of dates that are known to the month
           coalesce(bool_or(b.entered_on <= k.paid_on AND (b.exited_on IS NULL OR b.exited_on_end >= k.paid_on)), false)
           OR coalesce(bool_or(b.entered_on <= k.period_end AND (b.exited_on IS NULL OR b.exited_on_end >= k.period_start)), false) AS perhaps,
           bool_or(b.entered_on IS NULL) AS undated,
           max(b.exited_on_end) FILTER (WHERE b.exited_on < k.paid_on) AS last_exit,
           string_agg(coalesce(CAST(b.entered_on AS VARCHAR), '（空）') || ' 至 ' || coalesce(CAST(b.exited_on AS VARCHAR), '今'), '；'
                      ORDER BY b.entered_on, b.exited_on) AS times
    FROM matched k JOIN beneficiaries b ON b.id_number = k.register_id_number GROUP BY k.line_id
), judged AS (
    SELECT k.*, c.covered, c.perhaps, c.times, c.last_exit, coalesce(NOT r.unknown AND p.total + r.refunded > 0, r.person IS NULL) AS firm,
           CASE WHEN k.is_suspect THEN '证件号码以数字格式存放，可能已丢失末位，须核对原件'
                WHEN NOT c.covered AND c.perhaps THEN '名册的纳入或退出日期只写到月份，月初和月末的结论不同'
                WHEN NOT c.covered AND c.undated THEN '名册没有填写纳入日期，其他在册时间不能覆盖'
                WHEN NOT c.covered AND k.raw['period'] IS NOT NULL AND k.period IS NULL THEN '发放月份无法读取：' || k.raw['period']
                WHEN NOT c.covered AND k.paid_on IS NULL AND k.period IS NULL THEN '没有发放日期和发放月份'
                WHEN NOT c.covered AND k.period IS NULL AND k.paid_on <= c.last_exit + CAST($arrears_days AS INTEGER)
                    THEN '没有发放月份，退出后 ' || $arrears_days || ' 天以内发放，可能是补发在册期间应得的'
                WHEN NOT c.covered AND coalesce(greatest(k.paid_on, cycle_ends('月', k.period)) < s.register_from, false)
                    THEN '早于名册最早的纳入日期 ' || s.register_from END AS reason
    FROM matched k JOIN covered c USING (line_id) JOIN persons p USING (person) LEFT JOIN relief r USING (person) CROSS JOIN start s
    WHERE p.total > 0
)
SELECT person AS subject, name, township, village AS unit,
       if(reason IS NULL, NOT covered, NULL) AS flag,
       net AS amount,
       paid_on AS occurred_on,
       reason,
       '在册 ' || times || '；' || subsidy || coalesce('，' || period, '') || '，' || coalesce(CAST(paid_on AS VARCHAR), '日期不详')
           || ' 发放 ' || yuan(net) || ' 元' AS detail,
       firm,
       'household:' || line_id AS paid_key,
       source_file,
       written AS 证件号码, name AS 姓名, household_id AS 户编号, subsidy AS 补助项目, period AS 发放月份, paid_on AS 发放日期,
       net AS 金额, times AS 在册时间
FROM judged
UNION ALL BY NAME
SELECT NULL AS subject, '净额不大于零、已退回 ' || count(*) || ' 人' AS reason FROM persons WHERE total <= 0 HAVING count(*) > 0
