/*---
code: HP07
title: 证件号码无效
severity: 中
version: 1
subject: id_number
amount_label: 发放金额
needs: {household_payments: [id_number, name, amount]}
guard: true
adds: true
relief: {household_payments: less}
sums: [household_payments]
basis: [one-card-2020, S1-3-5]
what: 领取人的证件号码规范化后仍不是有效的居民身份号码。
why: 号码无效就无法与名册和其他名单比对，可能是录入错误，领取人身份需要核实。
innocent:
  - 录入时多写、漏写或写错一位。
  - 填写的是残疾人证、护照等其他证件的号码。
exclusions: 号码为空、以数字格式存放的无法判定。行政区划代码不作为判断依据。
advice: 核对身份证原件，改正号码后重新比对。
to_judge: 补填证件号码；以文本格式重新导出。
neighbours: [HP08, DQ05, HP01]
---*/
-- 对象：领取补助的人。疑点：号码规范化后仍不是有效的居民身份号码。未能判定：号码为空或可疑。金额：这些发放的净额。
SELECT shown.*, l.id_problem IS NOT NULL AS flag,
       CASE WHEN l.id_number IS NULL THEN l.id_problem WHEN l.is_suspect THEN number_lost() END AS doubt, 'identity' AS doubt_kind,
       returned(l.total) AS left_out,
       l.id_problem || '；' || paid_for(l.subsidy, l.period) || '，' || yuan(l.net) || ' 元' AS detail, l.id_problem AS 问题
FROM paid_lines l
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('household_payments', 'id_number')
WHERE (id_problem IS NOT NULL OR said['id_number'] IS NULL)
