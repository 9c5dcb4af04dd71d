/*---
code: AL05
title: 指标和分配文件没有上传
severity: 低
version: 1
subject: indicator_id
also: [allocation_id]
amount_label: 金额
needs: {indicators: [indicator_id, attachment]}
uses: [allocations]
guard: true
relief: {}
basis: [S1-3-2, S1-3-1]
what: 指标没有文号或没有文件扫描件；分配没有文件扫描件。
why: 没有文件依据，资金来源和分配是否合规无从核对。
innocent:
  - 文件已经归档，没有上传系统。
  - 与其他资金共用一份文件，只上传了一次。
exclusions: 分配表从未登记过扫描件的，只判定指标。
advice: 调取原文件，补传扫描件。
to_judge: 改正没有采用的指标和分配行。
neighbours: [DQ02, PD04, AL01]
---*/
-- 对象：指标、分配。疑点：没有文号或扫描件。未能判定：所在的行没有采用。金额：指标、分配金额。
WITH judged AS (
    SELECT 'indicator_id' AS subject_kind, indicator_id AS subject, fund_name AS name, section AS unit, source_file, amount, received_on AS occurred_on, doc_no IS NULL AS no_number, attachment IS NULL AS no_file FROM indicators
    UNION ALL
    SELECT 'allocation_id', if(allocation_id IN (SELECT indicator_id FROM indicators), 'allocation:', '') || allocation_id, '分配 ' || allocation_id, unit, source_file, amount, allocated_on, false, attachment IS NULL
    FROM allocations WHERE (SELECT count(attachment) > 0 FROM allocations)
)
SELECT subject, subject_kind, name, unit, source_file, no_number OR no_file AS flag, amount, occurred_on, concat_ws('，', if(no_number, '没有文号', NULL), if(no_file, '没有文件扫描件', NULL)) AS detail,
       subject AS 编号, if(subject_kind = 'indicator_id', '指标', '分配') AS 类别
FROM judged
UNION ALL BY NAME SELECT subject, 'indicator_id' AS subject_kind, name, refused, flag, doubt FROM refused_rows('indicators', 'indicator_id') WHERE said['doc_no'] IS NULL OR said['attachment'] IS NULL
UNION ALL BY NAME SELECT subject, 'allocation_id' AS subject_kind, name, refused, flag, doubt FROM refused_rows('allocations', 'allocation_id') WHERE said['attachment'] IS NULL AND (SELECT count(attachment) > 0 FROM allocations)
