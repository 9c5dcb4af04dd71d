-- The views that checks share, over tables already cut at the audit date. Money in yuan, decimals throughout.
-- `audit` (one row: as_of, year_start, pace_num, pace_den, word lists), `documents` (how a document number is compared), `working_days`
-- and `rejected` are made by ledger.py before this runs; the views of people stand in people.sql.

-- amount × numerator ÷ denominator, rounded half up to the cent: decimal division would be floating.
CREATE MACRO millionths(number) AS CAST(CAST(number AS DECIMAL(38, 6)) * 1000000 AS HUGEINT);

CREATE MACRO share_of(amount, numerator, denominator) AS
    CAST((2 * CAST(amount * 100 AS HUGEINT) * millionths(greatest(numerator, 0)) + millionths(denominator))
         // (2 * millionths(denominator)) AS DECIMAL(36, 0)) * CAST(0.01 AS DECIMAL(3, 2));

-- paid ÷ available < the lesser of (pace − tolerance) and target, multiplied out.
CREATE MACRO behind(paid, available, pace_num, pace_den, tolerance, target) AS
    paid * pace_den < available * (pace_num - tolerance * pace_den) AND paid < available * target;

-- What should have been paid by now: available × the lesser of (pace − tolerance) and target.
CREATE MACRO required_by(available, pace_num, pace_den, tolerance, target) AS
    CASE WHEN pace_num - tolerance * pace_den <= target * pace_den
         THEN share_of(available, pace_num - tolerance * pace_den, pace_den)
         ELSE share_of(available, target, 1) END;

-- A ratio for people, a percentage with two decimals; never compared. Amounts in yuan, or whole numbers.
CREATE MACRO percent(part, whole) AS
    if(whole > 0, if(part < 0, '-', '') || CAST(share_of(100, abs(part), whole) AS VARCHAR) || '%', '—');

-- Money for people: 1,234.50.
CREATE MACRO yuan(amount) AS if(amount < 0, '-', '') || format('{:,}', CAST(trunc(abs(amount)) AS HUGEINT))
    || '.' || lpad(CAST(CAST((abs(amount) - trunc(abs(amount))) * 100 AS INTEGER) AS VARCHAR), 2, '0');

-- 待分配: the flag, or no flag and no project.
CREATE VIEW allocation_money AS
SELECT *, coalesce(pending, project_id IS NULL) AS is_pending FROM allocations;

-- Allocated per indicator; `undated` is the part without a date, which may or may not have been allocated yet.
CREATE VIEW indicator_allocated AS
SELECT indicator_id,
       CAST(sum(amount) AS DECIMAL(18, 2)) AS allocated,
       CAST(coalesce(sum(amount) FILTER (WHERE allocated_on IS NULL), 0) AS DECIMAL(18, 2)) AS undated
FROM allocation_money WHERE NOT is_pending GROUP BY indicator_id;

-- Which indicators fund a project, and by which allocations.
CREATE VIEW project_funding AS
SELECT DISTINCT project_id, indicator_id FROM allocation_money WHERE NOT is_pending AND project_id IS NOT NULL;

-- A payment's project is its own, else its allocation's. Its indicator is its allocation's; without one, the indicator whose
-- document number it names, else the only one that funds its project. Its allocation is its own, else the only one that its
-- project and that indicator leave. A number that is given and in no table traces to nothing.
CREATE VIEW traced_payments AS
WITH named AS (
    SELECT DISTINCT d.key, i.indicator_id FROM indicators i JOIN documents d USING (doc_no)
), by_document AS (
    SELECT p.payment_id, p.line_no, if(count(*) = 1, min(n.indicator_id),
               if(count(f.indicator_id) = 1, min(f.indicator_id), NULL)) AS indicator_id
    FROM payments p JOIN documents d USING (doc_no) JOIN named n USING (key)
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
SELECT f.* EXCLUDE (found_indicator_id), i.indicator_id AS traced_indicator_id,
       coalesce(f.allocation_id, o.allocation_id) AS traced_allocation_id,
       f.paid_on >= (SELECT year_start FROM audit) AS this_year
FROM found f
LEFT JOIN indicators i ON i.indicator_id = f.found_indicator_id
LEFT JOIN only_allocation o ON o.project_id = f.project_id AND o.indicator_id = i.indicator_id;

-- Which indicator stands in which fund group (LP02, LP03). An empty tag forms no group.
CREATE VIEW fund_groups AS
SELECT indicator_id, 'fund_type:' || fund_type AS subject FROM indicators WHERE fund_type IS NOT NULL
UNION ALL SELECT indicator_id, 'direct_tag:' || direct_tag FROM indicators WHERE direct_tag IS NOT NULL
UNION ALL SELECT indicator_id, 'direct_tag:直达+参照直达' FROM indicators WHERE direct_tag IN ('直达', '参照直达')
UNION ALL SELECT indicator_id, 'integrated:' || if(integrated, '是', '否') FROM indicators WHERE integrated IS NOT NULL
UNION ALL SELECT indicator_id, 'total' FROM indicators;

-- Per group: amounts, paid this year and before, and the untraced payments that could belong to it.
CREATE VIEW group_money AS
WITH received AS (
    SELECT subject, sum(amount) AS amount FROM fund_groups JOIN indicators USING (indicator_id) GROUP BY subject
), traced AS (
    SELECT subject, sum(amount) FILTER (WHERE this_year) AS paid, sum(amount) FILTER (WHERE NOT this_year) AS before
    FROM fund_groups JOIN traced_payments ON traced_indicator_id = indicator_id GROUP BY subject
), untraced AS (
    SELECT coalesce(sum(amount) FILTER (WHERE this_year), 0) AS paid,
           coalesce(sum(amount) FILTER (WHERE NOT this_year), 0) AS before
    FROM traced_payments WHERE traced_indicator_id IS NULL
)
SELECT subject,
       CAST(r.amount AS DECIMAL(30, 2)) AS amount,
       CAST(r.amount - coalesce(t.before, 0) - if(subject = 'total', u.before, 0) AS DECIMAL(30, 2)) AS available,
       CAST(coalesce(t.paid, 0) + if(subject = 'total', u.paid, 0) AS DECIMAL(30, 2)) AS paid,
       CAST(if(subject = 'total', 0, u.paid) AS DECIMAL(30, 2)) AS untraced_paid,
       CAST(if(subject = 'total', 0, u.before) AS DECIMAL(30, 2)) AS untraced_before
FROM received r LEFT JOIN traced t USING (subject) CROSS JOIN untraced u;

-- Money per indicator from arrival to payment, for the overview: allocated without pending, paid as traced.
CREATE VIEW indicator_progress AS
WITH paid AS (
    SELECT traced_indicator_id AS indicator_id, sum(amount) AS paid FROM traced_payments
    WHERE traced_indicator_id IS NOT NULL GROUP BY ALL
), funded AS (
    SELECT indicator_id, list(DISTINCT project_id) FILTER (WHERE project_id IS NOT NULL) AS projects
    FROM allocation_money WHERE NOT is_pending GROUP BY indicator_id
)
SELECT i.*, CAST(coalesce(a.allocated, 0) AS DECIMAL(18, 2)) AS allocated, CAST(coalesce(p.paid, 0) AS DECIMAL(18, 2)) AS paid,
       coalesce(f.projects, []) AS projects
FROM indicators i
LEFT JOIN indicator_allocated a USING (indicator_id) LEFT JOIN paid p USING (indicator_id) LEFT JOIN funded f USING (indicator_id);

-- Cumulative payments of a budget year's money by month of the audit year.
CREATE VIEW monthly_payments AS
SELECT i.budget_year, CAST(month(p.paid_on) AS INTEGER) AS month, p.this_year, CAST(sum(p.amount) AS DECIMAL(18, 2)) AS paid
FROM traced_payments p JOIN indicators i ON i.indicator_id = p.traced_indicator_id GROUP BY ALL;

-- A day for people; one known to the month as the month.
CREATE MACRO day_or_month(first_day, last_day) AS if(last_day > first_day, strftime(first_day, '%Y-%m'), CAST(first_day AS VARCHAR));

-- Days from start to done: calendar days, or working days of the official calendar (null outside its years).
CREATE MACRO days_between(start, done, working) AS
    CASE WHEN NOT working THEN done - start
         ELSE (SELECT nth FROM working_days WHERE day = done) - (SELECT nth FROM working_days WHERE day = start) END;

-- Allocated to a project without what is pending; `undated` is the part without a date.
CREATE VIEW project_allocated AS
SELECT project_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS allocated,
       CAST(coalesce(sum(amount) FILTER (WHERE allocated_on IS NULL), 0) AS DECIMAL(18, 2)) AS undated
FROM allocation_money WHERE NOT is_pending AND project_id IS NOT NULL GROUP BY project_id;

CREATE VIEW project_paid AS
SELECT traced_project_id AS project_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS paid
FROM traced_payments WHERE traced_project_id IS NOT NULL GROUP BY traced_project_id;

CREATE VIEW project_contracts AS
SELECT project_id, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount, bool_or(kind = '施工') AS has_works
FROM contracts GROUP BY project_id;

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
