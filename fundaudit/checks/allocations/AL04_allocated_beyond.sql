/*---
code: AL04
title: 分配超过指标金额
severity: 高
version: 1
subject: indicator_id
amount_label: 超出金额
needs: {indicators: [indicator_id, amount], allocations: [amount]}
relief: {allocations: less}
sums: [allocations]
basis: [budget-law-13, budget-regulation-57]
what: 一条指标下达的分配之和大于指标金额。
why: 超出指标分配，多出来的部分没有资金来源。
innocent:
  - 追加的指标没有登记，或登记为另一条。
  - 调减的分配没有登记。
exclusions: 待分配的不计；没有下达日期的分配计入与否结论不同的无法判定。
advice: 核对指标文件和分配文件。
to_judge: 补填下达日期；补报追加指标；改正没有采用的行。
neighbours: [TP05, IB02, AL09]
---*/
-- 对象：指标。疑点：分配之和大于指标金额。未能判定：没有日期的分配计入与否，结论不同。金额：超出的金额。
SELECT s.*, m.allocated > m.amount AS flag, if((m.least_allocated > m.amount) <> (m.most_allocated > m.amount), day_decides(m.least_allocated, m.most_allocated), NULL) AS doubt,
       m.allocated - m.amount AS amount, m.received_on AS occurred_on, '指标 ' || yuan(m.amount) || ' 元，已分配 ' || yuan(m.allocated) || ' 元' AS detail, m.allocated AS 已分配
FROM indicator_money m JOIN shown_indicators s ON s.subject = m.indicator_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id') WHERE subject IN (SELECT indicator_id FROM allocations)
