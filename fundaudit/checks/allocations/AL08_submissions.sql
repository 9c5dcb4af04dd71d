/*---
code: AL08
title: 计划、月报没有按时报送
severity: 低
version: 1
subject: submission
amount_label: —
needs: {submissions: [kind, period]}
uses: [month_plans, indicators]
thresholds:
  kinds: {default: [], needed: true, says: 要按时报送的事项（月支出计划、县级月报、科室月报）}
relief: {submissions: any}
basis: [S1-2, S3-2-1]
what: 本年各月的月支出计划（当月5日）、县级月报（次月10日）、科室月报（次月15日）没有报送，或报送晚于期限。
why: 计划和月报不按时，资金进度不能及时掌握和督促。
innocent:
  - 已经报送，没有登记日期。
  - 期限遇节假日顺延。
exclusions: 期限未到的不参加；上年12月的月报只在报送记录有上年的时候参加；下发月支出计划的日期也算报送；报送日期为空的无法判定。
advice: 核对报送台账和系统提交记录。
to_judge: 补填报送日期；改正没有采用的行。
neighbours: [LP07, PD04, TP10]
---*/
-- 对象：本年已到期限的各期各单位的报送。疑点：没有报送，或晚于期限。未能判定：报送了而没有日期。金额：无。
WITH months AS (
    SELECT CAST(unnest(range(CAST(year_start() AS TIMESTAMP) - to_months(1), CAST($as_of AS TIMESTAMP) + to_days(1), to_months(1))) AS DATE) AS month
), told AS (
    SELECT kind, regexp_replace(period, '^(\d{4})\D*(\d{1,2})\D*$', '\1-\2') AS said, coalesce(section, '') AS section, submitted_on FROM submissions
    UNION ALL SELECT '月支出计划', month, '', issued_on FROM month_plans
), sent AS (
    SELECT kind, left(said, 4) || '-' || lpad(split_part(said, '-', 2), 2, '0') AS period, section, min(submitted_on) AS submitted_on, bool_or(submitted_on IS NULL) AS undated FROM told GROUP BY ALL
), due AS (
    SELECT '月支出计划' AS kind, '' AS section, month, month + 4 AS until FROM months
    UNION ALL SELECT '县级月报', '', month, last_day(month) + 10 FROM months
    UNION ALL SELECT '科室月报', s.section, month, last_day(month) + 15 FROM months CROSS JOIN (SELECT section FROM indicators WHERE section IS NOT NULL UNION SELECT section FROM submissions WHERE kind = '科室月报' AND section IS NOT NULL) s
)
SELECT d.kind || '|' || strftime(d.month, '%Y-%m') || '|' || d.section AS subject, concat_ws(' ', d.kind, strftime(d.month, '%Y-%m'), nullif(d.section, '')) AS name, nullif(d.section, '') AS unit,
       coalesce(s.submitted_on > d.until, true) AS flag, if(s.submitted_on IS NULL AND s.undated, '已报送而没有填写日期', NULL) AS doubt, d.until AS occurred_on,
       '期限 ' || d.until || '，' || coalesce(s.submitted_on || ' 报送', '没有报送') AS detail, d.kind AS 报送事项, strftime(d.month, '%Y-%m') AS 所属期, nullif(d.section, '') AS 报送单位, d.until AS 期限, s.submitted_on AS 报送日期
FROM due d LEFT JOIN sent s ON s.kind = d.kind AND s.period = strftime(d.month, '%Y-%m') AND (d.section = '' OR s.section = d.section)
WHERE list_contains($kinds, d.kind) AND d.until < $as_of AND d.until >= year_start()
  -- 上年12月的：只在报送记录有上年的时候
  AND (d.month >= year_start() OR d.kind IN (SELECT kind FROM sent WHERE period < strftime(year_start(), '%Y-%m')))
