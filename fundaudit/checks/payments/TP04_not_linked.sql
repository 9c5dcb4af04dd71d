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
basis: [direct-fund-2020, S1-3-4, S0-2-2]
what: 本年支付没有对应项目库中的项目，或者通过分配编号、指标文号和项目都不能追溯到一个指标。
why: 支付与指标、项目脱节，无法监控资金去向，也影响各项进度的计算。
innocent:
  - 支付数据导入后尚未关联。
  - 分配或项目台账报送不全。
exclusions: 退款不列出；只经项目追溯的，项目只有一个资金来源即视为已关联；编号对应的分配或项目被拒收的无法判定；所在文件既没有分配编号也没有指标文号、而项目有几个资金来源的无法判定。
advice: 补充关联，核对支付用途与指标、项目是否一致。
to_judge: 在支付明细中补填分配编号或指标文号；改正被拒收的分配或项目记录后重新报送。
---*/
WITH files AS ( -- whether a file could name the source of the money at all
    SELECT source_file, count(allocation_id) + count(doc_no) AS named FROM payments GROUP BY source_file
), funding AS (
    SELECT project_id, count(*) AS sources FROM project_funding GROUP BY project_id
), judged AS (
    SELECT p.*, a.allocation_id AS known_allocation, s.project_id AS known_project, f.named, coalesce(g.sources, 0) AS sources
    FROM traced_payments p JOIN files f USING (source_file) LEFT JOIN allocations a USING (allocation_id)
    LEFT JOIN projects s ON s.project_id = p.traced_project_id LEFT JOIN funding g ON g.project_id = p.traced_project_id
    WHERE p.this_year AND (SELECT count(project_id) + count(allocation_id) + count(doc_no) > 0 FROM payments)
)
SELECT payment_id AS subject, payee_name AS name,
       CASE WHEN amount <= 0 THEN false
            WHEN known_project IS NULL THEN true
            WHEN traced_indicator_id IS NOT NULL THEN false
            WHEN named = 0 AND sources > 1 THEN NULL
            ELSE true END AS flag,
       amount,
       paid_on AS occurred_on,
       '项目有 ' || sources || ' 个资金来源，所在文件没有分配编号和指标文号，不能确定出自哪个指标' AS reason,
       concat_ws('，', CASE WHEN allocation_id IS NOT NULL AND known_allocation IS NULL THEN '分配编号不在台账中' END,
                 CASE WHEN traced_indicator_id IS NULL THEN '不能追溯到指标' END,
                 CASE WHEN traced_project_id IS NULL THEN '没有项目编号' WHEN known_project IS NULL THEN '项目编号不在项目库中' END) AS detail,
       'payment:' || payment_id || '/' || line_no AS paid_key,
       payment_id AS 支付凭证号, paid_on AS 支付日期, allocation_id AS 分配编号, doc_no AS 指标文号, project_id AS 项目编号,
       payee_name AS 收款方名称, amount AS 支付金额, purpose AS 用途
FROM judged
UNION ALL BY NAME
SELECT NULL AS subject, '支付明细没有项目编号、分配编号和指标文号，不能核对关联' AS reason
FROM payments HAVING count(project_id) + count(allocation_id) + count(doc_no) = 0
