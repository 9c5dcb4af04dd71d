/*---
code: DQ01
title: 支付明细与监控平台不一致
severity: 低
version: 1
subject: payment_id
amount_label: 相差金额
needs: {payments: [payment_id, amount, paid_on], platform_payments: [payment_id, amount]}
uses: [indicators, allocations]
relief: {payments: any, platform_payments: any}
basis: [S1-3-4, S0-2-2]
what: 直达、参照直达资金（参数 settings.platform_covers）的支付凭证，支付明细与监控平台导出只有一边有，或金额不同。
why: 两套账不一致，监控数据不真实。
innocent:
  - 两边的截止时间不同。
  - 平台导出尚未包括当日支付。
exclusions: 平台不覆盖的资金、平台导出最早一天以前的支付不比较；凭证号可疑的无法判定。
advice: 逐笔核对，查明差异后补传或更正。
to_judge: 补报同一截止日的两边数据；改正没有采用的行。
neighbours: [HP12, TP04, TP11]
---*/
-- 对象：平台覆盖的资金的支付凭证、平台导出的凭证。疑点：只有一边有，或金额不同。未能判定：凭证号可疑，涉及的行没有采用。金额：相差的金额。
SELECT payment_id AS subject, payment_id AS name, NOT agrees AS flag, if(link_lost('payment_id', payment_id), '凭证号' || key_lost(), NULL) AS doubt, abs(coalesce(left_amount, 0) - coalesce(right_amount, 0)) AS amount,
       coalesce((SELECT min(paid_on) FROM payments p WHERE p.payment_id = c.payment_id), (SELECT min(paid_on) FROM platform_payments p WHERE p.payment_id = c.payment_id)) AS occurred_on,
       CASE WHEN left_amount IS NULL THEN '支付明细没有，平台 ' || yuan(right_amount) || ' 元' WHEN right_amount IS NULL THEN '支付明细 ' || yuan(left_amount) || ' 元，平台没有' ELSE '支付明细 ' || yuan(left_amount) || ' 元，平台 ' || yuan(right_amount) || ' 元' END AS detail,
       payment_id AS 支付凭证号, left_amount AS 支付明细金额, right_amount AS 平台金额, left_rows AS 支付明细位置, right_rows AS 平台位置
FROM platform_comparison c
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('platform_payments', 'payment_id')
