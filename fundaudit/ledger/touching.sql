-- What rejected rows could change. Made before: `rejected` (what of each row is readable) and `rejected_keys`.

-- The subjects that rejected rows touch: what their readable keys name, the rows that point to them,
-- upwards through payment, contract, allocation, project and indicator, and the fund groups of those.
CREATE TABLE touched AS
WITH named AS (
    SELECT rejected_id, table_name, kind, key FROM rejected_keys
), unlinked AS (
    SELECT * FROM rejected WHERE table_name = 'payments' AND coalesce(readable['allocation_id'] NOT IN (SELECT allocation_id FROM allocations), true)
    UNION ALL SELECT * FROM rejected WHERE table_name = 'allocations' AND readable['indicator_id'] IS NULL
), pointing AS (
    SELECT n.rejected_id, n.table_name, 'allocation_id' AS kind, a.allocation_id AS key
    FROM named n JOIN allocations a ON a.indicator_id = n.key WHERE n.kind = 'indicator_id' AND n.table_name = 'indicators'
    UNION SELECT n.rejected_id, n.table_name, 'payment_id', p.payment_id
    FROM named n JOIN allocations a ON a.indicator_id = n.key JOIN payments p USING (allocation_id)
    WHERE n.kind = 'indicator_id' AND n.table_name = 'indicators'
    UNION SELECT n.rejected_id, n.table_name, 'payment_id', p.payment_id
    FROM named n JOIN payments p ON p.allocation_id = n.key WHERE n.kind = 'allocation_id' AND n.table_name = 'allocations'
    UNION SELECT n.rejected_id, n.table_name, 'payment_id', p.payment_id
    FROM named n JOIN payments p ON p.contract_id = n.key WHERE n.kind = 'contract_id' AND n.table_name = 'contracts'
    UNION SELECT n.rejected_id, n.table_name, 'payment_id', p.payment_id
    FROM named n JOIN payments p ON p.project_id = n.key WHERE n.kind = 'project_id' AND n.table_name = 'projects'
    UNION SELECT n.rejected_id, n.table_name, 'allocation_id', a.allocation_id
    FROM named n JOIN allocations a ON a.project_id = n.key WHERE n.kind = 'project_id' AND n.table_name = 'projects'
    UNION SELECT n.rejected_id, n.table_name, 'contract_id', c.contract_id
    FROM named n JOIN contracts c ON c.project_id = n.key WHERE n.kind = 'project_id' AND n.table_name = 'projects'
    UNION SELECT n.rejected_id, n.table_name, 'id_number', person_key(h.id_number, h.line_id)
    FROM named n JOIN lines h ON h.payment_id = n.key WHERE n.kind = 'payment_id' AND n.table_name = 'payments'
    -- An account: what was paid into it, unless the payment says itself what it is.
    UNION SELECT n.rejected_id, n.table_name, 'payment_id', p.payment_id
    FROM named n JOIN payments p ON p.payee_account = n.key
    WHERE n.kind = 'account_no' AND n.table_name = 'accounts'
      AND coalesce(p.payee_kind NOT IN ('财政专户', '预算单位实有资金账户'), true)
    -- A register row: its household's people, and, without a readable number, everyone of its name.
    UNION SELECT r.rejected_id, r.table_name, 'id_number', person_key(h.id_number, h.line_id)
    FROM rejected r JOIN lines h USING (household_id) WHERE r.table_name = 'beneficiaries'
    UNION SELECT r.rejected_id, r.table_name, 'id_number', b.id_number
    FROM rejected r JOIN beneficiaries b USING (household_id) WHERE r.table_name = 'beneficiaries'
    UNION SELECT r.rejected_id, r.table_name, 'id_number', person_key(h.id_number, h.line_id)
    FROM rejected r JOIN (SELECT name_key, name_key AS other_key FROM rejected UNION FROM name_pairs) n USING (name_key)
    JOIN lines h ON h.name_key = n.other_key
    WHERE r.table_name = 'beneficiaries'
      AND NOT EXISTS (SELECT 1 FROM rejected_keys k WHERE k.rejected_id = r.rejected_id AND k.kind = 'id_number')
    -- A standard: everyone paid its subsidy.
    UNION SELECT r.rejected_id, r.table_name, 'id_number', person_key(h.id_number, h.line_id)
    FROM rejected r JOIN lines h USING (subsidy) WHERE r.table_name = 'standards'
    UNION SELECT r.rejected_id, r.table_name, 'household_id', h.household_id
    FROM rejected r JOIN lines h USING (subsidy) WHERE r.table_name = 'standards'
), direct AS (
    FROM named UNION FROM pointing
), upwards AS (
    SELECT 'payment_id' AS kind, payment_id AS key, 'allocation_id' AS up_kind, allocation_id AS up_key FROM payments
    UNION SELECT 'payment_id', payment_id, 'project_id', traced_project_id FROM traced_payments
    UNION SELECT 'payment_id', payment_id, 'contract_id', contract_id FROM payments
    UNION SELECT 'contract_id', contract_id, 'project_id', project_id FROM contracts
    UNION SELECT 'allocation_id', allocation_id, 'project_id', project_id FROM allocations
    UNION SELECT 'allocation_id', allocation_id, 'indicator_id', indicator_id FROM allocations
), once AS (
    FROM direct UNION SELECT d.rejected_id, d.table_name, u.up_kind, u.up_key FROM direct d JOIN upwards u USING (kind, key)
), reached AS (
    FROM once UNION SELECT d.rejected_id, d.table_name, u.up_kind, u.up_key FROM once d JOIN upwards u USING (kind, key)
), grouped AS (
    SELECT t.rejected_id, t.table_name, g.subject
    FROM reached t JOIN fund_groups g ON g.indicator_id = t.key WHERE t.kind = 'indicator_id'
    UNION SELECT t.rejected_id, t.table_name, g.subject -- by its project, where nothing says which indicator
    FROM reached t JOIN allocations a ON a.project_id = t.key JOIN fund_groups g USING (indicator_id)
    WHERE t.kind = 'project_id' AND t.rejected_id IN (SELECT rejected_id FROM unlinked)
    UNION SELECT rejected_id, table_name, unnest(own_groups) FROM rejected
    WHERE coalesce(CAST(readable['budget_year'] AS INTEGER) <= (SELECT year(as_of) FROM audit), true)
), traced AS ( -- who says which indicator it is about: groups that are not of it are not touched, none at all by money of later years
    SELECT rejected_id FROM reached WHERE kind = 'indicator_id' AND key IN (SELECT indicator_id FROM indicators)
    UNION SELECT r.rejected_id FROM reached r JOIN allocations a ON a.project_id = r.key JOIN indicators USING (indicator_id) WHERE r.kind = 'project_id' AND r.rejected_id IN (SELECT rejected_id FROM unlinked)
), linked AS (
    FROM grouped WHERE subject IS NOT NULL
    UNION SELECT rejected_id, table_name, subject FROM rejected CROSS JOIN (SELECT DISTINCT subject FROM fund_groups)
    WHERE table_name IN ('indicators', 'allocations', 'payments') AND rejected_id NOT IN (FROM traced)
      AND (subject = 'total' OR NOT (table_name = 'indicators' AND readable['fund_name'] IS NOT NULL)) -- an empty tag forms no group
      AND coalesce(CAST(readable['budget_year'] AS INTEGER) <= (SELECT year(as_of) FROM audit), true)
)
SELECT rejected_id, table_name, kind, key FROM reached WHERE key IS NOT NULL
-- What is judged by more than one of a row's texts, or by its project's unit.
UNION SELECT t.rejected_id, t.table_name, 'year', CAST(i.budget_year AS VARCHAR) FROM reached t JOIN indicators i ON i.indicator_id = t.key WHERE t.kind = 'indicator_id'
UNION SELECT rejected_id, table_name, 'year', coalesce(readable['budget_year'], CAST(year(as_of()) AS VARCHAR)) FROM rejected WHERE table_name = 'indicators'
UNION SELECT rejected_id, table_name, 'year', CAST(year(as_of()) AS VARCHAR) FROM unlinked
UNION SELECT t.rejected_id, t.table_name, 'unit', j.unit FROM reached t JOIN projects j ON j.project_id = t.key WHERE t.kind = 'project_id' AND j.unit IS NOT NULL
UNION SELECT rejected_id, table_name, 'unit', readable['unit'] FROM rejected WHERE table_name IN ('month_plans', 'projects') AND readable['unit'] IS NOT NULL
-- County money: the indicator that it matches.
UNION SELECT rejected_id, table_name, 'indicator_id', readable['matches'] FROM rejected WHERE table_name = 'indicators' AND readable['matches'] IS NOT NULL
UNION SELECT rejected_id, table_name, 'subsidy', subsidy FROM rejected WHERE subsidy IS NOT NULL
UNION SELECT t.rejected_id, t.table_name, 'subsidy', l.subsidy FROM reached t JOIN lines l ON l.project_id = t.key WHERE t.kind = 'project_id'
UNION SELECT r.rejected_id, r.table_name, 'cycle', l.subsidy || '|' || cycle_text(l.per, l.cycle_begins) FROM rejected r JOIN lines l USING (subsidy) WHERE l.cycle_begins IS NOT NULL
UNION SELECT rejected_id, table_name, 'person_subsidy', readable['id_number'] || '|' || subsidy FROM rejected
WHERE table_name = 'household_payments' AND readable['id_number'] IS NOT NULL AND subsidy IS NOT NULL
UNION SELECT r.rejected_id, r.table_name, 'person_subsidy', l.id_number || '|' || l.subsidy FROM rejected r JOIN lines l USING (subsidy) WHERE r.table_name = 'standards' AND l.id_number IS NOT NULL
-- A card, where the register alone says of which household its people are.
UNION SELECT t.rejected_id, t.table_name, 'card_no', l.card_no FROM reached t JOIN lines l ON l.id_number = t.key
WHERE t.kind = 'id_number' AND t.table_name = 'beneficiaries' AND l.household_id IS NULL AND l.card_no IS NOT NULL
-- A register row makes its village known; without one, any.
UNION SELECT r.rejected_id, r.table_name, 'village', coalesce(l.township, '') || '|' || coalesce(l.village, '')
FROM rejected r JOIN (SELECT DISTINCT township, village FROM lines) l
    ON coalesce(bare_township(r.readable['township']) = bare_township(l.township), true) AND coalesce(bare_village(r.readable['village']) = bare_village(l.village), true)
WHERE r.table_name = 'beneficiaries'
UNION SELECT rejected_id, table_name, 'village', coalesce(readable['township'], '') || '|' || coalesce(readable['village'], '') FROM rejected WHERE table_name = 'household_payments'
UNION SELECT rejected_id, table_name, 'contractor', readable['contractor'] FROM rejected WHERE table_name = 'contracts' AND readable['contractor'] IS NOT NULL
-- A contract, or a project that has one, counts in its department's money: everyone who has contracts there.
UNION SELECT o.rejected_id, o.table_name, 'contractor', c.contractor
FROM (SELECT r.rejected_id, r.table_name, j.department FROM rejected r LEFT JOIN projects j ON j.project_id = r.readable['project_id']
      WHERE r.table_name = 'contracts' AND (j.project_id IS NULL OR j.department IS NOT NULL) AND coalesce(year(r.event_date) = year(as_of()), true)
      UNION ALL SELECT rejected_id, table_name, readable['department'] FROM rejected
      WHERE table_name = 'projects' AND readable['project_id'] IN (SELECT project_id FROM contracts)) o
JOIN (SELECT DISTINCT contractor, department FROM contracts JOIN projects USING (project_id)) c ON coalesce(c.department = o.department, true)
UNION SELECT rejected_id, table_name, 'notice', readable['kind'] || '|' || coalesce(readable['subject_id'], CAST(year(as_of()) AS VARCHAR)) FROM rejected WHERE table_name = 'disclosures' AND readable['kind'] IS NOT NULL
UNION SELECT rejected_id, table_name, 'submission', readable['kind'] || '|' || readable['period'] || '|' || coalesce(readable['section'], '') FROM rejected
WHERE table_name = 'submissions' AND readable['kind'] IS NOT NULL AND readable['period'] IS NOT NULL
UNION SELECT rejected_id, table_name, 'group', subject FROM linked
-- A payment without a readable allocation: every indicator, and its project's allocations. An allocation without one: every indicator.
UNION SELECT r.rejected_id, r.table_name, 'indicator_id', i.indicator_id FROM unlinked r CROSS JOIN indicators i
-- An allocation: the payments that were traced to another as the only one of its project.
UNION SELECT r.rejected_id, r.table_name, 'payment_id', p.payment_id
FROM rejected r JOIN traced_payments p ON coalesce(p.traced_project_id = r.readable['project_id'], true) WHERE r.table_name = 'allocations' AND p.allocation_id IS NULL AND p.traced_allocation_id IS NOT NULL
UNION SELECT r.rejected_id, r.table_name, 'allocation_id', a.allocation_id
FROM unlinked r JOIN allocations a ON a.project_id = r.readable['project_id'] WHERE r.table_name = 'payments';

-- A touching row with what of it is readable. A payment that lost its project because the allocation it names was rejected takes as
-- much from every project which that allocation touches.
INSERT INTO touching
SELECT t.kind, t.key, t.table_name, r.amount, r.event_date, r.suspect FROM touched t JOIN rejected r USING (rejected_id)
WHERE NOT (r.suspect AND t.kind IN ('indicator_id', 'group') -- untraced it counts for every indicator as it is
           AND r.readable['payment_id'] IN (SELECT payment_id FROM traced_payments WHERE traced_indicator_id IS NULL))
UNION ALL
SELECT t.kind, t.key, t.table_name, -p.amount, p.paid_on, false
FROM touched t JOIN rejected_keys k USING (rejected_id) JOIN payments p ON p.allocation_id = k.key
WHERE t.kind = 'project_id' AND k.kind = 'allocation_id' AND k.table_name = 'allocations' AND p.project_id IS NULL;
