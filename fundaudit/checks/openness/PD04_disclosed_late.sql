/*---
code: PD04
title: 应公开事项没有及时公开
severity: 低
version: 1
subject: item_id
also: [notice]
amount_label: 涉及金额
needs: {disclosures: [item_id, kind, arisen_on]}
uses: [indicators, allocations, projects, benefits]
thresholds:
  days: {default: 20, says: 信息产生后超过该天数没有公开即列出, unit: 天, min: 0, max: 366, step: 5}
  working_days: {default: false, says: 按工作日计算}
relief: {disclosures: any}
basis: [budget-law-14, posting-2018, S3-2-7, S4-4]
what: 公示台账上的事项超过规定天数才公开或仍没有公开；资金到账、分配结果、开工、竣工、收益分配超过规定天数仍没有公告；项目库和年度实施计划一年没有公告。
why: 不公开，群众无法监督。
innocent:
  - 已经张贴公示，台账没有登记。
  - 几笔资金合并公告，没有逐笔登记编号。
exclusions: 公告从未写明编号的事项种类，不能逐一核对，无法判定；公开日期读不出的、超出工作日历的无法判定。
advice: 核对门户网站和公示栏的公告记录、照片。
to_judge: 补填公开日期和项目、指标、分配编号；改正没有采用的行。
neighbours: [PD05, AL05, AL08]
---*/
-- 对象：公示台账的事项；应有公告的指标、分配、项目，年度事项。疑点：超过规定天数没有公开。未能判定：公开日期读不出，超出工作日历，这类公告从不写编号，写的编号可疑。金额：指标、分配金额。
WITH due AS (
    SELECT '资金到账' AS kind, indicator_id AS own, fund_name AS name, section AS unit, received_on AS first_day, received_on AS day, amount FROM indicators
    UNION ALL SELECT '分配结果', allocation_id, '分配 ' || allocation_id, unit, allocated_on AS first_day, allocated_on AS day, amount FROM allocation_money WHERE NOT is_pending AND allocated_on IS NOT NULL
    UNION ALL SELECT '开工', project_id, name, unit, actual_start, actual_start_end, NULL FROM works_projects WHERE actual_start IS NOT NULL
    UNION ALL SELECT '竣工', project_id, name, unit, actual_finish, actual_finish_end, NULL FROM works_projects WHERE actual_finish IS NOT NULL
    UNION ALL SELECT '收益分配', b.project_id, coalesce(j.name, b.project_id), j.unit, make_date(max(b.year), 12, 31), make_date(max(b.year), 12, 31), NULL FROM benefits b LEFT JOIN projects j USING (project_id) WHERE make_date(b.year, 12, 31) < $as_of GROUP BY ALL
    UNION ALL SELECT unnest(['项目库建设', '项目实施计划']), CAST(year($as_of) AS VARCHAR), year($as_of) || ' 年度', NULL, year_start(), year_start(), NULL WHERE strftime($as_of, '%m-%d') = '12-31'
), unnumbered AS ( -- 公告从不写编号的事项
    SELECT kind FROM disclosures WHERE kind NOT IN ('项目库建设', '项目实施计划') GROUP BY kind HAVING count(subject_id) = 0
), masked AS ( -- 公告写的编号以数字格式存放或带星号
    SELECT DISTINCT kind, subject_id AS own FROM disclosures WHERE contains(subject_id, '*') OR list_contains(suspect, 'subject_id')
), told AS (
    SELECT kind, subject_id AS own FROM disclosures WHERE subject_id IS NOT NULL
    UNION SELECT kind, CAST(year(arisen_on) AS VARCHAR) FROM disclosures WHERE kind IN ('项目库建设', '项目实施计划')
)
SELECT item_id AS subject, 'item_id' AS subject_kind, concat_ws(' ', kind, subject_id) AS name, coalesce(days_between(arisen_on, coalesce(disclosed_on, $as_of), $working_days) > $days, false) AS flag,
       CASE WHEN days_between(arisen_on, coalesce(disclosed_on, $as_of), $working_days) IS NULL THEN no_calendar()
            WHEN disclosed_on IS NULL AND raw['disclosed_on'] IS NOT NULL AND days_between(arisen_on, $as_of, $working_days) > $days THEN unreadable('公开日期', raw['disclosed_on']) END AS doubt,
       0 AS amount, arisen_on AS occurred_on, kind || '，' || arisen_on || ' 产生，' || coalesce(disclosed_on || ' 公开', '没有公开') AS detail, kind AS 公开事项, subject_id AS 涉及编号, arisen_on AS 信息产生日期, disclosed_on AS 公开日期, channel AS 渠道
FROM disclosures
UNION ALL BY NAME
SELECT d.kind || '|' || d.own AS subject, 'notice' AS subject_kind, d.kind || ' ' || d.name AS name, d.unit, t.own IS NULL AS flag,
       CASE WHEN t.own IS NOT NULL THEN NULL WHEN d.kind IN (FROM unnumbered) THEN '公示台账上的' || d.kind || '没有写编号，不能逐一核对'
            WHEN EXISTS (SELECT 1 FROM masked m WHERE m.kind = d.kind AND (names_agree(replace(m.own, '*', '?'), d.own) OR ltrim(m.own, '0') = ltrim(d.own, '0') OR (length(m.own) > 15 AND length(m.own) = length(d.own) AND NOT contains(m.own, '*') AND left(m.own, 15) = left(d.own, 15)))) THEN '公告写的编号' || key_lost()
            WHEN days_between(d.day, $as_of, $working_days) IS NULL THEN no_calendar() WHEN days_between(d.day, $as_of, $working_days) <= $days THEN month_only() END AS doubt, coalesce(d.amount, 0) AS amount, d.day AS occurred_on,
       d.kind || '，' || d.day || ' 以后没有公告' AS detail, d.kind AS 公开事项, d.own AS 涉及编号
FROM due d LEFT JOIN (SELECT DISTINCT kind, own FROM told) t ON t.kind = d.kind AND t.own = d.own WHERE coalesce(days_between(d.first_day, $as_of, $working_days) > $days, true)
UNION ALL BY NAME SELECT subject, 'item_id' AS subject_kind, name, refused, flag, doubt FROM refused_rows('disclosures', 'item_id') WHERE coalesce($as_of - event_date > $days, true)
