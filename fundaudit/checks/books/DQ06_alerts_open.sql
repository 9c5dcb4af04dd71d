/*---
code: DQ06
title: 平台预警没有及时处理
severity: 中
version: 1
subject: alert_id
amount_label: —
needs: {alerts: [alert_id, rule, raised_on]}
thresholds:
  days: {default: 10, says: 预警后超过该天数没有反馈即列出, unit: 天, min: 0, max: 366, step: 1}
  close_days: {default: 30, says: 反馈后超过该天数没有办结即列出, unit: 天, min: 0, max: 730, step: 5}
  working_days: {default: false, says: 按工作日计算}
relief: {}
basis: [S2-2-2, S0-4, S3-2-5]
what: 监控平台的预警超过规定天数没有反馈，或反馈以后超过规定天数没有办结。
why: 预警没有核实处理，问题可能继续发生。
innocent:
  - 已经反馈，台账没有登记日期。
  - 需要外部部门配合核查，尚在办理。
exclusions: 反馈、办结日期读不出而本应列出的无法判定；超出工作日历的无法判定。
advice: 逐条核实预警，补报处理结果。
to_judge: 补填反馈日期和办结日期；改正没有采用的行。
neighbours: [AL08, LP02, TP12]
---*/
-- 对象：监控平台的预警。疑点：超过规定天数没有反馈，或反馈后超过规定天数没有办结。未能判定：日期读不出，超出工作日历。金额：无。
WITH judged AS (
    SELECT *, days_between(raised_on, coalesce(answered_on, $as_of), $working_days) AS unanswered, if(answered_on IS NULL, 0, days_between(answered_on, coalesce(closed_on, $as_of), $working_days)) AS unclosed,
           answered_on IS NULL AND raw['answered_on'] IS NOT NULL AS unread_answer, closed_on IS NULL AND raw['closed_on'] IS NOT NULL AS unread_close
    FROM alerts
)
SELECT alert_id AS subject, rule AS name, coalesce(unanswered > $days OR unclosed > $close_days, false) AS flag,
       CASE WHEN unanswered IS NULL OR unclosed IS NULL THEN no_calendar() WHEN unanswered > $days AND unread_answer THEN unreadable('反馈日期', raw['answered_on'])
            WHEN unanswered <= $days AND unclosed > $close_days AND unread_close THEN unreadable('办结日期', raw['closed_on']) END AS doubt,
       raised_on AS occurred_on, rule || '，' || raised_on || ' 预警，' || coalesce(answered_on || ' 反馈', '没有反馈') || coalesce('，' || closed_on || ' 办结', if(answered_on IS NULL, '', '，没有办结')) AS detail,
       alert_id AS 预警编号, rule AS 预警规则, subject_id AS 涉及编号, raised_on AS 预警日期, answered_on AS 反馈日期, closed_on AS 办结日期
FROM judged
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('alerts', 'alert_id') WHERE coalesce($as_of - event_date > $days, true)
