-- The views of people that checks share, over the money views of ledger.sql: who was paid, who is on which list, and
-- which subjects rejected rows touch. The helper tables names, identities and net_lines are made by ledger.py before this runs.

-- First and last day of the cycle (月, 季, 年) that a month (2022-05) lies in.
CREATE MACRO cycle_begins(per, month) AS
    make_date(CAST(left(month, 4) AS INTEGER),
              CASE per WHEN '年' THEN 1 WHEN '季' THEN (CAST(right(month, 2) AS INTEGER) - 1) // 3 * 3 + 1
                       ELSE CAST(right(month, 2) AS INTEGER) END, 1);
CREATE MACRO cycle_ends(per, month) AS
    CAST(cycle_begins(per, month) + to_months(CASE per WHEN '年' THEN 12 WHEN '季' THEN 3 ELSE 1 END) AS DATE) - 1;

-- Which standard's cycle a subsidy follows on a day: null where there is none or they disagree.
CREATE VIEW line_cycles AS
WITH in_force AS (
    SELECT h.line_id, s.per, s.kinds, s.from_date <= h.paid_on AND h.paid_on < s.from_date_end AS in_its_first_month,
           rank() OVER (PARTITION BY h.line_id, s.kinds ORDER BY s.from_date DESC NULLS LAST) AS newest,
           rank() OVER (PARTITION BY h.line_id ORDER BY s.from_date DESC NULLS LAST) AS newest_of_all
    FROM household_payments h
    JOIN wordings w ON w.text = h.subsidy
    JOIN wordings v ON v.key = w.key
    JOIN standards s ON s.subsidy = v.text AND (s.from_date IS NULL OR s.from_date <= h.paid_on)
), agreed AS (
    SELECT line_id, if(count(DISTINCT per) = 1 AND count(per) = count(*), min(per), NULL) AS per
    FROM in_force WHERE newest = 1 GROUP BY line_id
), aims AS ( -- whom the standards in force are for: kinds named, everyone, or both at once (then nobody can tell)
    SELECT line_id, CASE WHEN bool_or(in_its_first_month) THEN 'unknown'
                         WHEN count(kinds) = count(*) THEN 'targeted' WHEN count(kinds) = 0 THEN 'open' ELSE 'unknown' END AS aim
    FROM in_force WHERE newest_of_all = 1 GROUP BY line_id
)
SELECT line_id, per, aim,
       CASE per WHEN '次' THEN strftime(paid_on, '%Y-%m-%d')
                WHEN '年' THEN substr(month, 1, 4)
                WHEN '季' THEN substr(month, 1, 4) || 'Q' || CAST(ceil(CAST(substr(month, 6, 2) AS INTEGER) / 3) AS INTEGER)
                ELSE month END AS cycle
FROM (SELECT line_id, paid_on, -- a period that could not be read leaves the month unknown
             if(period IS NULL AND raw['period'] IS NOT NULL, NULL, coalesce(period, strftime(paid_on, '%Y-%m'))) AS month
      FROM household_payments)
LEFT JOIN agreed USING (line_id) LEFT JOIN aims USING (line_id);

-- Household lines with the person they paid, after refunds. A line without a number is a person of its own.
CREATE TABLE person_lines AS
SELECT h.*,
       coalesce(h.id_number, 'line:' || h.line_id) AS person,
       n.net,
       k.key AS name_key,
       coalesce(h.raw['id_number'], h.id_number) AS written,
       list_contains(h.suspect, 'id_number') OR coalesce(contains(h.id_number, '*'), false) AS is_suspect,
       CASE WHEN h.id_number IS NULL THEN '证件号码为空'
            WHEN d.invalid <> '' THEN d.invalid
            WHEN try_strptime(substr(h.id_number, 7, 8), '%Y%m%d') > h.paid_on THEN '出生日期晚于发放日期' END AS id_problem,
       -- The standards in force win over words, a word for targeted ones over one for open ones; nothing known is unknown.
       coalesce(c.aim, CASE WHEN list_bool_or([contains(w.key, word) FOR word IN a.targeted_subsidies] || [false]) THEN 'targeted'
                            WHEN list_bool_or([contains(w.key, word) FOR word IN a.open_subsidies] || [false]) THEN 'open'
                            ELSE 'unknown' END) AS aim,
       c.per, c.cycle
FROM household_payments h
JOIN net_lines n USING (line_id)
JOIN line_cycles c USING (line_id)
JOIN wordings w ON w.text = h.subsidy
LEFT JOIN names k USING (name)
LEFT JOIN identities d USING (id_number)
CROSS JOIN audit a;

CREATE TABLE register_people AS
SELECT DISTINCT b.id_number, coalesce(b.raw['id_number'], b.id_number) AS written, b.name, k.key AS name_key,
       b.household_id, list_contains(b.suspect, 'id_number') OR contains(b.id_number, '*') AS is_suspect
FROM beneficiaries b LEFT JOIN names k USING (name);

-- One digit replaced, or two neighbours swapped.
CREATE MACRO numbers_near(a, b) AS
    CASE WHEN length(a) <> length(b) THEN false
         WHEN hamming(a, b) = 1 THEN true
         ELSE hamming(a, b) = 2 AND damerau_levenshtein(a, b) = 1 END;

-- Each ? stands for exactly one character, on either side.
CREATE MACRO names_agree(a, b) AS
    a = b OR ((contains(a, '?') OR contains(b, '?')) AND length(a) = length(b)
              AND list_bool_and([substr(a, i, 1) = substr(b, i, 1) OR substr(a, i, 1) = '?' OR substr(b, i, 1) = '?'
                                 FOR i IN range(1, length(a) + 1)]));

-- Which different names agree through a mask, in both directions. Pairs of distinct names, sought where a character that is not
-- masked and the length are the same: compared line by line, a million lines would never end.
CREATE TABLE name_pairs AS
WITH keys AS (
    SELECT key FROM names WHERE key IS NOT NULL UNION SELECT name_key FROM rejected WHERE name_key IS NOT NULL
), masked AS (
    SELECT key, CASE WHEN left(key, 1) <> '?' THEN 'first' || left(key, 1)
                     WHEN right(key, 1) <> '?' THEN 'last' || right(key, 1) ELSE '' END || length(key) AS place
    FROM keys WHERE contains(key, '?')
), places AS (
    SELECT key, unnest(['first' || left(key, 1) || length(key), 'last' || right(key, 1) || length(key), '' || length(key)]) AS place
    FROM keys
), found AS (
    SELECT m.key AS name_key, p.key AS other_key FROM masked m JOIN places p USING (place) WHERE names_agree(m.key, p.key)
    UNION
    SELECT m.key, o.key FROM masked m JOIN masked o ON length(m.key) = length(o.key) WHERE names_agree(m.key, o.key)
)
SELECT name_key, other_key FROM found WHERE name_key <> other_key
UNION
SELECT other_key, name_key FROM found WHERE name_key <> other_key;

-- Match tiers of household lines against the register; one row per line, the best and then the lowest number.
CREATE TABLE register_match AS
WITH by_number AS (
    SELECT l.line_id, if(bool_or(l.written = r.written), 'exact', 'repaired') AS tier, min(r.id_number) AS id_number
    FROM person_lines l JOIN register_people r USING (id_number) GROUP BY l.line_id
), unmatched AS (
    SELECT DISTINCT l.line_id, l.id_number, l.name_key, l.household_id
    FROM person_lines l ANTI JOIN by_number USING (line_id)
), same_name AS (
    SELECT u.*, r.id_number AS other, r.household_id AS other_household, r.is_suspect AS other_suspect
    FROM unmatched u JOIN register_people r ON u.name_key = r.name_key
    UNION
    SELECT u.*, r.id_number, r.household_id, r.is_suspect
    FROM unmatched u JOIN name_pairs n USING (name_key) JOIN register_people r ON r.name_key = n.other_key
), near AS (
    SELECT line_id, 'near' AS tier, other AS id_number,
           CASE WHEN numbers_near(id_number, other) THEN '姓名相同，证件号码相差一位或相邻两位互换'
                WHEN household_id = other_household THEN '姓名相同，户编号相同，证件号码不同'
                WHEN other_suspect AND (left(id_number, 15) = left(other, 15)
                                        OR (length(rtrim(other, '0')) >= 6 AND starts_with(id_number, rtrim(other, '0'))))
                    THEN '姓名相同，名册上的证件号码以数字存放，末位可能丢失' END AS reason
    FROM same_name
)
SELECT line_id, tier, id_number AS register_id_number,
       if(tier = 'exact', '证件号码一致', '证件号码规范化后一致') AS reason
FROM by_number
UNION ALL
SELECT line_id, tier, min(id_number), arg_min(reason, id_number) FROM near WHERE reason IS NOT NULL GROUP BY line_id, tier
UNION ALL
SELECT line_id, 'none', NULL, '名册中没有相同或相近的记录'
FROM unmatched WHERE line_id NOT IN (SELECT line_id FROM near WHERE reason IS NOT NULL);

-- The subjects that rejected rows touch: what their readable keys name, the rows that point to them,
-- upwards through payment, contract, allocation, project and indicator, and the fund groups of those.
CREATE TABLE touched AS
WITH named AS (
    SELECT rejected_id, table_name, kind, key FROM rejected_keys
), pointing AS (
    SELECT n.rejected_id, n.table_name, 'allocation_id' AS kind, a.allocation_id AS key
    FROM named n JOIN allocations a ON a.indicator_id = n.key WHERE n.kind = 'indicator_id' AND n.table_name = 'indicators'
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
    UNION SELECT n.rejected_id, n.table_name, 'id_number', h.person
    FROM named n JOIN person_lines h ON h.payment_id = n.key WHERE n.kind = 'payment_id' AND n.table_name = 'payments'
    -- A register row: its household's people, and, without a readable number, everyone of its name.
    UNION SELECT r.rejected_id, r.table_name, 'id_number', h.person
    FROM rejected r JOIN person_lines h USING (household_id) WHERE r.table_name = 'beneficiaries'
    UNION SELECT r.rejected_id, r.table_name, 'id_number', b.id_number
    FROM rejected r JOIN beneficiaries b USING (household_id) WHERE r.table_name = 'beneficiaries'
    UNION SELECT r.rejected_id, r.table_name, 'id_number', h.person
    FROM rejected r JOIN (SELECT name_key, name_key AS other_key FROM rejected UNION FROM name_pairs) n USING (name_key)
    JOIN person_lines h ON h.name_key = n.other_key
    WHERE r.table_name = 'beneficiaries'
      AND NOT EXISTS (SELECT 1 FROM rejected_keys k WHERE k.rejected_id = r.rejected_id AND k.kind = 'id_number')
    -- A standard: everyone paid its subsidy.
    UNION SELECT r.rejected_id, r.table_name, 'id_number', h.person
    FROM rejected r JOIN person_lines h USING (subsidy) WHERE r.table_name = 'standards'
    UNION SELECT r.rejected_id, r.table_name, 'household_id', h.household_id
    FROM rejected r JOIN person_lines h USING (subsidy) WHERE r.table_name = 'standards'
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
    UNION SELECT t.rejected_id, t.table_name, g.subject
    FROM reached t JOIN allocations a ON a.project_id = t.key JOIN fund_groups g USING (indicator_id) WHERE t.kind = 'project_id'
    UNION SELECT rejected_id, table_name, unnest(own_groups) FROM rejected
), linked AS (
    FROM grouped WHERE subject IS NOT NULL
    UNION SELECT rejected_id, table_name, subject FROM rejected CROSS JOIN (SELECT DISTINCT subject FROM fund_groups)
    WHERE table_name IN ('indicators', 'allocations', 'payments')
      AND (subject = 'total' OR rejected_id NOT IN (SELECT rejected_id FROM grouped WHERE subject IS NOT NULL))
)
SELECT rejected_id, table_name, kind, key FROM reached WHERE key IS NOT NULL
UNION SELECT rejected_id, table_name, 'group', subject FROM linked;

-- Payments that lost their project because the allocation they name was rejected.
CREATE VIEW orphaned_payments AS
SELECT k.rejected_id, p.payment_id, p.amount
FROM rejected_keys k JOIN payments p ON p.allocation_id = k.key
WHERE k.kind = 'allocation_id' AND k.table_name = 'allocations' AND p.project_id IS NULL;

-- A touching row with what of it is readable, for checks that can tell that it would not change the answer.
CREATE VIEW touching AS
SELECT t.kind, t.key, t.table_name, r.amount, r.event_date
FROM touched t JOIN rejected r USING (rejected_id);

-- Household lines against the outside registers: same number; or same name and a near number, or one of which digits were lost
-- or masked and those that are left agree.
CREATE TABLE list_match AS
WITH people AS (
    SELECT DISTINCT person, id_number, name_key FROM person_lines WHERE id_number IS NOT NULL
), entries AS (
    SELECT r.*, k.key AS name_key FROM registers r LEFT JOIN names k USING (name)
)
SELECT p.person, p.name_key, e.register, e.id_number AS list_number, e.name AS list_name, e.since, e.since_end, e.until, e.until_end,
       e.list_date, e.detail,
       'number' AS tier, coalesce(e.name_key IS NULL OR names_agree(p.name_key, e.name_key), false) AS agrees
FROM people p JOIN entries e USING (id_number)
UNION ALL
SELECT p.person, p.name_key, e.register, e.id_number, e.name, e.since, e.since_end, e.until, e.until_end, e.list_date, e.detail,
       'near', true
FROM people p JOIN entries e ON p.name_key = e.name_key
WHERE p.id_number <> e.id_number
  AND (numbers_near(p.id_number, e.id_number)
       OR (list_contains(e.suspect, 'id_number') AND left(p.id_number, 15) = left(e.id_number, 15))
       OR (contains(e.id_number, '*') AND length(p.id_number) = length(e.id_number)
           AND list_bool_and([substr(e.id_number, i, 1) IN ('*', substr(p.id_number, i, 1))
                              FOR i IN range(1, length(e.id_number) + 1)])));

-- Whether two names differ by one character replaced, added or missing (characters, not bytes).
CREATE MACRO one_apart(a, b) AS
    CASE WHEN length(a) = length(b)
         THEN list_sum([CAST(substr(a, i, 1) <> substr(b, i, 1) AS INTEGER) FOR i IN range(1, length(a) + 1)]) = 1
         WHEN length(a) = length(b) + 1
         THEN list_bool_or([substr(a, 1, i - 1) || substr(a, i + 1) = b FOR i IN range(1, length(a) + 1)])
         WHEN length(b) = length(a) + 1
         THEN list_bool_or([substr(b, 1, i - 1) || substr(b, i + 1) = a FOR i IN range(1, length(b) + 1)])
         ELSE false END;
