/*---
code: LP01
title: 项目支出慢于序时进度
severity: 中
version: 2
subject: project_id
amount_label: 支出缺口
needs: {projects: [project_id, name], allocations: [project_id, amount], payments: [amount, paid_on]}
thresholds:
  min_amount: {default: 100.00, says: 支出缺口超过该数才列出, unit: 元, min: 0.00, max: 10000000.00, step: 100.00}
  tolerance: {default: 0.05, says: 允许低于序时进度的幅度, unit: 比例, min: 0.00, max: 0.50, step: 0.01}
  target: {default: 0.95, says: 全年支出进度达到该比例即视为完成, unit: 比例, min: 0.50, max: 1.00, step: 0.01}
  grace: {default: 30, says: 最近若干天内下达的资金暂不计入, unit: 天, min: 0, max: 180, step: 5}
relief: {payments: more, allocations: less}
sums: [payments, allocations]
basis: [budget-regulation-60, S0-2, S3-2-1]
what: 项目本年支出占本年可用资金的比例，低于序时进度减去允许幅度（全年以完成比例为限）。
why: 资金已经下达到项目，支出却明显慢于时间进度，可能是项目停滞、前期准备不足或资金闲置。
innocent:
  - 项目按合同节点付款，工程量已完成，尚未到付款时点。
  - 受季节、气候或疫情影响，施工期集中在下半年。
  - 已经支付，凭证尚未与项目关联。
exclusions: 已取消的项目、已完工且支付不少于结算价的项目，以及本年没有可用资金的项目不参加；提前下达的以后年度资金及其支付不计入；最近下达的资金不计入可用资金。
advice: 核对项目合同、形象进度和付款计划，请实施单位说明支出滞后的原因和追赶措施。
to_judge: 补填分配记录的下达日期；改正没有采用的支付或分配记录后重新报送。
neighbours: [LP02, LP05, IB04]
---*/
-- 对象：本年有可用资金的项目，取消的、完工且支付不少于结算价的除外。疑点：本年支出慢于序时进度。未能判定：结论取决于没有日期的
-- 分配。金额：应支出减已支出。
WITH recent AS (SELECT allocation_id FROM allocations WHERE $as_of - allocated_on < $grace),
given AS ( -- 提前下达的、最近下达的不计入，由它们支付的也不计入
    SELECT project_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS given, CAST(sum(at_least) AS DECIMAL(18, 2)) AS lowest, CAST(sum(at_most) AS DECIMAL(18, 2)) AS highest
    FROM allocation_money WHERE NOT is_pending AND NOT is_early AND allocation_id NOT IN (FROM recent) GROUP BY project_id
), spent AS ( -- 因退款为负的按零算
    SELECT traced_project_id AS project_id, CAST(greatest(sum(amount) FILTER (WHERE this_year), 0) AS DECIMAL(18, 2)) AS spent, CAST(greatest(sum(amount) FILTER (WHERE NOT this_year), 0) AS DECIMAL(18, 2)) AS before
    FROM traced_payments WHERE coalesce(traced_indicator_id NOT IN (SELECT indicator_id FROM early_indicators), true)
      AND coalesce(traced_allocation_id NOT IN (FROM recent), true) GROUP BY traced_project_id
), judged AS (
    SELECT p.*, coalesce(s.spent, 0) AS spent, coalesce(s.before, 0) AS before, lowest, highest, given - coalesce(s.before, 0) AS available, required_by(available, $tolerance, $target) AS required
    FROM project_money p JOIN given USING (project_id) LEFT JOIN spent s USING (project_id)
    WHERE status IS DISTINCT FROM '取消' AND NOT coalesce(status = '完工' AND paid >= settled_amount, false)
)
SELECT s.*, behind(spent + $min_amount, available, $tolerance, $target) AS flag,
       if(behind(spent + $min_amount, lowest - before, $tolerance, $target) <> behind(spent + $min_amount, highest - before, $tolerance, $target), day_decides(lowest, highest), NULL) AS doubt,
       required - spent - $min_amount AS margin, required - spent AS amount, $as_of AS occurred_on,
       '本年可用 ' || yuan(available) || ' 元，本年支出 ' || yuan(spent) || ' 元，进度 ' || percent(spent, available) AS detail,
       available AS 本年可用资金, required AS 应支出, spent AS 本年支出, percent(spent, available) AS 支出进度
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
WHERE highest - before > 0
UNION ALL BY NAME
FROM early_money
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['status'] <> '取消', true)
