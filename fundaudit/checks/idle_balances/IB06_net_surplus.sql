/*---
code: IB06
title: 项目净结余未收回使用
severity: 中
version: 1
subject: project_id
amount_label: 净结余
needs: {projects: [project_id, name], allocations: [project_id, amount]}
uses: [contracts]
thresholds:
  min_amount: {default: 10000.00, says: 净结余超过该数才列出, unit: 元, min: 0.00, max: 10000000.00, step: 1000.00}
  days: {default: 90, says: 完工超过该天数才列出, unit: 天, min: 1, max: 730, step: 10}
basis: [S3-2-6]
reference: [budget-law-42]
what: 项目完工后，分配的资金超过结算价（没有结算价的按合同价）的部分没有及时收回统筹使用。
why: 净结余留在已完工的项目上，不能用于有缺口的项目，形成闲置。
innocent:
  - 结余已经收回或调剂使用，台账没有登记。
  - 结算价尚在审定，余额留作结算调整。
  - 分配的资金中含有项目管理费等合同以外的支出。
exclusions: 没有结算价、也没有施工合同的项目，价格不明，可能有净结余的无法判定。
advice: 核对结算审定文件，确认净结余金额和去向，尚未收回的办理统筹。
to_judge: 补填结算价或补报施工合同；补填实际完工日期和分配的下达日期。
---*/
WITH finished AS (
    SELECT p.*, a.allocated, a.undated, coalesce(p.settled_amount, if(c.has_works, c.amount, NULL)) AS price, c.amount AS contracted
    FROM projects p JOIN project_allocated a USING (project_id) LEFT JOIN project_contracts c USING (project_id)
    WHERE p.actual_finish IS NOT NULL OR p.raw['actual_finish'] IS NOT NULL OR p.status = '完工'
), relief AS (
    SELECT key AS project_id, bool_or(table_name = 'contracts') AS contract,
           bool_or(table_name = 'allocations' AND amount IS NULL) AS unknown,
           coalesce(sum(greatest(-amount, 0)) FILTER (WHERE table_name = 'allocations'), 0) AS amount
    FROM touching WHERE kind = 'project_id' AND table_name IN ('allocations', 'contracts') GROUP BY key
), judged AS (
    SELECT f.*, allocated - price AS surplus, allocated - undated - price AS dated_surplus,
           $as_of - actual_finish AS finished_days, $as_of - actual_finish_end AS least_days,
           CASE WHEN price IS NULL THEN '没有结算价，也没有施工合同'
                WHEN actual_finish IS NULL THEN '没有填写实际完工日期'
                WHEN least_days <= $days THEN '实际完工日期只写到月份，月初和月末完工的结论不同'
                ELSE '有 ' || yuan(undated) || ' 元分配没有填写下达日期' END AS doubt
    FROM finished f
)
SELECT j.project_id AS subject, j.name, j.township, j.unit,
       CASE WHEN finished_days <= $days THEN false
            WHEN price IS NULL THEN if(allocated > $min_amount, NULL, false)
            WHEN (surplus > $min_amount) <> (dated_surplus > $min_amount) THEN NULL
            WHEN surplus <= $min_amount THEN false
            WHEN least_days > $days THEN true END AS flag,
       CAST(surplus AS DECIMAL(18, 2)) AS amount,
       actual_finish AS occurred_on,
       doubt AS reason,
       '分配 ' || yuan(allocated) || ' 元，' || if(settled_amount IS NULL, '合同价 ', '结算价 ') || yuan(price) || ' 元，完工已 '
           || finished_days || ' 天' AS detail,
       coalesce(NOT r.unknown AND NOT (r.contract AND settled_amount IS NULL) AND surplus - r.amount > $min_amount,
                r.project_id IS NULL) AS firm,
       j.project_id AS 项目编号, j.name AS 项目名称, j.unit AS 实施单位, actual_finish AS 实际完工日期, allocated AS 分配金额,
       settled_amount AS 结算价, contracted AS 合同价, CAST(surplus AS DECIMAL(18, 2)) AS 净结余
FROM judged j LEFT JOIN relief r USING (project_id)
