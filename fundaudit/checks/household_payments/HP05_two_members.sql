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
relief: {household_payments: less, beneficiaries: any, standards: any}
sums: [household_payments]
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4, one-card-2020]
what: 按户发放的补助，同一户在同一周期有两人以上净额大于零。
why: 一户只应领取一份的补助由多人分别领取，可能重复发放。
innocent:
  - 家庭已经分户，户编号没有更新。
  - 两笔对应同一份补助的分期，由不同成员代领。
  - 该项补助实际按人发放，按户标识填写有误。
exclusions: 按人补助不在考察之列；户编号不明、按户或按人不明的无法判定。
advice: 核对户口簿和发放审批表，确认是否一户，多发的办理退回。
to_judge: 补填户编号和按户或按人标识；核对相近的证件号码。
neighbours: [HP04, HP09, HP21]
---*/
-- 对象：领取按户补助的家庭（户编号取发放表的，没有的取名册的）。疑点：同一补助同一周期有两人以上净额大于零。未能判定：户编号不明，
-- 按户还是按人不明，两人可能是一人，两人不在一村（户编号可能重号）。金额：这些人领取的净额。
WITH eligible AS (
    SELECT l.*, coalesce(l.household_id, l.home) AS family, coalesce(h.township, l.township) AS town, coalesce(h.village, l.village) AS place
    FROM paid_lines l LEFT JOIN homes h USING (person) WHERE l.total > 0 AND l.basis IS DISTINCT FROM '到人'
), shares AS ( -- 一户一项补助一个周期由几人领取；sure：其中按户补助的，没有写明的不能算数
    SELECT family, subsidy_no, cycle_begins, count(DISTINCT person) FILTER (WHERE basis = '到户') AS sure,
           greatest(count(DISTINCT town) FILTER (WHERE basis = '到户'), count(DISTINCT place) FILTER (WHERE basis = '到户')) AS places,
           bool_or(is_suspect) AS suspect
    FROM eligible WHERE family IS NOT NULL GROUP BY ALL HAVING count(DISTINCT person) > 1
), near AS ( -- 其中姓名相同、可能是一人的
    SELECT a.family, a.subsidy_no, a.cycle_begins, count(DISTINCT a.person) AS doubled
    FROM eligible a JOIN eligible b USING (family, subsidy_no)
    WHERE b.cycle_begins IS NOT DISTINCT FROM a.cycle_begins AND b.person < a.person AND names_agree(a.name_key, b.name_key)
      AND a.basis = '到户' AND b.basis = '到户' GROUP BY ALL
)
SELECT shown.* EXCLUDE (person) REPLACE (coalesce(e.family, shown.subject) AS subject, coalesce(e.family, shown.name) AS name), g.sure IS NOT NULL AND coalesce(e.basis = '到户', false) AS flag, 0.01 AS margin,
       CASE WHEN e.family IS NULL THEN '发放表没有户编号，名册中也找不到此人的户编号（没有登记，或号码对不上）'
            WHEN g.suspect THEN '有证件号码以数字格式存放，可能已丢失末位'
            WHEN g.sure <= 1 THEN '按户还是按人不明'
            WHEN g.sure IS NOT NULL AND e.cycle_begins IS NULL THEN '发放月份（或者发放日期）没有填写或不能识别，周期不明'
            WHEN g.sure - coalesce(n.doubled, 0) <= 1 THEN '领取的人姓名相同，可能是同一人'
            WHEN g.places > 1 THEN '领取的人不在同一乡镇或村，户编号可能是两户重号' END AS doubt, 'identity' AS doubt_kind,
       e.subsidy || '，' || cycle_text(e.per, e.cycle_begins) || '，' || g.sure || ' 人领取' AS detail, cycle_text(e.per, e.cycle_begins) AS 发放周期
FROM eligible e
LEFT JOIN shares g ON g.family = e.family AND g.subsidy_no = e.subsidy_no AND g.cycle_begins IS NOT DISTINCT FROM e.cycle_begins
LEFT JOIN near n ON n.family = e.family AND n.subsidy_no = e.subsidy_no AND n.cycle_begins IS NOT DISTINCT FROM e.cycle_begins
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'household_id')
WHERE basis IS DISTINCT FROM '到人' AND (refused_people(subject) > 1
   OR (subject LIKE 'row:%' AND coalesce(said['id_number'] NOT IN (SELECT id_number FROM beneficiaries WHERE household_id IS NOT NULL), true)))
