/*---
code: HP13
title: 到人到户标识与发放表不一致
severity: 中
version: 1
subject: project_id
amount_label: 已支付金额
needs: {projects: [project_id, to_household], payments: [amount, paid_on], household_payments: [amount]}
relief: {household_payments: any, payments: any}
basis: [S1-3-2, S1-3-5]
what: 标识为到人到户、已有支付的项目没有发放表；或标识不是到人到户的项目却有发放表。
why: 到人到户的资金要求导入发放明细，没有发放表就无法核对发给了谁。
innocent:
  - 发放表由乡镇汇总，报送时没有写项目编号。
  - 项目既有工程也有到户部分，标识按主要内容填写。
exclusions: 标识为空而有发放表的无法判定；没有支付的项目不参加。
advice: 核对项目批复和发放台账，补录发放表或更正标识。
to_judge: 补填是否到人到户；补填发放表的项目编号；改正没有采用的行。
neighbours: [HP12, DQ02, PM16]
---*/
-- 对象：已有支付、标识为到人到户或有发放表的项目。疑点：标识是而没有发放表，标识否而有。未能判定：标识为空而有发放表。金额：已支付金额。
WITH sheets AS (
    SELECT coalesce(l.project_id, p.traced_project_id) AS project_id, count(DISTINCT l.line) AS rows_of_it FROM lines l LEFT JOIN traced_payments p USING (payment_id) GROUP BY ALL
)
SELECT s.*, coalesce(j.to_household <> (h.rows_of_it IS NOT NULL), false) AS flag, if(j.to_household IS NULL, '没有填写是否到人到户，却有发放表', NULL) AS doubt,
       j.paid AS amount, $as_of AS occurred_on, if(j.to_household, '标识为到人到户，没有发放表', '标识不是到人到户，有发放表 ' || h.rows_of_it || ' 行') || '；已支付 ' || yuan(j.paid) || ' 元' AS detail,
       j.to_household AS 是否到人到户, h.rows_of_it AS 发放表行数, j.paid AS 已支付
FROM project_money j JOIN shown_projects s ON s.subject = j.project_id LEFT JOIN sheets h USING (project_id)
WHERE j.paid > 0 AND (j.to_household OR h.rows_of_it IS NOT NULL)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE subject IN (SELECT traced_project_id FROM traced_payments) AND (coalesce(said['to_household'] = 'true', true) OR subject IN (SELECT project_id FROM sheets))
