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
relief: {allocations: less, contracts: any}
sums: [allocations]
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
neighbours: [IB05, PM02, PM12]
---*/
-- 对象：已完工、有分配的项目。疑点：完工超过规定天数，分配超过结算价（没有的按合同价）。未能判定：价格不明，没有完工日期，
-- 取决于没有日期的分配，完工日期只到月份而月初月末结论不同。金额：净结余。
WITH judged AS (
    SELECT *, coalesce(settled_amount, if(has_works, contracted, NULL)) AS price,
           allocated - coalesce(settled_amount, if(has_works, contracted, NULL)) AS surplus
    FROM project_money
    WHERE actual_finish IS NOT NULL OR raw['actual_finish'] IS NOT NULL OR status = '完工'
)
SELECT s.*, coalesce(surplus > $min_amount AND $as_of - actual_finish > $days, false) AS flag,
       CASE WHEN $as_of - actual_finish <= $days THEN NULL
            WHEN price IS NULL THEN if(most_allocated > $min_amount, '没有结算价，也没有施工合同', NULL)
            WHEN (least_allocated - price > $min_amount) <> (most_allocated - price > $min_amount) THEN day_decides(least_allocated, most_allocated)
            WHEN surplus <= $min_amount THEN NULL
            WHEN actual_finish IS NULL THEN '没有填写实际完工日期'
            WHEN $as_of - actual_finish_end <= $days THEN '实际完工日期只写到月份，月初和月末完工的结论不同' END AS doubt,
       surplus - $min_amount AS margin, surplus AS amount, actual_finish AS occurred_on,
       '分配 ' || yuan(allocated) || ' 元，' || if(settled_amount IS NULL, '合同价 ', '结算价 ') || yuan(price) || ' 元，完工已 '
           || ($as_of - actual_finish) || ' 天' AS detail,
       actual_finish AS 实际完工日期, allocated AS 分配金额, settled_amount AS 结算价, contracted AS 合同价, surplus AS 净结余
FROM judged j JOIN shown_projects s ON s.subject = j.project_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('projects', 'project_id')
WHERE coalesce(said['actual_finish'] IS NOT NULL OR said['status'] = '完工', true)
