/*---
code: AL09
title: 其中扶贫金额填写有误
severity: 低
version: 1
subject: allocation_id
amount_label: 分配金额
needs: {allocations: [allocation_id, amount, poverty_part]}
relief: {}
basis: [S1-3-2]
what: 分配中的扶贫金额大于分配金额；或同一指标的其他分配写了扶贫金额，这笔没有写。
why: 部分用于扶贫的资金要求全部分解到项目，漏填或填错会使扶贫资金规模失真。
innocent:
  - 这笔分配不含扶贫资金，应填零而留空。
exclusions: 同一指标的分配都没有写扶贫金额的不列出；扶贫金额读不出的整行没有采用。
advice: 核对分配文件，补填其中的扶贫金额。
to_judge: 改正没有采用的分配行。
neighbours: [AL04, AL06, DQ02]
---*/
-- 对象：混合资金指标的分配、写了扶贫金额的分配。疑点：扶贫金额大于分配金额，或别的分配写了而这笔没有。未能判定：所在的行没有采用。金额：分配金额。
WITH mixed AS (
    SELECT *, count(poverty_part) OVER (PARTITION BY indicator_id) AS told FROM allocation_money WHERE NOT is_pending
)
SELECT s.*, coalesce(m.poverty_part > m.amount, true) AS flag, if(m.poverty_part IS NULL, '没有填写其中扶贫金额，同一指标另有 ' || m.told || ' 笔填写', '其中扶贫金额 ' || yuan(m.poverty_part) || ' 元，大于分配金额') AS detail, m.poverty_part AS 其中扶贫金额
FROM mixed m JOIN shown_allocations s ON s.subject = m.allocation_id WHERE m.told > 0
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('allocations', 'allocation_id')
WHERE said['indicator_id'] IN (SELECT indicator_id FROM mixed WHERE told > 0) OR list_contains(refused_columns, 'poverty_part')
