-- Rejected rows for the checks. Made before: `rejected` (what of each row is readable) and `rejected_keys`.

-- A rejected row that touches a subject (by its kind and key), with what of it is readable; filled by touching.sql where there are any.
CREATE TABLE touching (kind VARCHAR, key VARCHAR, table_name VARCHAR, amount DECIMAL(18, 2), event_date DATE, suspect BOOLEAN);

-- The rejected rows with what checks ask of them: `said` is what is readable, `refused_columns` what was not.
CREATE TABLE refused AS
SELECT r.rejected_id, r.table_name, r.place, r.readable['name'] AS name, r.readable AS said, f.key AS payee_key, u.key AS purpose_key, r.refused AS refused_columns,
       r.event_date, r.amount AS said_amount, r.id_problem, r.name_key, coalesce(r.readable['basis_kind'], s.basis) AS basis,
       if(r.event_date IS NULL AND v.subsidy_no IN (SELECT o.subsidy_no FROM standards t JOIN subsidies o ON o.text = t.subsidy WHERE t.kinds IS NOT NULL), 'targeted', coalesce(s.aim, v.aim, 'unknown')) AS aim,
       v.subsidy_no, r.subsidy, h.household_id AS home, coalesce(v.key, '') AS subsidy_key, s.per, strftime(coalesce(CAST(r.readable['period'] || '-01' AS DATE), r.event_date), '%Y-%m') AS month,
       if(s.per = '次', r.event_date, cycle_first(s.per, month)) AS cycle
FROM rejected r LEFT JOIN subsidies v ON v.text = r.subsidy
LEFT JOIN standards_in_force s ON s.subsidy_no = v.subsidy_no AND s.paid_on IS NOT DISTINCT FROM r.event_date
LEFT JOIN identities i ON i.id_number = r.readable['id_number'] LEFT JOIN homes h USING (person)
LEFT JOIN folded f ON f.text = r.readable['payee_name'] LEFT JOIN folded u ON u.text = r.readable['purpose']
WHERE NOT r.suspect AND coalesce(r.amount > 0, true); -- what was given back flags nothing

-- Those of a table by a key of theirs, for checks whose population it makes: who is judged nowhere else is undetermined.
CREATE MACRO refused_rows(own_table, own_kind) AS TABLE
SELECT r.*, coalesce(k.key, 'row:' || r.place) AS subject, true AS refused, false AS flag,
       '所在的行没有采用（' || replace(r.place, '#', ' 第 ') || ' 行），没有别的行可以判定' AS doubt
FROM refused r LEFT JOIN rejected_keys k ON k.rejected_id = r.rejected_id AND k.kind = own_kind WHERE r.table_name = own_table;
-- The fund groups that only refused indicators name.
CREATE VIEW refused_groups AS
SELECT DISTINCT ON (subject) unnest(own_groups) AS subject, unnest(own_groups) AS name, true AS refused, false AS flag,
       '这一类资金只在没有采用的指标上写明（' || replace(place, '#', ' 第 ') || ' 行）' AS doubt
FROM rejected WHERE table_name = 'indicators' AND NOT suspect AND coalesce(amount > 0, true)
  AND coalesce(CAST(readable['budget_year'] AS INTEGER) <= (SELECT year(as_of) FROM audit), true);
CREATE MACRO lost_subject(subject) AS contains(subject, '*') OR subject IN (SELECT id_number FROM lines WHERE is_suspect);
CREATE MACRO surely_registered(subject) AS subject IN (SELECT id_number FROM register_people WHERE NOT is_suspect);
CREATE MACRO nobody_usable(list) AS
    coalesce((SELECT bool_and(lost_digits(id_number, suspect)) FROM registers WHERE register = list), false);
CREATE MACRO refused_people(household) AS -- the most people of a household that rejected rows name for one subsidy, but for what each gets
    (SELECT max(people) FROM (SELECT count(DISTINCT coalesce(r.readable['id_number'], r.place)) AS people FROM rejected r
     JOIN rejected_keys k USING (rejected_id) WHERE r.table_name = 'household_payments' AND k.key = household
       AND r.rejected_id NOT IN (SELECT rejected_id FROM refused WHERE basis = '到人') GROUP BY r.subsidy));


-- Of which indicators the money of a subject or of a household line is: their fund type and direct tag, nothing where nobody knows.
CREATE VIEW fund_tags AS
SELECT kind, key, fund_type, direct_tag
FROM (
    SELECT 'indicator_id' AS kind, indicator_id AS key, indicator_id FROM indicators
    UNION ALL SELECT 'allocation_id', allocation_id, indicator_id FROM allocations
    UNION ALL SELECT 'project_id', project_id, indicator_id FROM project_funding
    UNION ALL SELECT 'payment_id', payment_id, traced_indicator_id FROM traced_payments
    UNION ALL SELECT 'group', subject, indicator_id FROM fund_groups
    UNION ALL SELECT 'line', l.line_id, p.traced_indicator_id FROM lines l JOIN traced_payments p USING (payment_id)
    UNION ALL SELECT 'line', l.line_id, f.indicator_id FROM lines l JOIN project_funding f USING (project_id)
    WHERE l.payment_id IS NULL OR l.payment_id NOT IN (SELECT payment_id FROM payments)
) links LEFT JOIN indicators tags ON tags.indicator_id = links.indicator_id;
