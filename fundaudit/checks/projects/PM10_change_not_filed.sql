/*---
code: PM10
title: 项目调整、取消没有备案
severity: 低
version: 1
subject: project_id
amount_label: 分配金额
needs: {projects: [project_id, name, status]}
uses: [allocations]
relief: {}
sums: [allocations]
basis: [S0-2-1]
what: 状态为调整或取消的项目没有调整备案文号。
why: 项目调整没有按程序备案，资金改作他用没有依据。
innocent:
  - 已经备案，台账没有登记文号。
exclusions: 其他状态的项目不参加。
advice: 调取调整方案和备案文件。
to_judge: 改正没有采用的项目行。
neighbours: [PM02, LP05, PM08]
---*/
-- 对象：状态为调整、取消的项目。疑点：没有调整备案文号。未能判定：所在的行没有采用。金额：分配金额。
SELECT s.*, p.change_doc_no IS NULL AS flag, p.allocated AS amount, $as_of AS occurred_on, '项目状态为' || p.status || '，没有调整备案文号' AS detail, p.change_doc_no AS 调整备案文号, p.allocated AS 分配金额
FROM project_money p JOIN shown_projects s ON s.subject = p.project_id WHERE p.status IN ('调整', '取消')
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE coalesce(said['status'] IN ('调整', '取消'), true) AND said['change_doc_no'] IS NULL
