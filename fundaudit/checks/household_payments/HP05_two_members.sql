/*---
code: HP05
title: 同户多人领取按户补助
severity: 中
version: 1
subject: household_id
amount_label: 发放金额
needs: {household_payments: [subsidy, name, amount]}
uses: [beneficiaries, standards]
adds: true
basis: [fiscal-penalties-6, one-card-2020]
what: 按户发放的补助，同一户在同一周期有两人以上净额大于零。
why: 一户只应领取一份的补助由多人分别领取，可能重复发放。
innocent:
  - 家庭已经分户，户编号没有更新。
  - 两笔对应同一份补助的分期，由不同成员代领。
  - 该项补助实际按人发放，按户标识填写有误。
exclusions: 按人补助不在考察之列；户编号不明、按户或按人不明的无法判定。
advice: 核对户口簿和发放审批表，确认是否一户，多发的办理退回。
to_judge: 补填户编号和按户或按人标识；核对相近的证件号码。
---*/
WITH homes AS (
    SELECT id_number, min(household_id) AS household_id FROM beneficiaries WHERE household_id IS NOT NULL GROUP BY id_number
), bases AS (
    SELECT subsidy, if(count(DISTINCT basis_kind) = 1, min(basis_kind), NULL) AS basis_kind FROM standards GROUP BY subsidy
), lines AS (
    SELECT l.* REPLACE (coalesce(l.household_id, h.household_id) AS household_id, coalesce(l.basis_kind, b.basis_kind) AS basis_kind)
    FROM person_lines l LEFT JOIN homes h USING (id_number) LEFT JOIN bases b ON b.subsidy = l.subsidy
    WHERE l.net > 0
), eligible AS (
    FROM lines WHERE basis_kind IS DISTINCT FROM '到人'
), groups AS (
    SELECT household_id, subsidy, cycle, count(DISTINCT person) AS persons, bool_or(is_suspect) AS suspect,
           bool_or(basis_kind IS NULL) AS basis_unknown
    FROM eligible WHERE household_id IS NOT NULL GROUP BY household_id, subsidy, cycle
), near_pairs AS (
    -- People of one household, subsidy and cycle who may be one person written in two ways.
    SELECT a.household_id, a.subsidy, a.cycle, count(DISTINCT a.person) AS doubled
    FROM eligible a JOIN eligible b ON b.household_id = a.household_id AND b.subsidy = a.subsidy
        AND b.cycle IS NOT DISTINCT FROM a.cycle AND b.person < a.person
        AND names_agree(a.name_key, b.name_key) AND (numbers_near(a.id_number, b.id_number) OR a.id_number IS NULL OR b.id_number IS NULL)
    GROUP BY a.household_id, a.subsidy, a.cycle
), relief AS (
    SELECT DISTINCT key AS household_id FROM touching
    WHERE kind = 'household_id' AND NOT (table_name = 'household_payments' AND coalesce(amount > 0, false))
), judged AS (
    SELECT e.*, g.persons, coalesce(n.doubled, 0) AS doubled,
           CASE WHEN e.household_id IS NULL THEN '发放表没有户编号，名册中也找不到此人的户编号（没有登记，或号码对不上）'
                WHEN g.suspect THEN '有证件号码以数字格式存放，可能已丢失末位'
                WHEN g.persons > 1 AND g.basis_unknown THEN '按户还是按人不明'
                WHEN g.persons > 1 AND e.cycle IS NULL THEN '没有发放月份和发放日期，周期不明'
                WHEN g.persons > 1 AND g.persons - coalesce(n.doubled, 0) <= 1 THEN '两人姓名相同、证件号码相近，可能是同一人' END AS reason
    FROM eligible e
    LEFT JOIN groups g ON g.household_id = e.household_id AND g.subsidy = e.subsidy AND g.cycle IS NOT DISTINCT FROM e.cycle
    LEFT JOIN near_pairs n ON n.household_id = e.household_id AND n.subsidy = e.subsidy AND n.cycle IS NOT DISTINCT FROM e.cycle
)
SELECT coalesce(household_id, person) AS subject,
       coalesce(household_id, name) AS name, township, village AS unit,
       if(reason IS NULL, persons > 1, NULL) AS flag,
       net AS amount,
       paid_on AS occurred_on,
       reason,
       subsidy || '，' || cycle || '，' || persons || ' 人领取' AS detail,
       household_id NOT IN (SELECT household_id FROM relief) AS firm,
       'household:' || line_id AS paid_key,
       household_id AS 户编号, written AS 证件号码, name AS 姓名, subsidy AS 补助项目, cycle AS 发放周期, paid_on AS 发放日期, net AS 金额
FROM judged
