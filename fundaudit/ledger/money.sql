-- What checks share of money, over tables already cut at the audit date. Yuan, decimals throughout. `audit` (one row: as_of,
-- year_start, pace_num, pace_den, word lists), `documents` (how a document number is compared) and `working_days` are made before.

-- amount × numerator ÷ denominator, rounded half up to the cent: decimal division would be floating.
CREATE MACRO millionths(number) AS CAST(CAST(number AS DECIMAL(38, 6)) * 1000000 AS HUGEINT);

CREATE MACRO share_of(amount, numerator, denominator) AS
    CAST((2 * CAST(amount * 100 AS HUGEINT) * millionths(greatest(numerator, 0)) + millionths(denominator))
         // (2 * millionths(denominator)) AS DECIMAL(36, 0)) * CAST(0.01 AS DECIMAL(3, 2));

-- Behind pace: paid ÷ available < the lesser of (pace − tolerance) and target, multiplied out. The pace is a constant of the ledger.
CREATE MACRO behind(paid, available, tolerance, target) AS
    paid * pace_den() < available * (pace_num() - tolerance * pace_den()) AND paid < available * target;

-- What should have been paid by now: available × the lesser of (pace − tolerance) and target.
CREATE MACRO required_by(available, tolerance, target) AS
    CASE WHEN pace_num() - tolerance * pace_den() <= target * pace_den()
         THEN share_of(available, pace_num() - tolerance * pace_den(), pace_den())
         ELSE share_of(available, target, 1) END;

-- A ratio for people, a percentage with two decimals, four, cut off, where two would round it to a whole one (94.9999%, not 95.00%);
-- never compared. Amounts in yuan, or whole numbers.
CREATE MACRO percent_text(two, part, whole) AS
    if(two <> trunc(two) OR 100 * millionths(part) = two * millionths(whole), CAST(two AS VARCHAR),
       CAST(CAST(1000000 * millionths(part) // millionths(whole) AS DECIMAL(34, 0)) * CAST(0.0001 AS DECIMAL(5, 4)) AS VARCHAR)) || '%';
CREATE MACRO percent(part, whole) AS
    if(whole > 0, if(part < 0, '-', '') || percent_text(share_of(100, abs(part), nullif(whole, 0)), abs(part), nullif(whole, 0)), '—');

-- Money of a budget year after the audit year (提前下达), which is no part of this year's pace.
CREATE VIEW early_indicators AS SELECT * FROM indicators WHERE budget_year > (SELECT year(as_of) FROM audit);

-- 待分配: the flag, or no flag and no project. What has no date may or may not have been allocated yet: `at_least` and `at_most` add up to
-- the least and the most that may have been.
CREATE VIEW allocation_money AS
SELECT *, coalesce(pending, project_id IS NULL) AS is_pending, indicator_id IN (SELECT indicator_id FROM early_indicators) AS is_early,
       if(allocated_on IS NULL, least(amount, 0), amount) AS at_least, if(allocated_on IS NULL, greatest(amount, 0), amount) AS at_most
FROM allocations;

-- Which indicators fund a project, and by which allocations.
CREATE TABLE project_funding AS
SELECT DISTINCT project_id, indicator_id FROM allocation_money WHERE NOT is_pending AND project_id IS NOT NULL;

-- A payment's project is its own, else its allocation's. Its indicator is its allocation's; without one, the indicator whose
-- document number it names, else the only one that funds its project. Its allocation is its own, else the only one that its
-- project and that indicator leave. A number that is given and in no table traces to nothing.
CREATE TABLE traced_payments AS
WITH named AS (
    SELECT DISTINCT d.key, i.indicator_id FROM indicators i JOIN documents d USING (doc_no)
), by_document AS (
    SELECT p.payment_id, p.line_no, if(count(*) = 1, min(n.indicator_id),
               if(count(f.indicator_id) = 1, min(f.indicator_id), NULL)) AS indicator_id
    FROM payments p JOIN documents USING (doc_no) JOIN named n USING (key)
    LEFT JOIN project_funding f ON f.project_id = p.project_id AND f.indicator_id = n.indicator_id
    WHERE p.allocation_id IS NULL GROUP BY ALL
), by_project AS (
    SELECT project_id, min(indicator_id) AS indicator_id FROM project_funding GROUP BY project_id HAVING count(*) = 1
), found AS (
    SELECT p.*, coalesce(p.project_id, a.project_id) AS traced_project_id,
           CASE WHEN p.allocation_id IS NOT NULL THEN a.indicator_id
                WHEN p.doc_no IS NOT NULL THEN d.indicator_id
                ELSE j.indicator_id END AS found_indicator_id
    FROM payments p
    LEFT JOIN allocations a USING (allocation_id)
    LEFT JOIN by_document d ON d.payment_id = p.payment_id AND d.line_no = p.line_no
    LEFT JOIN by_project j ON j.project_id = p.project_id
), only_allocation AS (
    SELECT project_id, indicator_id, min(allocation_id) AS allocation_id FROM allocation_money
    WHERE NOT is_pending AND project_id IS NOT NULL GROUP BY project_id, indicator_id HAVING count(*) = 1
)
SELECT row_number() OVER (ORDER BY f.paid_on, f.payment_id, f.line_no) AS line, f.* EXCLUDE (found_indicator_id), i.indicator_id AS traced_indicator_id,
       coalesce(a.allocation_id, if(f.allocation_id IS NULL, o.allocation_id, NULL)) AS traced_allocation_id,
       f.paid_on >= (SELECT year_start FROM audit) AS this_year, coalesce(t.left_over, f.amount) AS left_over, t.returned_on
FROM found f
LEFT JOIN allocations a USING (allocation_id)
LEFT JOIN taken_back t ON t.payment_id = f.payment_id AND t.line_no = f.line_no
LEFT JOIN indicators i ON i.indicator_id = f.found_indicator_id
LEFT JOIN only_allocation o ON o.project_id = f.project_id AND o.indicator_id = i.indicator_id;

-- The payments of the year that are judged: those taken back at once (`taken_back`, made before) leave and are counted, a voucher taken
-- back in part stays with what is left.
CREATE VIEW judged_payments AS
SELECT * REPLACE (left_over AS amount), if(left_over = 0 AND amount > 0, '支付后当月即冲回 {n} 笔', NULL) AS left_out
FROM traced_payments WHERE this_year AND (left_over <> 0 OR amount >= 0);

-- Which indicator stands in which fund group (LP02, LP03), and how the group is called. An empty tag forms no group.
CREATE TABLE fund_groups AS
WITH current_indicators AS (FROM indicators WHERE indicator_id NOT IN (SELECT indicator_id FROM early_indicators))
SELECT indicator_id, 'fund_type:' || fund_type AS subject, '资金类型：' || fund_type AS name FROM current_indicators WHERE fund_type IS NOT NULL
UNION ALL SELECT indicator_id, 'direct_tag:' || direct_tag, '直达标识：' || direct_tag FROM current_indicators WHERE direct_tag IS NOT NULL
UNION ALL SELECT indicator_id, 'direct_tag:直达+参照直达', '直达标识：直达+参照直达' FROM current_indicators
WHERE direct_tag IN ('直达', '参照直达')
UNION ALL SELECT indicator_id, 'integrated:' || if(integrated, '是', '否'), if(integrated, '统筹整合资金', '未统筹整合资金')
FROM current_indicators WHERE integrated IS NOT NULL
UNION ALL SELECT indicator_id, 'total', '全部资金' FROM current_indicators;

-- Per group: amounts, paid this year and before, and the untraced payments that could belong to it. Groups of exactly the same
-- indicators are twins: the first of total, direct_tag, fund_type, integrated stands for them, with the names of the others.
CREATE TABLE group_money AS
WITH received AS (
    SELECT subject, name, sum(amount) AS amount, list(indicator_id ORDER BY indicator_id) AS members,
           CASE WHEN subject = 'direct_tag:直达+参照直达' THEN 9 ELSE list_position(['total', 'direct_tag', 'fund_type', 'integrated'],
               split_part(subject, ':', 1)) END AS turn
    FROM fund_groups JOIN indicators USING (indicator_id) GROUP BY ALL
), twins AS (
    SELECT members, arg_min(subject, (turn, subject)) AS first_of, list(name ORDER BY turn, name) FILTER (WHERE turn < 9) AS names
    FROM received GROUP BY members
), traced AS (
    SELECT subject, sum(amount) FILTER (WHERE this_year) AS paid, sum(amount) FILTER (WHERE NOT this_year) AS before
    FROM fund_groups JOIN traced_payments ON traced_indicator_id = indicator_id GROUP BY subject
), untraced AS (
    SELECT coalesce(sum(amount) FILTER (WHERE this_year), 0) AS paid,
           coalesce(sum(amount) FILTER (WHERE NOT this_year), 0) AS before
    FROM traced_payments WHERE traced_indicator_id IS NULL
)
SELECT subject, name, first_of = subject AS stands, list_filter(names, LAMBDA other: other <> name) AS twins,
       CAST(r.amount AS DECIMAL(30, 2)) AS amount,
       CAST(r.amount - greatest(coalesce(t.before, 0) + if(subject = 'total', u.before, 0), 0) AS DECIMAL(30, 2)) AS available,
       CAST(greatest(coalesce(t.paid, 0) + if(subject = 'total', u.paid, 0), 0) AS DECIMAL(30, 2)) AS paid,
       CAST(if(subject = 'total', 0, u.paid) AS DECIMAL(30, 2)) AS untraced_paid,
       CAST(if(subject = 'total', 0, u.before) AS DECIMAL(30, 2)) AS untraced_before
FROM received r JOIN twins USING (members) LEFT JOIN traced t USING (subject) CROSS JOIN untraced u;

-- What is left out of the groups and of projects' pace: money of later budget years.
CREATE VIEW early_money AS
SELECT '提前下达（预算年度在审计年度之后）的指标 ' || count(*) || ' 条、' || yuan(sum(amount)) || ' 元，不计入' AS left_out
FROM early_indicators HAVING count(*) > 0;

-- The money of empty tags, which forms no group.
CREATE VIEW untagged_money AS
SELECT tag, tag || '为空的指标 ' || count(*) || ' 条、' || yuan(sum(amount)) || ' 元，没有归入该类分组' AS left_out
FROM (SELECT '资金类型' AS tag, amount FROM indicators WHERE fund_type IS NULL
      UNION ALL SELECT '直达标识', amount FROM indicators WHERE direct_tag IS NULL
      UNION ALL SELECT '是否统筹整合', amount FROM indicators WHERE integrated IS NULL)
GROUP BY tag;

-- An indicator with its money from arrival to payment: allocated without what is pending (and the least and the most of it); paid as
-- traced; and the projects that it funds.
CREATE TABLE indicator_money AS
WITH allocated AS (
    SELECT indicator_id, sum(amount) AS allocated, sum(at_least) AS least_allocated, sum(at_most) AS most_allocated,
           list(DISTINCT project_id) FILTER (WHERE project_id IS NOT NULL) AS projects
    FROM allocation_money WHERE NOT is_pending GROUP BY indicator_id
), paid AS (
    SELECT traced_indicator_id AS indicator_id, sum(amount) AS paid FROM traced_payments GROUP BY traced_indicator_id
)
SELECT i.*, CAST(coalesce(allocated, 0) AS DECIMAL(18, 2)) AS allocated, CAST(coalesce(least_allocated, 0) AS DECIMAL(18, 2)) AS least_allocated,
       CAST(coalesce(most_allocated, 0) AS DECIMAL(18, 2)) AS most_allocated,
       CAST(coalesce(paid, 0) AS DECIMAL(18, 2)) AS paid, coalesce(projects, []) AS projects
FROM indicators i LEFT JOIN allocated USING (indicator_id) LEFT JOIN paid USING (indicator_id);

-- Cumulative payments of a budget year's money by month of the audit year.
CREATE VIEW monthly_payments AS
SELECT i.budget_year, CAST(month(p.paid_on) AS INTEGER) AS month, p.this_year, CAST(sum(p.amount) AS DECIMAL(18, 2)) AS paid
FROM traced_payments p JOIN indicators i ON i.indicator_id = p.traced_indicator_id GROUP BY ALL;

-- Accounts of payments that may be another one of the ledger, and the keys that payments name and that may have lost digits.
CREATE VIEW lost_accounts AS
SELECT key AS account_no FROM suspect_keys
WHERE kind = 'account_no' AND (table_name = 'accounts' OR (table_name = 'payments' AND other IN (SELECT account_no FROM accounts)))
UNION SELECT other FROM suspect_keys WHERE kind = 'account_no' AND table_name = 'accounts' AND other NOT IN (SELECT account_no FROM accounts);
CREATE MACRO link_lost(own_column, own_key) AS
    coalesce(own_key IN (SELECT key FROM suspect_keys WHERE table_name = 'payments' AND column_name = own_column), false);

-- Texts that several checks say.
CREATE MACRO day_decides(lowest, highest) AS '有 ' || yuan(highest - lowest) || ' 元分配没有填写下达日期，结论取决于它在审计日前是否已经下达';
CREATE MACRO key_lost() AS '以数字格式存放或带星号，可能丢失末位或前导零';
CREATE MACRO untraced(this_year, before) AS
    '有未能追溯到指标的支付（本年 ' || yuan(this_year) || ' 元，以前年度 ' || yuan(before) || ' 元），计入与否结论不同';
CREATE MACRO late_text(least_days, days) AS if(least_days < days, '至少 ', '') || least_days || ' 天';
CREATE MACRO payee_kind_known(kind) AS
    coalesce(kind IN ('最终收款人', '财政专户', '预算单位实有资金账户', '零余额账户'), false);
CREATE MACRO perhaps_paid_into(payee_kind, account, wanted) AS
    coalesce(payee_kind = wanted, false) OR coalesce((SELECT any_value(kind) FROM accounts WHERE account_no = account) = wanted, false)
    OR (NOT payee_kind_known(payee_kind) AND coalesce(account NOT IN (SELECT account_no FROM accounts), true))
    OR coalesce(account IN (SELECT account_no FROM lost_accounts), false)
    OR coalesce(contains(account, '*') AND account IN (SELECT account FROM accounts WHERE account_no LIKE replace(account, '*', '_')), false);
CREATE MACRO payee_unknown() AS '收款账户性质为空或不是约定的几种，账户也不在台账中';
CREATE MACRO came_back(day) AS coalesce('；' || day || ' 退回', '');
CREATE MACRO payee_text(kind, account, ledger_kind, purpose) AS
    '收款账户性质：' || coalesce(kind, '（空）')
    || CASE WHEN account IS NULL THEN '；收款账号没有填写' WHEN ledger_kind IS NULL THEN '；收款账号不在账户台账中'
            ELSE '；账户台账：' || ledger_kind END || coalesce('；用途：' || purpose, '');

-- What a share can be taken of.
CREATE MACRO positive(amount) AS if(amount > 0, amount, NULL);

-- Whether building and paying are out of step by more than `max_gap` of the base, and which is ahead; paying only beyond the advance.
CREATE MACRO out_of_step(progress, paid, base, max_gap, advance) AS
    CASE WHEN progress * base - paid > base * max_gap THEN '支付慢于工程'
         WHEN paid - progress * base > base * max_gap AND paid > base * advance THEN '支付快于工程'
         WHEN progress * base IS NOT NULL THEN '' END;

-- A day for people; one known to the month as the month.
CREATE MACRO day_or_month(first_day, last_day) AS if(last_day > first_day, strftime(first_day, '%Y-%m'), CAST(first_day AS VARCHAR));

-- Days from start to done: calendar days, or working days of the official calendar (null outside its years).
CREATE MACRO days_between(start, done, working) AS
    CASE WHEN NOT working THEN done - start
         ELSE (SELECT nth FROM working_days WHERE day = done) - (SELECT nth FROM working_days WHERE day = start) END;

-- A project with its money: allocated without what is pending (and the least and the most of it); paid; contracted (null without
-- contracts) and whether there is a contract of works.
CREATE TABLE project_money AS
WITH allocated AS (
    SELECT project_id, sum(amount) AS allocated, sum(at_least) AS least_allocated, sum(at_most) AS most_allocated
    FROM allocation_money WHERE NOT is_pending GROUP BY project_id
), paid AS (
    SELECT traced_project_id AS project_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS paid FROM traced_payments GROUP BY traced_project_id
), contracted AS (
    SELECT project_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS contracted, bool_or(kind = '施工') AS has_works
    FROM contracts GROUP BY project_id
)
SELECT p.*, CAST(coalesce(allocated, 0) AS DECIMAL(18, 2)) AS allocated, CAST(coalesce(least_allocated, 0) AS DECIMAL(18, 2)) AS least_allocated,
       CAST(coalesce(most_allocated, 0) AS DECIMAL(18, 2)) AS most_allocated, coalesce(paid, 0) AS paid,
       c.project_id IS NOT NULL AS has_contracts, contracted, coalesce(has_works, false) AS has_works
FROM projects p LEFT JOIN allocated USING (project_id) LEFT JOIN paid USING (project_id) LEFT JOIN contracted c USING (project_id);

-- What findings show of a project, of an indicator, of a payment. The judge reads the English columns, people the Chinese ones.
CREATE VIEW shown_projects AS
SELECT project_id AS subject, name, project_id AS 项目编号, name AS 项目名称, unit AS 实施单位, status AS 项目状态
FROM projects;

CREATE VIEW shown_indicators AS
SELECT indicator_id AS subject, fund_name AS name,
       indicator_id AS 指标编号, doc_no AS 指标文号, fund_name AS 资金名称, budget_year AS 预算年度, received_on AS 收到日期, amount AS 指标金额
FROM indicators;

CREATE VIEW shown_allocations AS
SELECT allocation_id AS subject, amount, allocated_on AS occurred_on,
       allocation_id AS 分配编号, indicator_id AS 指标编号, unit AS 预算单位, allocated_on AS 下达日期
FROM allocations;

CREATE VIEW shown_payments AS
SELECT line, payment_id AS subject, payee_name AS name, left_over AS amount, paid_on AS occurred_on,
       'payment:' || payment_id || '/' || line_no AS paid_key,
       payment_id AS 支付凭证号, paid_on AS 支付日期, p.traced_project_id AS 项目编号, payee_name AS 收款方名称, left_over AS 支付金额, purpose AS 用途
FROM traced_payments p;

-- Where a row stands, for people: its sheet, else its file.
CREATE MACRO rows_named(sheets, numbers) AS
    any_value(sheets) || ' 第 ' || string_agg(numbers, '、' ORDER BY numbers) || ' 行';

-- The ledger's payments against the monitoring platform's export, by voucher; cut at the audit date, both. The platform
-- covers some funds only (`platform_covers`), and its export begins some day: of the ledger, what lies within is compared.
CREATE VIEW platform_comparison AS
WITH covered AS (
    SELECT indicator_id FROM indicators WHERE direct_tag IN (SELECT unnest(platform_covers) FROM audit)
), ledger AS (
    SELECT payment_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
           rows_named(coalesce(nullif(source_sheet, ''), source_file), source_row) AS places,
           coalesce(bool_or(traced_indicator_id IN (FROM covered)), false)
               AND max(paid_on) >= coalesce((SELECT min(paid_on) FROM platform_payments), DATE '0001-01-01') AS within
    FROM traced_payments GROUP BY payment_id
), platform AS (
    SELECT payment_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
           rows_named(coalesce(nullif(source_sheet, ''), source_file), source_row) AS places FROM platform_payments GROUP BY payment_id
)
SELECT payment_id, l.amount AS left_amount, p.amount AS right_amount, l.places AS left_rows, p.places AS right_rows,
       coalesce(l.amount = p.amount, false) AS agrees
FROM ledger l FULL JOIN platform p USING (payment_id)
WHERE l.within OR p.payment_id IS NOT NULL;

-- Vouchers against the household sheets that name them: payments with lines, and payment ids that only lines name.
CREATE VIEW sheet_comparison AS
WITH sheets AS (
    SELECT payment_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount, count(*) AS n,
           rows_named(coalesce(nullif(source_sheet, ''), source_file), source_row) AS places
    FROM household_payments WHERE payment_id IS NOT NULL GROUP BY payment_id
), ledger AS (
    SELECT payment_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
           rows_named(coalesce(nullif(source_sheet, ''), source_file), source_row) AS places FROM payments GROUP BY payment_id
)
SELECT s.payment_id, l.amount AS left_amount, s.amount AS right_amount, l.places AS left_rows,
       if(s.n > 10, s.n || ' 行', s.places) AS right_rows, coalesce(l.amount = s.amount, false) AS agrees
FROM sheets s LEFT JOIN ledger l USING (payment_id);
