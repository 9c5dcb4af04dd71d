/*---
code: PM17
title: 前期手续不全即开工
severity: 中
version: 1
subject: project_id
amount_label: 分配金额
needs: {permits: [project_id, kind, required], projects: [project_id, name]}
uses: [allocations]
relief: {}
sums: [allocations]
basis: [S4-1]
what: 标明需要的用地、环评、稳评、地勘、设计手续，取得日期晚于实际开工日期，或已开工仍没有取得。
why: 手续不全开工，可能被责令停工，资金面临损失。
innocent:
  - 手续已经办结，台账没有登记日期。
  - 先行用地等经批准可以先开工。
exclusions: 不需要的手续不计；没有取得而尚未开工的、开工日期不明的无法判定。
advice: 调取各项批复，核对日期。
to_judge: 补填手续取得日期和实际开工日期；改正没有采用的行。
neighbours: [LP04, PM01, PM08]
---*/
-- 对象：有需要办理的手续的项目。疑点：实际开工早于取得手续，或已开工仍没有取得。未能判定：没有取得而尚未开工，开工日期不明，只写到月份而结论不同。金额：分配金额。
WITH judged AS (
    SELECT t.kind, t.issued_on, p.*, coalesce(p.actual_start IS NOT NULL OR p.status IN ('在建', '完工'), false) AS started, t.raw['issued_on'] AS written,
           coalesce(p.actual_start_end < t.issued_on, false) OR (coalesce(p.actual_start IS NOT NULL OR p.status IN ('在建', '完工'), false) AND t.issued_on IS NULL) AS missed
    FROM permits t JOIN project_money p USING (project_id) WHERE t.required AND p.status IS DISTINCT FROM '取消'
)
SELECT s.*, missed AS flag,
       CASE WHEN issued_on IS NULL THEN if(written IS NOT NULL, unreadable(kind || '取得日期', written), if(started, NULL, '尚未开工，' || kind || '手续还没有取得')) WHEN actual_start IS NULL AND started THEN '已开工而没有填写实际开工日期'
            WHEN actual_start < issued_on AND NOT actual_start_end < issued_on THEN month_only() END AS doubt,
       if(kind = first(kind) OVER (PARTITION BY j.project_id ORDER BY missed DESC, kind ASC), allocated, 0) AS amount, coalesce(actual_start, $as_of) AS occurred_on, kind || '：' || coalesce(issued_on || ' 取得', '没有取得') || '，实际开工 ' || coalesce(day_or_month(actual_start, actual_start_end), '（无日期）') AS detail,
       kind AS 手续类别, issued_on AS 取得日期, day_or_month(actual_start, actual_start_end) AS 实际开工日期, allocated AS 分配金额
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('permits', 'project_id') WHERE coalesce(said['required'] = 'true', true)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id') WHERE coalesce(said['status'] <> '取消', true) AND subject IN (SELECT project_id FROM permits WHERE required)
