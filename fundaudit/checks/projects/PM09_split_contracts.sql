/*---
code: PM09
title: 工程拆分签订合同
severity: 中
version: 1
subject: project_id
amount_label: 合同金额合计
needs: {contracts: [project_id, kind, contractor, amount], projects: [project_id, name]}
thresholds:
  limit: {default: 4000000.00, says: 必须招标的施工合同金额, unit: 元, min: 0, max: 1000000000, step: 100000, fixed_by: tender-2018}
  days: {default: 90, says: 该天数以内签订的合并计算, unit: 天, min: 0, max: 730, step: 10}
relief: {contracts: any}
basis: [tender-2018]
what: 同一项目与同一承包单位在规定天数以内签订的几份施工合同，每份低于招标限额，合计达到限额。
why: 可能把工程拆小，规避招标。
innocent:
  - 分属不同标段、不同年度的任务，经批准分别实施。
  - 各份合同都经过招标。
exclusions: 单份已达到限额的不计；签订日期为空而合计达到限额的无法判定。
advice: 核对立项批复、招标资料和各份合同的内容。
to_judge: 补填签订日期；改正没有采用的合同行。
neighbours: [PM15, PM11, PM01]
---*/
-- 对象：同一承包单位有几份限额以下施工合同的项目。疑点：规定天数以内的合计达到限额。未能判定：没有签订日期而合计达到限额。金额：合计金额。
WITH small AS (
    SELECT * FROM contracts WHERE kind = '施工' AND amount < $limit AND amount > 0 AND contractor IS NOT NULL
), runs AS (
    SELECT a.project_id, a.contractor, a.contract_id, sum(b.amount) AS together, count(*) AS n, string_agg(b.contract_id, '、' ORDER BY b.contract_id) AS contracts, min(b.signed_on) AS first_signed
    FROM small a JOIN small b ON b.project_id = a.project_id AND b.contractor = a.contractor AND b.signed_on BETWEEN a.signed_on AND a.signed_on + CAST($days AS INTEGER) GROUP BY ALL
), pairs AS (
    SELECT project_id, contractor, sum(amount) FILTER (WHERE signed_on IS NULL) AS undated, count(*) AS n FROM small GROUP BY ALL HAVING count(*) > 1
), best AS (
    SELECT project_id, contractor, max(together) AS most, max(together) FILTER (WHERE n > 1) AS together, first(contracts ORDER BY together DESC, first_signed ASC, contracts ASC) FILTER (WHERE n > 1) AS contracts, first(first_signed ORDER BY together DESC, first_signed ASC) FILTER (WHERE n > 1) AS first_signed FROM runs GROUP BY ALL
)
SELECT s.*, coalesce(b.together >= $limit, false) AS flag, if(NOT coalesce(b.together >= $limit, false) AND p.undated + coalesce(b.most, 0) >= $limit, '有合同没有填写签订日期', NULL) AS doubt,
       CAST(b.together AS DECIMAL(18, 2)) AS amount, b.first_signed AS occurred_on, p.contractor || '：' || b.contracts || '，合计 ' || yuan(b.together) || ' 元' AS detail, p.contractor AS 承包单位, b.contracts AS 合同编号, p.n AS 合同份数
FROM pairs p JOIN shown_projects s ON s.subject = p.project_id LEFT JOIN best b ON b.project_id = p.project_id AND b.contractor = p.contractor
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('contracts', 'project_id') r
WHERE coalesce(said['kind'] = '施工', true) AND coalesce(said_amount < $limit, true) AND EXISTS (SELECT 1 FROM small m WHERE m.project_id = r.subject AND coalesce(m.contractor = r.said['contractor'], true))
