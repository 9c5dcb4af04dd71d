-- What the checks on allocations, papers, works and notices share. Made before: `folded` (texts as checks compare them) and `audit`.

-- A text as the words of thresholds are compared with it.
CREATE MACRO folded_text(written) AS (SELECT key FROM folded WHERE text = written);
CREATE MACRO as_of() AS (SELECT as_of FROM audit);
CREATE MACRO year_start() AS (SELECT year_start FROM audit);

-- Texts that several checks say.
CREATE MACRO no_calendar() AS '超出官方工作日历的年份';
CREATE MACRO unreadable(header, text) AS header || '无法读取：' || text;
CREATE MACRO month_only() AS '日期只写到月份，月初和月末的结论不同';

-- A number once: masked numbers of two accounts may be alike, and no check believes them.
CREATE VIEW own_accounts AS SELECT DISTINCT ON (account_no) * FROM accounts ORDER BY account_no, source_file, source_sheet, source_row;
-- Who a payment of the year was made to and from: the kinds of both accounts by the payment itself and by the ledger of accounts.
CREATE VIEW payment_parties AS
SELECT p.*, f.key AS payee_key, u.key AS purpose_key, e.kind AS payee_ledger_kind, r.kind AS payer_kind, r.account_name AS payer_account_name,
       coalesce(p.payee_kind, '') IN ('财政专户', '预算单位实有资金账户') OR coalesce(e.kind, '') IN ('财政专户', '预算单位实有资金账户') AS into_own,
       p.payment_id IN (SELECT payment_id FROM household_payments WHERE payment_id IS NOT NULL) AS has_lines
FROM judged_payments p LEFT JOIN own_accounts e ON e.account_no = p.payee_account LEFT JOIN own_accounts r ON r.account_no = p.payer_account
LEFT JOIN folded f ON f.text = p.payee_name LEFT JOIN folded u ON u.text = p.purpose;

-- The allocation behind a payment of the year, with both ends of the day on which its plan was approved.
CREATE VIEW payment_plans AS
SELECT p.*, a.allocation_id AS planned_by, a.is_pending, a.minutes_no, a.plan_approved_on, a.plan_approved_on_end, a.disbursed_on
FROM judged_payments p LEFT JOIN allocation_money a ON a.allocation_id = p.traced_allocation_id;

-- Projects of works: a contract of works, or of infrastructure. `works` is what the works cost by contract, else as planned.
CREATE VIEW works_projects AS
WITH signed AS (
    SELECT project_id, CAST(sum(amount) FILTER (WHERE kind = '施工') AS DECIMAL(18, 2)) AS works_contracted, bool_or(kind = '监理') AS supervised
    FROM contracts GROUP BY project_id
)
SELECT p.*, works_contracted, coalesce(works_contracted, planned_amount) AS works, coalesce(supervised, false) AS supervised
FROM project_money p LEFT JOIN signed USING (project_id) WHERE p.has_works OR p.category = '基础设施';

CREATE VIEW shown_contracts AS
SELECT c.contract_id AS subject, coalesce(j.name, c.contract_id) AS name, j.unit, c.signed_on AS occurred_on, c.contract_id AS 合同编号, j.name AS 项目名称,
       c.kind AS 合同类别, c.contractor AS 承包单位, c.amount AS 合同金额, c.signed_on AS 签订日期
FROM contracts c LEFT JOIN projects j USING (project_id);

-- Village and township without what only says which kind of place it is.
CREATE MACRO without_blanks(name) AS regexp_replace(name, '[\s\x{3000}]', '', 'g');
CREATE MACRO bare_township(name) AS regexp_replace(without_blanks(name), '(镇|乡)$', '');
CREATE MACRO bare_village(name) AS regexp_replace(without_blanks(name), '(村委会|村)+$', '');

-- Whether a payee is a unit of the ledger of accounts, or an office of government or finance by its name.
CREATE MACRO is_office(name, key) AS
    name IN (SELECT account_name FROM accounts WHERE account_name IS NOT NULL UNION SELECT unit FROM accounts WHERE unit IS NOT NULL)
    OR regexp_matches(key, '(人民政府|街道办事处|财政局|财政所|财政分局)$');
-- A text without some words.
CREATE MACRO without_words(written, words) AS list_reduce(list_concat([written], CAST(words AS VARCHAR[])), LAMBDA said, word: replace(said, word, '')); -- noqa: PRS
CREATE MACRO pays_for_others(name) AS list_contains((SELECT paying_agents FROM audit), name);
CREATE MACRO is_masked(name) AS regexp_matches(name, '[*?＊？]');
CREATE MACRO is_persons_name(key) AS regexp_matches(key, '^\p{Han}{2,4}$') OR regexp_matches(key, '[·•・‧]');
CREATE VIEW payments_with_year AS SELECT *, paid_on >= year_start() AS this_year FROM payments;
-- A number for people, without zeros at its end.
CREATE MACRO plain(number) AS if(contains(CAST(number AS VARCHAR), '.'), rtrim(rtrim(CAST(number AS VARCHAR), '0'), '.'), CAST(number AS VARCHAR));
-- The key terms that a contract does not say.
CREATE MACRO lacking_terms(start_finish, settlement, payment, price_adjust, retention, ratio) AS list_concat(
    list_concat(if(start_finish IS NULL, ['开竣工时间'], []), if(settlement IS NULL, ['结算方式'], []), if(payment IS NULL, ['付款方式'], [])),
    list_concat(if(price_adjust IS NULL, ['价格调整'], []), if(retention IS NULL, ['质保金扣留'], []), if(ratio IS NULL, ['质保金比例'], [])));
