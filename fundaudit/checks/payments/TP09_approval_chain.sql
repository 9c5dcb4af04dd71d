/*---
code: TP09
title: 支付审核环节不完整
severity: 中
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on], approvals: [payment_id, step, reviewer]}
adds: true
thresholds:
  steps: {default: [], needed: true, says: 支付须经的审核环节（按先后次序）}
relief: {payments: less, approvals: any}
sums: [payments]
basis: [budget-law-57, S2-3-2, S3-2-3]
what: 本年支付按规定环节的最后一次审核，有缺的、退回的、在支付以后的、次序颠倒的，或一人审核了两个环节。
why: 审核环节不完整，相互制约没有起作用，支付的真实性需要核实。
innocent:
  - 纸质审核已经完成，系统没有补录。
  - 岗位临时代理，由一人按授权履职。
exclusions: 退款不列出；同一天审核视为次序正常；某一环节的最后一次审核没有写时间或结果的无法判定。
advice: 调取支付审核单原件，核对各环节审核人、时间和意见。
to_judge: 补填审核时间和审核结果；改正没有采用的审核记录。
neighbours: [TP06, TP10, PM08]
---*/
-- 对象：本年支付。疑点：各环节的最后一次审核有缺、退回、晚于支付、次序颠倒、一人审两个环节。未能判定：最后一次审核没有时间或结果。金额：支付金额。
WITH last_rounds AS (
    SELECT payment_id, list_position($steps, folded_text(step)) AS turn, any_value(step) AS step, arg_max(reviewer, round) AS reviewer, max(round) AS last_round
    FROM approvals WHERE list_contains($steps, folded_text(step)) GROUP BY ALL
), decided AS (
    SELECT l.*, a.decided_on, a.decision, max(a.decided_on) OVER (PARTITION BY l.payment_id ORDER BY l.turn ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM last_rounds l JOIN approvals a ON a.payment_id = l.payment_id AND a.step = l.step AND a.round = l.last_round
), chains AS (
    SELECT payment_id, count(*) AS steps, max(decided_on) AS last_day, bool_or(regexp_matches(decision, '退回|不同意|不通过|未通过|驳回|否决')) AS sent_back, bool_or(decided_on < before) AS disordered,
           count(DISTINCT regexp_replace(reviewer, '[\s·•・‧]', '', 'g')) < count(*) AS same_reviewer, bool_or(decided_on IS NULL) AS undated, bool_or(decision IS NULL) AS unsaid,
           string_agg(step || ' ' || coalesce(CAST(decided_on AS VARCHAR), '（无时间）') || coalesce(' ' || decision, ''), '，' ORDER BY turn) AS said
    FROM decided GROUP BY payment_id
)
SELECT s.*, p.amount > 0 AND (coalesce(c.steps, 0) < len($steps) OR c.sent_back OR c.last_day > p.paid_on OR c.disordered OR c.same_reviewer) IS true AS flag,
       CASE WHEN p.amount <= 0 THEN NULL WHEN c.undated THEN '有审核环节没有写审核时间' WHEN c.unsaid THEN '有审核环节没有写审核结果' END AS doubt, p.left_out,
       concat_ws('；', if(coalesce(c.steps, 0) < len($steps), '缺 ' || (len($steps) - coalesce(c.steps, 0)) || ' 个环节', NULL), if(c.sent_back, '最后一次为退回', NULL),
                 if(c.last_day > p.paid_on, '审核晚于支付', NULL), if(c.disordered, '次序颠倒', NULL), if(c.same_reviewer, '一人审核了两个环节', NULL)) || came_back(p.returned_on) AS detail,
       c.said AS 各环节最后一次审核
FROM judged_payments p JOIN shown_payments s USING (line) LEFT JOIN chains c USING (payment_id)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id') WHERE coalesce(event_date >= year_start(), true)
