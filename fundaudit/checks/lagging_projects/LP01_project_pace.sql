/*---
code: LP01
title: 项目支出慢于序时进度
severity: 中
version: 1
subject: project_id
amount_label: 支出缺口
needs: {projects: [project_id, name], allocations: [project_id, amount], payments: [amount, paid_on]}
thresholds:
  tolerance: {default: 0.05, says: 允许低于序时进度的幅度, unit: 比例, min: 0.00, max: 0.50, step: 0.01}
  target: {default: 0.95, says: 全年支出进度达到该比例即视为完成, unit: 比例, min: 0.50, max: 1.00, step: 0.01}
  grace: {default: 30, says: 最近若干天内下达的资金暂不计入, unit: 天, min: 0, max: 180, step: 5}
basis: [S3-2-1, budget-regulation-57, S0-2]
what: 项目本年支出占本年可用资金的比例，低于序时进度减去允许幅度（全年以完成比例为限）。
why: 资金已经下达到项目，支出却明显慢于时间进度，可能是项目停滞、前期准备不足或资金闲置。
innocent:
  - 项目按合同节点付款，工程量已完成，尚未到付款时点。
  - 受季节、气候或疫情影响，施工期集中在下半年。
  - 已经支付，凭证尚未与项目关联。
exclusions: 已取消的项目、已完工且支付不少于结算价的项目，以及本年没有可用资金的项目不参加；最近下达的资金不计入可用资金。
advice: 核对项目合同、形象进度和付款计划，请实施单位说明支出滞后的原因和追赶措施。
to_judge: 补填分配记录的下达日期；改正被拒收的支付或分配记录后重新报送。
---*/
WITH allocated AS (
    SELECT project_id, sum(amount) AS amount,
           coalesce(sum(amount) FILTER (WHERE allocated_on IS NULL), 0) AS undated,
           coalesce(sum(amount) FILTER (WHERE $as_of - allocated_on < $grace), 0) AS recent
    FROM allocation_money WHERE NOT is_pending AND project_id IS NOT NULL GROUP BY project_id
), spent AS (
    SELECT traced_project_id AS project_id, coalesce(sum(amount) FILTER (WHERE this_year), 0) AS paid,
           coalesce(sum(amount) FILTER (WHERE NOT this_year), 0) AS before
    FROM traced_payments GROUP BY traced_project_id
), relief AS (
    -- What could take the finding away: more paid, less available, and payments that name a rejected allocation only.
    SELECT t.key AS project_id, bool_or(r.amount IS NULL) AS unknown,
           sum(greatest(if(t.table_name = 'payments', r.amount, -r.amount), 0) + coalesce(o.amount, 0)) AS amount
    FROM touched t JOIN rejected r USING (rejected_id)
    LEFT JOIN (SELECT rejected_id, sum(greatest(amount, 0)) AS amount FROM orphaned_payments GROUP BY rejected_id) o USING (rejected_id)
    WHERE t.kind = 'project_id' AND t.table_name IN ('payments', 'allocations') GROUP BY t.key
), funded AS (
    SELECT p.*, a.amount AS allocated, a.undated, a.recent, coalesce(s.paid, 0) AS paid, coalesce(s.before, 0) AS before,
           a.amount - coalesce(s.before, 0) - a.recent AS available,
           a.amount - coalesce(s.before, 0) - a.recent - a.undated AS dated
    FROM projects p JOIN allocated a USING (project_id) LEFT JOIN spent s USING (project_id)
    WHERE p.status IS DISTINCT FROM '取消'
      AND NOT coalesce(p.status = '完工' AND coalesce(s.paid + s.before, 0) >= p.settled_amount, false)
), judged AS (
    SELECT f.*, behind(paid, available, pace_num, pace_den, $tolerance, $target) AS late,
           dated > 0 AND behind(paid, dated, pace_num, pace_den, $tolerance, $target) AS late_dated,
           required_by(available, pace_num, pace_den, $tolerance, $target) AS required
    FROM funded f CROSS JOIN audit WHERE available > 0
)
SELECT j.project_id AS subject, j.name, j.township, j.unit,
       if(late = late_dated, late, NULL) AS flag,
       CAST(required - paid AS DECIMAL(18, 2)) AS amount,
       $as_of AS occurred_on,
       '有 ' || yuan(undated) || ' 元分配没有填写下达日期，结论取决于它是否已经可用' AS reason,
       '本年可用 ' || yuan(available) || ' 元，本年支出 ' || yuan(paid) || ' 元，进度 ' || percent(paid, available) AS detail,
       coalesce(NOT r.unknown AND r.amount < required - paid, r.project_id IS NULL) AS firm,
       j.project_id AS 项目编号, j.name AS 项目名称, j.unit AS 实施单位, j.status AS 项目状态,
       CAST(available AS DECIMAL(18, 2)) AS 本年可用资金, CAST(required AS DECIMAL(18, 2)) AS 应支出,
       CAST(paid AS DECIMAL(18, 2)) AS 本年支出, percent(paid, available) AS 支出进度
FROM judged j LEFT JOIN relief r USING (project_id)
