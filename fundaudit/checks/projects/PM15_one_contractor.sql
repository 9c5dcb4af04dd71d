/*---
code: PM15
title: 合同集中于一个承包单位
severity: 低
version: 1
subject: contractor
amount_label: —
needs: {contracts: [contractor, amount, signed_on], projects: [project_id, department]}
thresholds:
  contracts: {default: 5, says: 一个部门本年合同达到该份数才判定, unit: 份, min: 2, max: 1000, step: 1}
  share: {default: 0.5, says: 一个承包单位占合同金额超过该比例即列出, unit: 比例, min: 0.00, max: 1.00, step: 0.05}
  least: {default: 3, says: 且至少签订该份数, unit: 份, min: 2, max: 100, step: 1}
  limit: {default: 4000000.00, says: 且每份低于该金额, unit: 元, min: 0, max: 1000000000, step: 100000, fixed_by: tender-2018}
relief: {contracts: any, projects: any}
basis: [tender-2018]
what: 一个主管部门本年的合同中，一个承包单位占了大部分金额，签订多份，且每份都低于招标限额。仅作筛查，不计金额。
why: 业务集中于一家又都在招标限额以下，可能规避竞争。
innocent:
  - 当地只有一家具备资质的企业。
  - 经框架协议、定点采购确定。
exclusions: 部门合同份数不足的、没有承包单位或签订日期的合同不计。
advice: 核对采购方式、比选资料和股权关系。
to_judge: 补填项目的主管部门；改正没有采用的合同行。
neighbours: [PM09, PM11, AL11]
---*/
-- 对象：本年合同达到份数的部门的承包单位。疑点：占部门合同金额超过规定比例，份数够多，每份低于限额。未能判定：涉及的行没有采用。金额：无。
WITH own AS (
    SELECT j.department, c.contractor, c.amount, c.contract_id, c.signed_on FROM contracts c JOIN projects j USING (project_id)
    WHERE j.department IS NOT NULL AND year(c.signed_on) = year($as_of) AND c.amount > 0
), departments AS (
    SELECT department, count(*) AS n, sum(amount) AS total FROM own GROUP BY ALL
), contractors AS (
    SELECT department, contractor, count(*) AS n, sum(amount) AS total, max(amount) AS largest, min(signed_on) AS first_signed FROM own WHERE contractor IS NOT NULL GROUP BY ALL
)
SELECT c.contractor AS subject, c.contractor AS name, c.department AS unit, c.total > d.total * $share AND c.n >= $least AND c.largest < $limit AS flag, c.first_signed AS occurred_on,
       c.department || '本年 ' || d.n || ' 份合同 ' || yuan(d.total) || ' 元，其中 ' || c.n || ' 份 ' || yuan(c.total) || ' 元，占 ' || percent(c.total, d.total) AS detail,
       c.contractor AS 承包单位, c.department AS 主管部门, c.n AS 合同份数, c.total AS 合同金额, percent(c.total, d.total) AS 占比
FROM contractors c JOIN departments d USING (department) WHERE d.n >= $contracts
UNION ALL BY NAME SELECT coalesce(said['contractor'], subject) AS subject, said['contractor'] AS name, refused, flag, doubt FROM refused_rows('contracts', 'contractor')
WHERE coalesce(year(event_date) = year($as_of), true) AND said['contractor'] IN (SELECT contractor FROM own)
