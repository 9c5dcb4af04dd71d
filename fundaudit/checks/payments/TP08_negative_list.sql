/*---
code: TP08
title: 用途在负面清单或关注清单上
severity: 高
version: 1
subject: payment_id
amount_label: 支付金额
needs: {payments: [payment_id, amount, paid_on, purpose]}
adds: true
thresholds:
  negative: {default: [办公经费, 基本支出, 购车, 交通工具, 通讯设备, 楼堂馆所, 奖金, 津贴, 福利, 偿还债务, 还贷, 垫资], says: 用途含这些字样即列出}
  watch: {default: [三公, 招待, 会议费, 培训费, 科研经费], says: 用途含这些字样的按低列出}
  exceptions: {default: [福利院, 儿童福利, 社会福利, 高龄津贴, 护理补贴, 雨露计划, 技能培训], says: 先从用途中去掉这些字样}
relief: {payments: less}
sums: [payments]
basis: [budget-regulation-60, fiscal-penalties-6-2, linkage-fund-2021, S2-2-4, S3-2-3]
what: 本年支付的用途含有负面清单上的字样；只含关注清单上字样的按低列出。
why: 专项资金不得用于这些开支，用途是否符合资金管理办法需要核实。
innocent:
  - 摘要写得笼统，实际用于项目规定的内容。
  - 易地扶贫搬迁债务等办法允许的支出。
  - 培训费就是项目的内容，如技能培训项目。
exclusions: 退款不列出；先去掉福利院、高龄津贴等字样再比对；用途为空的无法判定。
advice: 调取支付凭证和附件，核对实际用途与项目批复、资金管理办法是否一致。
to_judge: 补填用途；改正没有采用的支付行。
neighbours: [PM07, TP13, AL09]
---*/
-- 对象：本年支付。疑点：去掉例外字样以后，用途含负面清单的字样；只含关注清单的按低。未能判定：用途为空。金额：支付金额。
WITH judged AS (
    SELECT *, without_words(purpose_key, $exceptions) AS said FROM payment_parties
)
SELECT s.*, p.amount > 0 AND coalesce(says_any(p.said, $negative) OR says_any(p.said, $watch), false) AS flag, if(says_any(p.said, $negative), NULL, '低') AS severity,
       if(p.amount > 0 AND p.purpose IS NULL, '用途为空', NULL) AS doubt,
       p.left_out, '用途：' || p.purpose || came_back(p.returned_on) AS detail
FROM judged p JOIN shown_payments s USING (line)
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND coalesce(says_any(without_words(purpose_key, $exceptions), list_concat($negative, $watch)), true)
