/*---
code: PM06
title: 五本账工程量不一致
severity: 中
version: 1
subject: project_id
amount_label: 合同金额
needs: {quantities: [project_id, item, design], projects: [project_id, name]}
uses: [contracts]
thresholds:
  tolerance: {default: 0.02, says: 与设计批复相差超过该幅度即列出, unit: 比例, min: 0.00, max: 1.00, step: 0.01}
relief: {quantities: any}
sums: [contracts]
basis: [S4-2]
what: 分项工程的施工图、竣工图、竣工报告或现场实测工程量，与设计批复相差超过规定幅度。
why: 工程量前后不一致，可能少做多报，影响结算。
innocent:
  - 经批准的设计变更。
  - 计量口径、单位不同。
exclusions: 设计批复为零或为空的无法判定；没有登记的不比较。
advice: 核对设计批复、图纸、竣工资料和现场测量记录。
to_judge: 补填设计批复工程量；改正没有采用的行。
neighbours: [PM02, LP06, PM05]
---*/
-- 对象：有五本账的项目。疑点：有一项与设计批复相差超过规定幅度。未能判定：设计批复为零或为空。金额：项目的合同金额。
WITH told AS (
    SELECT *, list_filter([drawing, as_built, completion_report, on_site], LAMBDA told: abs(told - design) > design * $tolerance) AS apart, list_filter([drawing, as_built, completion_report, on_site], LAMBDA told: told IS NOT NULL) AS others FROM quantities
)
SELECT s.*, len(q.apart) > 0 AS flag, if(coalesce(q.design, 0) = 0 AND len(q.others) > 0, q.item || '的设计批复工程量为零或为空', NULL) AS doubt,
       if(row_number() OVER (PARTITION BY q.project_id ORDER BY coalesce(q.design, 0) = 0 OR len(q.apart) = 0, q.item) = 1, coalesce(p.contracted, 0), 0) AS amount, $as_of AS occurred_on,
       q.item || '：设计 ' || plain(q.design) || '，施工图 ' || coalesce(plain(q.drawing), '—') || '，竣工图 ' || coalesce(plain(q.as_built), '—') || '，竣工报告 ' || coalesce(plain(q.completion_report), '—') || '，实测 ' || coalesce(plain(q.on_site), '—') || coalesce(' ' || q.unit, '') AS detail,
       q.item AS 分项, q.design AS 设计批复, q.drawing AS 施工图, q.as_built AS 竣工图, q.completion_report AS 竣工报告, q.on_site AS 现场实测, q.unit AS 计量单位
FROM told q JOIN project_money p USING (project_id) JOIN shown_projects s ON s.subject = q.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('quantities', 'project_id')
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE subject IN (SELECT project_id FROM told WHERE len(apart) > 0 OR coalesce(design, 0) = 0)
