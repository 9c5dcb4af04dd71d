-- Where the money behind a finding is, who answers for it, through which voucher it went and in which row of the county's own files it
-- stands, by kind and key: household lines (line_id), payments (payment_id/line_no), else subjects. 责任单位 is the unit whose
-- allocation pays, else the one that carries out the project; of an indicator the section, of an account its holder.
CREATE MACRO only_one(first_text, last_text) AS if(first_text = last_text, first_text, NULL);
CREATE MACRO facts(kinds, keys) AS TABLE
WITH asked AS (
    SELECT unnest(kinds) AS kind, unnest(keys) AS key
), own_lines AS (
    SELECT * FROM lines WHERE line_id IN (SELECT key FROM asked WHERE kind = 'household')
), paid AS (
    SELECT * FROM traced_payments WHERE payment_id IN (SELECT payment_id FROM own_lines)
), vouchers AS ( -- 一张凭证有几笔的，各笔相同才说
    SELECT payment_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, only_one(min(payer_name), max(payer_name)) AS payer,
           if(min(payee_name) < max(payee_name), '几个收款方', min(payee_name)) AS paid_to,
           only_one(min(traced_project_id), max(traced_project_id)) AS project_id,
           only_one(min(traced_allocation_id), max(traced_allocation_id)) AS allocation_id,
           only_one(min(traced_indicator_id), max(traced_indicator_id)) AS indicator_id
    FROM paid GROUP BY payment_id
), parts AS ( -- 凭证里付给发放表所写项目的
    SELECT payment_id, traced_project_id AS project_id, only_one(min(traced_allocation_id), max(traced_allocation_id)) AS allocation_id,
           only_one(min(traced_indicator_id), max(traced_indicator_id)) AS indicator_id
    FROM paid GROUP BY ALL
), only_funding AS (
    SELECT project_id, min(indicator_id) AS indicator_id FROM project_funding GROUP BY project_id HAVING count(*) = 1
), links AS (
    SELECT 'household' AS kind, l.line_id AS key, coalesce(l.township, h.township) AS township, coalesce(l.village, h.village) AS village,
           v.payer, l.payment_id AS voucher, v.total, v.paid_to, l.card_no AS card, coalesce(l.project_id, v.project_id) AS project_id,
           if(l.project_id IS NULL, v.allocation_id, o.allocation_id) AS allocation_id,
           if(l.project_id IS NULL, v.indicator_id, o.indicator_id) AS indicator_id, l.source_file, l.source_sheet, l.source_row
    FROM own_lines l LEFT JOIN homes h USING (person) LEFT JOIN vouchers v USING (payment_id)
    LEFT JOIN parts o ON o.payment_id = l.payment_id AND o.project_id = l.project_id
    UNION ALL BY NAME
    SELECT 'payment' AS kind, payment_id || '/' || line_no AS key, payer_name AS payer, payment_id AS voucher, payee_account AS card,
           traced_project_id AS project_id, traced_allocation_id AS allocation_id, traced_indicator_id AS indicator_id,
           source_file, source_sheet, source_row
    FROM traced_payments WHERE payment_id || '/' || line_no IN (SELECT key FROM asked WHERE kind = 'payment')
    UNION ALL BY NAME
    SELECT 'project_id' AS kind, project_id AS key, project_id, indicator_id, source_file, source_sheet, source_row
    FROM projects LEFT JOIN only_funding USING (project_id) WHERE project_id IN (SELECT key FROM asked WHERE kind = 'project_id')
    UNION ALL BY NAME
    SELECT 'contract_id' AS kind, contract_id AS key, project_id, source_file, source_sheet, source_row
    FROM contracts WHERE contract_id IN (SELECT key FROM asked WHERE kind = 'contract_id')
    UNION ALL BY NAME
    SELECT 'allocation_id' AS kind, allocation_id AS key, project_id, allocation_id, indicator_id, source_file, source_sheet, source_row
    FROM allocations WHERE allocation_id IN (SELECT key FROM asked WHERE kind = 'allocation_id')
    UNION ALL BY NAME
    SELECT 'indicator_id' AS kind, indicator_id AS key, section AS unit, indicator_id, source_file, source_sheet, source_row
    FROM indicators WHERE indicator_id IN (SELECT key FROM asked WHERE kind = 'indicator_id')
    UNION ALL BY NAME
    SELECT 'account_no' AS kind, b.account_no AS key, any_value(a.unit) AS unit, arg_max(b.source_file, b.as_of) AS source_file,
           arg_max(b.source_sheet, b.as_of) AS source_sheet, arg_max(b.source_row, b.as_of) AS source_row
    FROM balances b LEFT JOIN accounts a USING (account_no) WHERE b.account_no IN (SELECT key FROM asked WHERE kind = 'account_no') GROUP BY ALL
)
SELECT l.kind, l.key, coalesce(l.township, j.township) AS 乡镇, coalesce(l.village, j.village) AS 行政村, coalesce(l.unit, a.unit, j.unit) AS 责任单位,
       j.unit AS 实施单位, j.department AS 主管部门, j.responsible AS 责任人, l.payer AS 付款方名称, l.voucher AS 支付凭证号, l.total AS 凭证金额, l.paid_to AS 凭证收款方名称, l.card AS 收款方账号,
       l.project_id AS 项目编号, j.name AS 项目名称, i.doc_no AS 指标文号, i.fund_name AS 资金名称,
       l.source_file AS 来源文件, nullif(l.source_sheet, '') AS 来源工作表, CAST(l.source_row AS INTEGER) AS 来源行
FROM links l LEFT JOIN projects j USING (project_id) LEFT JOIN allocations a ON a.allocation_id = l.allocation_id
LEFT JOIN indicators i ON i.indicator_id = l.indicator_id;
