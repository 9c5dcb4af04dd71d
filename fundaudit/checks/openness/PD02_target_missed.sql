/*---
code: PD02
title: 绩效指标没有完成
severity: 低
version: 1
subject: project_id
amount_label: 分配金额
needs: {performance: [project_id, year, metric, target], projects: [project_id, name]}
uses: [allocations]
thresholds:
  gap: {default: 0.2, says: 完成值与指标值相差超过该比例即列出, unit: 比例, min: 0.0, max: 1.0, step: 0.05}
relief: {}
sums: [allocations]
basis: [performance-2021, S1-3-3, S3-2-4]
what: 年末，本年度有绩效指标的完成值未达到指标值，相差超过规定比例（按指标的方向）。
why: 预期的效益没有实现，资金使用效果需要评价。
innocent:
  - 完成值为阶段数，年末尚未更新。
  - 指标设定过高，或受灾等客观原因。
exclusions: 没有指标值的不参加；年末以前、没有完成值的无法判定。
advice: 核对绩效自评和佐证材料，分析偏差原因。
to_judge: 年末补填完成值；改正没有采用的行。
neighbours: [PD01, PD03, PM13]
---*/
-- 对象：本年度有指标值的项目。疑点：年末完成值与指标值相差超过规定比例。未能判定：还没到年末，没有完成值。金额：分配金额。
WITH told AS (
    SELECT f.*, CASE WHEN f.direction IS NULL OR f.direction IN ('≥', '>=', '不低于', '不少于', '不小于', '至少') THEN '≥' WHEN f.direction IN ('≤', '<=', '不高于', '不超过', '不大于', '至多') THEN '≤' WHEN f.direction IN ('=', '等于') THEN '=' END AS way,
           CASE way WHEN '≥' THEN f.target - f.actual WHEN '≤' THEN f.actual - f.target WHEN '=' THEN abs(f.target - f.actual) END > abs(f.target) * $gap AS missed
    FROM performance f WHERE f.target IS NOT NULL AND f.year = year($as_of)
)
SELECT s.*, coalesce(t.missed, false) AS flag, CASE WHEN strftime($as_of, '%m-%d') <> '12-31' THEN '还没有到年末' WHEN t.actual IS NULL THEN '没有填写完成值：' || t.metric WHEN t.way IS NULL THEN '不认识的方向：' || t.direction END AS doubt,
       if(t.metric = first(t.metric) OVER (PARTITION BY t.project_id ORDER BY coalesce(t.missed, false) DESC, t.metric), p.allocated, 0) AS amount, $as_of AS occurred_on,
       t.metric || '：指标 ' || coalesce(t.way, t.direction) || plain(t.target) || '，完成 ' || coalesce(plain(t.actual), '（空）') || coalesce(' ' || t.unit, '') AS detail,
       t.metric AS 绩效指标, CASE t.way WHEN '≥' THEN '不低于' WHEN '≤' THEN '不高于' WHEN '=' THEN '等于' ELSE t.direction END AS 方向, t.target AS 指标值, t.actual AS 完成值, t.unit AS 计量单位
FROM told t JOIN project_money p USING (project_id) JOIN shown_projects s ON s.subject = t.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('performance', 'project_id') WHERE coalesce(CAST(said['year'] AS INTEGER) = year($as_of), true)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE subject IN (SELECT project_id FROM told WHERE coalesce(missed, true))
