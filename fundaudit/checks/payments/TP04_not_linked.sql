/*---
code: TP04
title: 支付没有关联到指标或项目
severity: 中
version: 2
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on], projects: [project_id], indicators: [indicator_id]}
uses: [allocations]
adds: true
relief: {payments: any, projects: any, indicators: any, allocations: any}
basis: [budget-regulation-57, direct-fund-2020, S0-2-2, S1-3-4]
what: 本年支付没有对应项目库中的项目，或者通过分配编号、指标文号和项目都不能追溯到一个指标。
why: 支付与指标、项目脱节，无法监控资金去向，也影响各项进度的计算。
innocent:
  - 支付数据导入后尚未关联。
  - 分配或项目台账报送不全。
exclusions: 退款不列出；只经项目追溯的，项目只有一个资金来源即视为已关联；编号对应的分配或项目没有采用的无法判定；所在文件既没有分配编号也没有指标文号、而项目有几个资金来源的无法判定。
advice: 补充关联，核对支付用途与指标、项目是否一致。
to_judge: 在支付明细中补填分配编号或指标文号；改正没有采用的分配或项目记录后重新报送。
neighbours: [DQ01, TP06, HP12]
---*/
-- 对象：本年支付。疑点：项目不在项目库，或不能追溯到一个指标。未能判定：编号（连同分配写的指标编号）可疑，项目有几个资金来源，而所在文件没有分配编号和指标文号。金额：支付金额。
WITH files AS ( -- 一个文件是否写明过资金来源
    SELECT source_file, count(allocation_id) + count(doc_no) AS named FROM payments GROUP BY source_file
), lost_links AS ( -- 分配写的指标编号可疑，或者可能是指标台账中可疑的一个
    SELECT a.allocation_id FROM allocations a JOIN suspect_keys k ON k.kind = 'indicator_id' AND a.indicator_id IN (k.key, k.other)
), funding AS (
    SELECT project_id, count(*) AS sources FROM project_funding GROUP BY project_id
)
SELECT s.*, p.amount > 0 AND (j.project_id IS NULL OR p.traced_indicator_id IS NULL) AS flag,
       CASE WHEN p.amount > 0 AND (link_lost('allocation_id', p.allocation_id) OR link_lost('project_id', p.project_id)) THEN '分配编号或项目编号' || key_lost()
            WHEN flag AND p.traced_indicator_id IS NULL AND a.allocation_id IN (FROM lost_links) THEN '分配写的指标编号或指标台账中的' || key_lost()
            WHEN p.amount > 0 AND j.project_id IS NOT NULL AND p.traced_indicator_id IS NULL AND f.named = 0 AND g.sources > 1
            THEN '项目有 ' || g.sources || ' 个资金来源，所在文件没有分配编号和指标文号，不能确定出自哪个指标' END AS doubt,
       if((SELECT count(project_id) + count(allocation_id) + count(doc_no) = 0 FROM payments),
          '支付明细没有项目编号、分配编号和指标文号，不能核对关联', p.left_out) AS left_out,
       concat_ws('，', if(p.allocation_id IS NOT NULL AND a.allocation_id IS NULL, '分配编号不在台账中', NULL),
                 if(p.traced_indicator_id IS NULL, '不能追溯到指标', NULL),
                 CASE WHEN p.traced_project_id IS NULL THEN '没有项目编号' WHEN j.project_id IS NULL THEN '项目编号不在项目库中' END) || came_back(p.returned_on) AS detail,
       p.allocation_id AS 分配编号, p.doc_no AS 指标文号
FROM judged_payments p JOIN shown_payments s USING (line) JOIN files f USING (source_file) LEFT JOIN allocations a USING (allocation_id)
LEFT JOIN projects j ON j.project_id = p.traced_project_id LEFT JOIN funding g ON g.project_id = p.traced_project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true)
  AND NOT EXISTS (SELECT 1 FROM allocations a JOIN indicators USING (indicator_id) JOIN projects j
                      ON j.project_id = coalesce(said['project_id'], a.project_id) WHERE a.allocation_id = said['allocation_id'])
