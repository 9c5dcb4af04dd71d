/*---
code: IB03
title: 待分配指标长期未细化
severity: 中
version: 1
subject: allocation_id
amount_label: 待分配金额
needs: {allocations: [allocation_id, amount]}
uses: [indicators]
thresholds:
  days: {default: 60, says: 下达后超过该天数仍未细化即列出, unit: 天, min: 1, max: 366, step: 5}
relief: {} # 金额和日期都在自己的一行里，不采用就不在检查对象之内
basis: [fiscal-penalties-6-3, S1-3-5]
what: 标识为待分配的金额，下达超过规定天数仍没有细化到具体项目。
why: 资金切块下达后没有落到项目，无法使用，也无法监控到最后一公里。
innocent:
  - 项目正在遴选、评审或公示。
  - 已经细化下达，原待分配记录没有冲销。
  - 资金按政策留作应急或奖补，等待条件触发。
exclusions: 标识为否，或标识为空而已有项目的分配不在考察之列。
advice: 核对切块文件和项目遴选进展，已细化的更新标识，未细化的说明原因和时限。
to_judge: 补填下达日期。
neighbours: [IB02, AL07, LP02]
---*/
-- 对象：待分配的金额。疑点：下达超过规定天数仍没有细化。未能判定：没有下达日期。金额：待分配的金额。
SELECT s.*, coalesce(fund_name, indicator_id) AS name, $as_of - allocated_on > $days AS flag, if(allocated_on IS NULL, '没有填写下达日期', NULL) AS doubt,
       '待分配 ' || yuan(a.amount) || ' 元，下达已 ' || ($as_of - allocated_on) || ' 天' AS detail,
       fund_name AS 资金名称, a.amount AS 待分配金额
FROM allocation_money a JOIN shown_allocations s ON s.subject = a.allocation_id LEFT JOIN indicators USING (indicator_id)
WHERE is_pending
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('allocations', 'allocation_id')
WHERE coalesce(said['pending'] = 'true', list_contains(refused_columns, 'pending') OR said['project_id'] IS NULL)
  AND coalesce($as_of - event_date > $days, true)
