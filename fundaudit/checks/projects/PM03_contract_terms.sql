/*---
code: PM03
title: 合同关键条款缺失
severity: 低
version: 1
subject: contract_id
amount_label: 合同金额
needs: {contracts: [contract_id, kind, amount]}
guard: true
relief: {}
basis: [S4-3]
what: 施工合同缺开竣工时间、结算方式、付款方式、价格调整、质保金扣留条款或质保金比例；监理合同缺时间、结算或付款条款。
why: 关键条款不明确，支付和结算容易产生争议。
innocent:
  - 条款写在招标文件或补充协议里。
  - 台账没有登记，合同原件中有。
exclusions: 各条款全部没有登记的无法判定；其他类别的合同不参加。
advice: 调取合同原件，逐条核对。
to_judge: 按合同原件补填各条款；改正没有采用的合同行。
neighbours: [PM04, PM11, PM12]
---*/
-- 对象：施工、监理合同。疑点：有关键条款没有登记。未能判定：一条也没有登记。金额：合同金额。
WITH judged AS (
    SELECT *, list_filter(CASE kind WHEN '施工' THEN ['开竣工时间', '结算方式', '付款方式', '价格调整', '质保金扣留', '质保金比例'] ELSE ['开竣工时间', '结算方式', '付款方式'] END,
        LAMBDA term: list_contains(lacking_terms(start_finish_term, settlement_term, payment_term, price_adjust_term, retention_term, coalesce(CAST(retention_ratio AS VARCHAR), nullif(regexp_extract(raw['retention_ratio'], '^[0-9.]+$'), ''))), term)) AS lacking
    FROM contracts WHERE kind IN ('施工', '监理')
)
SELECT s.*, j.source_file, len(j.lacking) > 0 AS flag, if(len(j.lacking) = if(j.kind = '施工', 6, 3), '各条款都没有登记', NULL) AS doubt, j.amount AS amount,
       '缺：' || array_to_string(j.lacking, '、') AS detail, array_to_string(j.lacking, '、') AS 缺少的条款
FROM judged j JOIN shown_contracts s ON s.subject = j.contract_id
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('contracts', 'contract_id') WHERE coalesce(said['kind'] IN ('施工', '监理'), true)
