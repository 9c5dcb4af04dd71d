/*---
code: TP04
title: 支付没有关联到分配或项目
severity: 中
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on], allocations: [allocation_id], projects: [project_id]}
adds: true
basis: [direct-fund-2020, S1-3-4, S0-2-2]
what: 本年支付没有填写分配编号或项目编号，或者编号在分配、项目台账中找不到。
why: 支付与指标、项目脱节，无法监控资金去向，也影响各项进度的计算。
innocent:
  - 支付数据导入后尚未关联。
  - 分配或项目台账报送不全。
exclusions: 退款不列出；编号对应的分配或项目被拒收的无法判定。
advice: 补充关联，核对支付用途与指标、项目是否一致。
to_judge: 改正被拒收的分配或项目记录后重新报送。
---*/
WITH judged AS (
    SELECT p.*, a.allocation_id AS known_allocation, s.project_id AS known_project
    FROM traced_payments p LEFT JOIN allocations a USING (allocation_id) LEFT JOIN projects s ON s.project_id = p.project_id
    WHERE p.this_year
)
SELECT payment_id AS subject, payee_name AS name,
       amount > 0 AND (known_allocation IS NULL OR known_project IS NULL) AS flag,
       amount,
       paid_on AS occurred_on,
       concat_ws('，', CASE WHEN allocation_id IS NULL THEN '没有分配编号' WHEN known_allocation IS NULL THEN '分配编号不在台账中' END,
                 CASE WHEN project_id IS NULL THEN '没有项目编号' WHEN known_project IS NULL THEN '项目编号不在项目库中' END) AS detail,
       'payment:' || payment_id || '/' || line_no AS paid_key,
       payment_id AS 支付凭证号, paid_on AS 支付日期, allocation_id AS 分配编号, project_id AS 项目编号, payee_name AS 收款方名称,
       amount AS 支付金额, purpose AS 用途
FROM judged
