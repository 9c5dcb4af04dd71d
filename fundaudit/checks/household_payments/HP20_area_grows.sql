/*---
code: HP20
title: 补贴面积增长过快
severity: 低
version: 1
subject: person_subsidy
amount_label: 增加的补贴
needs: {household_payments: [subsidy, id_number, amount, quantity, paid_on]}
uses: [standards]
thresholds:
  growth: {default: 0.20, says: 面积比上年增长超过该幅度即列出, unit: 比例, min: 0.00, max: 10.00, step: 0.05}
  min: {default: 2, says: 且至少增加该亩数, unit: 亩, min: 0, max: 10000, step: 1}
  subsidies: {default: [地力, 种粮, 稻谷, 玉米, 大豆, 退耕, 轮作, 休耕], says: 没有补助标准的，名称含这些字样的按亩计算}
relief: {household_payments: any, standards: any}
basis: [budget-regulation-60, fiscal-penalties-6-1]
what: 按亩补贴的，一人的补贴面积比上年增长超过规定幅度，且至少增加规定亩数。
why: 面积短期内大幅增加，可能多报面积。
innocent:
  - 流转了别人的土地，或确权面积更正。
  - 上年有部分地块没有申报。
  - 家庭成员的面积并到一人名下。
exclusions: 上年或本年没有发放的不参加；按发放所属的年度（不是发放的年度）比较，按月、季发放的各期是同一块地；有一笔没有数量、月份读不出、两年户编号不同的无法判定。
advice: 核对土地承包、流转合同和村组公示的面积。
to_judge: 补填补助数量和户编号；改正没有采用的行。
neighbours: [HP11, HP04, HP21]
---*/
-- 对象：本年和上年都领取同一项按亩补贴的人。疑点：面积增长超过幅度且至少增加规定亩数。未能判定：没有数量，月份读不出，
-- 户编号变了，号码可疑。金额：增加的面积乘以本年每亩金额。
WITH cycles AS ( -- 发放所属的年度，不是发放的年度；按月、季发的，各个周期是同一块地
    SELECT person, subsidy_no, coalesce(year(month_begins), year(paid_on)) AS of_year, if(standard_per IN ('月', '季'), cycle_begins, NULL) AS cycle, min(line) AS first_line, any_value(subsidy) AS subsidy, sum(quantity) AS area,
           count(*) > count(quantity) OR count(*) > count(month_begins) AS lacking, sum(net) AS paid, min(coalesce(household_id, home)) AS family, max(paid_on) AS last_paid, bool_or(is_suspect) AS lost
    FROM line_standards WHERE net > 0 AND id_number IS NOT NULL AND of_year IN (year($as_of), year($as_of) - 1) AND coalesce(per_unit = '亩', says_any(subsidy, $subsidies)) GROUP BY person, subsidy_no, of_year, cycle
), years AS (
    SELECT person, subsidy_no, of_year = year($as_of) AS now, min(first_line) AS line, any_value(subsidy) AS subsidy, max(area) AS area, bool_or(lacking) AS lacking, sum(paid) AS paid, min(family) AS family, max(last_paid) AS last_paid, bool_or(lost) AS lost
    FROM cycles GROUP BY person, subsidy_no, of_year
)
SELECT s.shown.subject || '|' || n.subsidy AS subject, s.shown.name AS name, n.area * 1.0 > b.area * (1 + $growth) AND n.area - b.area >= $min AS flag,
       CASE WHEN n.lost OR b.lost THEN number_lost() WHEN n.lacking OR b.lacking THEN '有发放没有填写补助数量，或发放月份无法读取' WHEN n.family <> b.family THEN '两年的户编号不同' END AS doubt, 'identity' AS doubt_kind,
       if(n.area > 0, share_of(n.paid, n.area - b.area, nullif(n.area, 0)), 0) AS amount, n.last_paid AS occurred_on,
       '上年 ' || plain(b.area) || ' 亩，本年 ' || plain(n.area) || ' 亩' AS detail,
       s.shown.证件号码 AS 证件号码, s.shown.姓名 AS 姓名, n.subsidy AS 补助项目, b.area AS 上年面积, n.area AS 本年面积, n.paid AS 本年金额
FROM years n JOIN years b ON b.person = n.person AND b.subsidy_no = n.subsidy_no AND n.now AND NOT b.now JOIN shown_lines s ON s.line = n.line
UNION ALL BY NAME SELECT coalesce(said['id_number'] || '|' || subsidy, subject) AS subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'person_subsidy') r
WHERE coalesce(CAST(left(month, 4) AS INTEGER) IN (year($as_of), year($as_of) - 1), true) AND (subsidy_key = '' OR says_any(subsidy_key, $subsidies) OR subsidy_no IN (SELECT v.subsidy_no FROM standards s JOIN subsidies v ON v.text = s.subsidy WHERE s.per_unit = '亩'))
  AND (list_contains(refused_columns, 'id_number') OR EXISTS (SELECT 1 FROM years y JOIN identities i USING (person) WHERE i.id_number = r.said['id_number'] AND coalesce(y.subsidy_no = r.subsidy_no, true) AND coalesce(y.now <> (left(r.month, 4) = CAST(year($as_of) AS VARCHAR)), true))
    OR EXISTS (SELECT 1 FROM refused_rows('household_payments', 'person_subsidy') o WHERE o.said['id_number'] = r.said['id_number'] AND coalesce(o.subsidy_no = r.subsidy_no, true) AND coalesce(left(o.month, 4) <> left(r.month, 4), o.doubt <> r.doubt)))
