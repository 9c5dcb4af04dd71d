-- What checks share of people: who was paid, who is on the register and on which list. Made before: `incoming_lines` (the household
-- lines with their number `line`), `names` (how a name is compared), `subsidies` (how a subsidy is, with a number), `identities`
-- (every identity number with its own number `person`, and why it is invalid) and `refunded_lines`.

-- First and last day of the cycle (月, 季, 年) that a month (2022-05) lies in; the month itself where the cycle is another or unknown.
CREATE MACRO cycle_first(per, month) AS
    make_date(CAST(left(month, 4) AS INTEGER),
              CASE per WHEN '年' THEN 1 WHEN '季' THEN (CAST(right(month, 2) AS INTEGER) - 1) // 3 * 3 + 1
                       ELSE CAST(right(month, 2) AS INTEGER) END, 1);
CREATE MACRO cycle_last(per, month) AS
    CAST(cycle_first(per, month) + to_months(CASE per WHEN '年' THEN 12 WHEN '季' THEN 3 ELSE 1 END) AS DATE) - 1;

-- A cycle for people: 2022, 2022Q1, 2022-05, or the day of a payment made once.
CREATE MACRO cycle_text(per, first_day) AS
    CASE per WHEN '次' THEN CAST(first_day AS VARCHAR) WHEN '年' THEN strftime(first_day, '%Y')
             WHEN '季' THEN strftime(first_day, '%Y') || 'Q' || quarter(first_day) ELSE strftime(first_day, '%Y-%m') END;

-- Texts that several checks say. A left-out text counts the subjects in place of {n}.
CREATE MACRO perhaps_returned() AS '有一笔没有证件号码的退款，姓名、补助和金额都与这笔相同，可能就是退回的这笔';
CREATE MACRO number_lost() AS '证件号码以数字格式存放或带星号，可能已丢失末位，须核对原件';
CREATE MACRO returned(total) AS if(total <= 0, '净额不大于零、已退回 {n} 人', NULL);
CREATE MACRO paid_for(subsidy, period) AS subsidy || coalesce('，' || period, '');
CREATE MACRO aim_unknown(subsidy) AS '不知道“' || subsidy || '”是否只发给帮扶对象，请补报补助标准（含适用对象类别）';
CREATE MACRO in_order(texts) AS array_to_string(list_sort(texts), '；');
CREATE MACRO time_text(entered_on, exited_on) AS coalesce(CAST(entered_on AS VARCHAR), '（空）') || ' 至 ' || coalesce(CAST(exited_on AS VARCHAR), '今');
CREATE MACRO death_day(first_day, last_day_of_it) AS -- a death that is known to the month as the month
    if(last_day_of_it > first_day AND day(first_day) = 1 AND last_day_of_it = last_day(first_day), strftime(first_day, '%Y-%m'),
       CAST(first_day AS VARCHAR));

-- Whether a text contains one of the words of a threshold.
CREATE MACRO says_any(text, words) AS len(list_filter(CAST(words AS VARCHAR[]), LAMBDA word: contains(text, word))) > 0;

-- Whether an identity number lost digits: a spreadsheet held it as a number, or stars stand for some.
CREATE MACRO lost_digits(id_number, suspect) AS coalesce(list_contains(suspect, 'id_number'), false) OR coalesce(contains(id_number, '*'), false);

-- What the standards of a subsidy say on a day: the newest that had begun, for each kind of people. `per` and `basis` are null where
-- they disagree. The aim: kinds named, everyone, or both at once (then nobody can tell).
CREATE TABLE standards_in_force AS
WITH days AS (
    SELECT subsidy_no, paid_on FROM incoming_lines h JOIN subsidies v ON v.text = h.subsidy
    UNION SELECT subsidy_no, event_date FROM rejected r JOIN subsidies v ON v.text = r.subsidy WHERE table_name = 'household_payments'
), in_force AS (
    SELECT d.subsidy_no, d.paid_on, s.per, s.kinds, s.basis_kind,
           s.from_date <= d.paid_on AND d.paid_on < s.from_date_end AS in_its_first_month,
           rank() OVER (PARTITION BY d.subsidy_no, d.paid_on, s.kinds ORDER BY s.from_date DESC NULLS LAST) = 1 AS newest,
           rank() OVER (PARTITION BY d.subsidy_no, d.paid_on ORDER BY s.from_date DESC NULLS LAST) = 1 AS newest_of_all
    FROM days d JOIN subsidies v USING (subsidy_no)
    JOIN standards s ON s.subsidy = v.text AND (s.from_date IS NULL OR s.from_date <= d.paid_on)
)
SELECT subsidy_no, paid_on,
       if(count(DISTINCT coalesce(per, '')) FILTER (WHERE newest) = 1, min(per) FILTER (WHERE newest), NULL) AS per,
       if(count(DISTINCT basis_kind) FILTER (WHERE newest) = 1, min(basis_kind) FILTER (WHERE newest), NULL) AS basis,
       CASE WHEN bool_or(in_its_first_month) FILTER (WHERE newest_of_all) THEN 'unknown'
            WHEN count(*) FILTER (WHERE newest_of_all AND kinds IS NULL) = 0 THEN 'targeted'
            WHEN count(kinds) FILTER (WHERE newest_of_all) = 0 THEN 'open' ELSE 'unknown' END AS aim
FROM in_force GROUP BY subsidy_no, paid_on;

-- Where a person lives, by the register.
CREATE TABLE homes AS
SELECT d.person, min(b.household_id) AS household_id, min(b.township) AS township, min(b.village) AS village
FROM beneficiaries b JOIN identities d USING (id_number) GROUP BY d.person;

-- Every household line's person, subsidy and what its standard says. A line without a number is a person of its own.
CREATE VIEW known_lines AS
SELECT h.*, coalesce(d.person, -1 - h.line) AS person, v.subsidy_no, coalesce(s.aim, v.aim) AS aim, coalesce(h.basis_kind, s.basis) AS basis, s.per,
       -- a period that could not be read leaves the month unknown
       if(h.period IS NULL AND h.raw['period'] IS NOT NULL, NULL, coalesce(h.period, strftime(h.paid_on, '%Y-%m'))) AS month,
       CASE WHEN h.id_number IS NULL THEN '证件号码为空'
            WHEN d.invalid <> '' THEN d.invalid
            WHEN d.born > h.paid_on THEN '出生日期晚于发放日期' END AS id_problem
FROM incoming_lines h LEFT JOIN identities d USING (id_number) JOIN subsidies v ON v.text = h.subsidy
LEFT JOIN standards_in_force s ON s.subsidy_no = v.subsidy_no AND s.paid_on IS NOT DISTINCT FROM h.paid_on;

-- The household lines whole, with their cycle, the household that the register knows and what is left after refunds (`net`). `total` is all that the person was paid,
-- `judged_total` without what is open to everyone, `targeted_total` for the supported alone.
CREATE TABLE lines AS
WITH totals AS (
    SELECT person, sum(amount) AS total, sum(amount) FILTER (WHERE aim <> 'open') AS judged_total,
           sum(amount) FILTER (WHERE aim = 'targeted') AS targeted_total FROM known_lines GROUP BY person
)
SELECT h.* EXCLUDE (month), t.total, t.judged_total, t.targeted_total, n.key AS name_key, m.household_id AS home,
       lost_digits(h.id_number, h.suspect) AS is_suspect,
       CAST(coalesce(f.net, greatest(h.amount, 0)) AS DECIMAL(18, 2)) AS net,
       cycle_first(NULL, h.month) AS month_begins, -- of its period, else of the day; unknown where the period could not be read
       if(h.per = '次', h.paid_on, cycle_first(h.per, h.month)) AS cycle_begins,
       if(h.per = '次', h.paid_on, cycle_last(h.per, h.month)) AS cycle_ends
FROM known_lines h JOIN totals t USING (person)
LEFT JOIN names n USING (name) LEFT JOIN refunded_lines f USING (line_id) LEFT JOIN homes m USING (person);
DROP VIEW known_lines;

-- Lines with what findings show of them: the judge reads the English columns of `shown`, people the Chinese ones. `copy` is what two
-- rows of a sheet that are written twice have in common: every column of the contract but their number.
CREATE MACRO person_key(id_number, line_id) AS coalesce(id_number, 'line:' || line_id);
CREATE VIEW shown_lines AS
SELECT *,
       struct_pack(person := person, subject := person_key(id_number, line_id), name := name,
                   amount := net, occurred_on := paid_on, paid_key := 'household:' || line_id, source_file := source_file,
                   证件号码 := coalesce(raw['id_number'], id_number), 姓名 := name, 户编号 := household_id, 补助项目 := subsidy,
                   发放月份 := period, 发放日期 := paid_on, 金额 := net) AS shown,
       row(payment_id, project_id, subsidy, period, basis_kind, id_number, name, household_id, card_no, card_holder, township, village,
           quantity, amount, paid_on) AS copy
FROM lines;

-- The lines that checks judge: those of which something is left, and all of a person who nets to zero or less, to be counted.
CREATE VIEW paid_lines AS FROM shown_lines WHERE net > 0 OR total <= 0;
CREATE VIEW targeted_lines AS
SELECT * REPLACE (judged_total AS total) FROM shown_lines WHERE aim <> 'open' AND (net > 0 OR judged_total <= 0);

-- What is left of the lines of people with a number, for the comparison between counties (HP15).
CREATE VIEW paid_cycles AS
SELECT l.id_number, l.name, l.name_key, v.key AS subsidy_key, l.subsidy, l.per, l.cycle_begins, l.cycle_ends, cycle_text(l.per, l.cycle_begins) AS cycle, l.paid_on, l.net,
       l.is_suspect OR l.id_problem IS NOT NULL AS doubtful, l.township, l.line_id, l.payment_id, l.source_file, l.source_sheet,
       CAST(l.source_row AS INTEGER) AS source_row
FROM lines l JOIN subsidies v ON v.text = l.subsidy WHERE l.net > 0 AND l.id_number IS NOT NULL;

CREATE TABLE register_people AS
SELECT d.person, b.id_number, coalesce(b.raw['id_number'], b.id_number) AS written, b.name, k.key AS name_key, b.household_id,
       b.entered_on, b.entered_on_end, b.exited_on, b.exited_on_end,
       lost_digits(b.id_number, b.suspect) AS is_suspect
FROM beneficiaries b JOIN identities d USING (id_number) LEFT JOIN names k USING (name);

-- One row a person of the register, for people to read.
CREATE TABLE register_shown AS
SELECT person, min(id_number) AS id_number, if(min(name) = max(name), min(name), min(name) || '、' || max(name)) AS name,
       min(household_id) AS household_id
FROM register_people GROUP BY person;

-- The household of a line: its own where the register knows it, else the register's.
CREATE MACRO family(own, home) AS if(own IN (SELECT household_id FROM homes), own, coalesce(home, own));

-- What is left of the lines by household, that of the line and that of the register.
CREATE VIEW family_lines AS
SELECT household_id AS family, person, subsidy_no, cycle_begins FROM lines WHERE net > 0
UNION ALL SELECT home, person, subsidy_no, cycle_begins FROM lines WHERE net > 0;

-- When the register begins: as a bureau says, else its earliest day; no register is older than 2014.
CREATE MACRO register_begins(given) AS
    coalesce(given, (SELECT min(entered_on) FROM beneficiaries WHERE entered_on >= DATE '2014-01-01'));

-- Whether a time on the register meets a span of days; an empty exit is open, an empty entry is none.
CREATE MACRO in_force(entered_on, exited_on, first_day, last_day) AS
    coalesce(entered_on <= last_day AND coalesce(exited_on >= first_day, exited_on IS NULL), false);

-- Whether two spans of days meet; an empty end is open.
CREATE MACRO meets(begins, ends, first_day, last_day) AS
    coalesce(begins <= last_day, true) AND coalesce(ends >= first_day, true);

-- One digit replaced, missing or added, or two neighbours swapped.
CREATE MACRO numbers_near(a, b) AS
    CASE WHEN length(a) = length(b) THEN hamming(a, b) = 1 OR (hamming(a, b) = 2 AND damerau_levenshtein(a, b) = 1)
         ELSE abs(length(a) - length(b)) = 1 AND damerau_levenshtein(a, b) = 1 END;

-- What near numbers have in common: the first twelve or the last four digits, for wherever one digit differs, the others stand; short
-- ones share the empty text. Compared person by person, all of one name, ten times the people would take a hundred times the time.
CREATE MACRO number_parts(id_number) AS
    list_concat([left(id_number, 12), right(id_number, 4)], if(length(id_number) <= 17, [''], CAST([] AS VARCHAR[])));

-- Whether two names differ by one character replaced, added or missing (characters, not bytes).
CREATE MACRO one_apart(a, b) AS
    CASE WHEN a = b THEN false
         WHEN length(a) = length(b)
         THEN list_sum([CAST(substr(a, i, 1) <> substr(b, i, 1) AS INTEGER) FOR i IN range(1, length(a) + 1)]) = 1
         WHEN length(a) = length(b) + 1
         THEN list_bool_or([substr(a, 1, i - 1) || substr(a, i + 1) = b FOR i IN range(1, length(a) + 1)])
         WHEN length(b) = length(a) + 1
         THEN list_bool_or([substr(b, 1, i - 1) || substr(b, i + 1) = a FOR i IN range(1, length(b) + 1)])
         ELSE false END;

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
    SELECT m.key, o.key AS other_key FROM masked m JOIN masked o ON length(m.key) = length(o.key) WHERE names_agree(m.key, o.key)
)
SELECT name_key, other_key FROM found WHERE name_key <> other_key
UNION
SELECT other_key, name_key FROM found WHERE name_key <> other_key;

-- Payees and entries of the register and of the lists of whom one's number lost digits (held as a number, or masked) and who could be
-- the same: the digits that are left agree, and so do the names, or all but a character. Sought by the digits: how many stand before
-- and after what was lost is the same for most.
CREATE TABLE possibly_meant AS
WITH payees AS (
    SELECT id_number, name_key, is_suspect AS lost FROM lines WHERE id_number IS NOT NULL
    UNION SELECT readable['id_number'], name_key, contains(readable['id_number'], '*') FROM rejected
    WHERE table_name = 'household_payments' AND readable['id_number'] IS NOT NULL
), entries AS (
    SELECT DISTINCT id_number, k.key AS name_key, lost_digits(id_number, suspect) AS lost
    FROM (SELECT id_number, name, suspect FROM beneficiaries UNION ALL SELECT id_number, name, suspect FROM registers) JOIN names k USING (name)
), lost AS (
    SELECT *, contains(id_number, '*') AS masked,
           CASE WHEN masked THEN strpos(id_number, '*') - 1 WHEN length(rtrim(id_number, '0')) < 6 THEN 15
                ELSE least(length(rtrim(id_number, '0')), 15) END AS before,
           if(masked, strpos(reverse(id_number), '*') - 1, 0) AS after
    FROM (SELECT id_number, name_key, true AS of_list FROM entries WHERE lost UNION ALL SELECT id_number, name_key, false FROM payees WHERE lost)
), others AS (
    SELECT p.id_number, p.name_key, d.* FROM payees p, (SELECT DISTINCT before, after, of_list FROM lost WHERE of_list) d
    UNION ALL SELECT e.id_number, e.name_key, d.* FROM entries e, (SELECT DISTINCT before, after, of_list FROM lost WHERE NOT of_list) d WHERE NOT e.lost
), pairs AS (
    SELECT l.of_list, l.id_number AS lost_number, l.name_key AS lost_name, o.id_number, o.name_key
    FROM lost l JOIN others o ON o.of_list = l.of_list AND o.before = l.before AND o.after = l.after
        AND left(o.id_number, o.before) = left(l.id_number, l.before) AND right(o.id_number, o.after) = right(l.id_number, l.after)
    WHERE o.id_number <> l.id_number AND (NOT l.masked OR names_agree(o.id_number, replace(l.id_number, '*', '?')))
      AND (names_agree(l.name_key, o.name_key) OR one_apart(l.name_key, o.name_key))
)
SELECT if(of_list, id_number, lost_number) AS id_number, if(of_list, name_key, lost_name) AS name_key,
       if(of_list, lost_number, id_number) AS entry, if(of_list, lost_name, name_key) AS entry_name
FROM pairs;

-- How a line matches the register: tier, the person of the register, and for people the reason. By number; else the best of those of
-- the same name, the lowest number first.
CREATE TABLE register_match AS
WITH known AS (
    SELECT person, list(DISTINCT written) AS spellings, bool_and(is_suspect) AS is_suspect FROM register_people GROUP BY person
), unmatched AS (
    SELECT row_number() OVER () AS payee, *
    FROM (SELECT DISTINCT person, id_number, name_key, household_id FROM lines ANTI JOIN known USING (person))
), sought AS (
    SELECT payee, id_number, household_id, name_key FROM unmatched
    UNION SELECT payee, id_number, household_id, other_key FROM unmatched JOIN name_pairs USING (name_key)
), candidates AS (
    SELECT person, id_number, household_id, name_key FROM register_people SEMI JOIN sought USING (name_key)
), reasoned AS (
    SELECT payee, r.id_number AS other, r.person AS other_person, '姓名相同，证件号码相差一位或相邻两位互换' AS reason
    FROM (SELECT *, unnest(number_parts(id_number)) AS part FROM sought) u
    JOIN (SELECT *, unnest(number_parts(id_number)) AS part FROM candidates) r USING (name_key, part)
    WHERE numbers_near(u.id_number, r.id_number)
    UNION ALL
    SELECT payee, r.id_number, r.person, '姓名相同，户编号相同，证件号码不同'
    FROM sought u JOIN candidates r USING (name_key, household_id) WHERE NOT coalesce(numbers_near(u.id_number, r.id_number), false)
    UNION ALL
    SELECT payee, r.id_number, r.person, '姓名相同或只差一字，名册上的证件号码以数字存放或带星号，其余各位一致'
    FROM unmatched JOIN possibly_meant m USING (id_number, name_key) JOIN register_people r ON r.id_number = m.entry AND r.name_key = m.entry_name
), near AS (
    SELECT payee, arg_min(other_person, other) AS matched, arg_min(reason, other) AS reason
    FROM reasoned WHERE reason IS NOT NULL GROUP BY payee
)
SELECT l.line, if(list_contains(k.spellings, coalesce(l.raw['id_number'], l.id_number)), 'exact', 'repaired') AS tier,
       l.person AS matched, NULL AS reason, k.is_suspect
FROM lines l JOIN known k USING (person)
UNION ALL
SELECT l.line, if(n.payee IS NULL, 'none', 'near'), n.matched, n.reason, false
FROM lines l JOIN unmatched u ON u.person = l.person AND u.name_key IS NOT DISTINCT FROM l.name_key
    AND u.household_id IS NOT DISTINCT FROM l.household_id
LEFT JOIN near n USING (payee);

CREATE MACRO match_text(tier, reason) AS
    CASE tier WHEN 'exact' THEN '证件号码一致' WHEN 'repaired' THEN '证件号码规范化后一致' WHEN 'near' THEN reason
              ELSE '名册中没有相同或相近的记录' END;

-- People against the outside registers: the same number (`by_number`, where it lost no digits; `agrees`, the name too); else the same
-- name and a near number, or one that could be theirs.
CREATE TABLE list_match AS
WITH people AS (
    SELECT DISTINCT person, id_number, name_key FROM lines WHERE id_number IS NOT NULL
), entries AS (
    SELECT r.*, k.key AS name_key, lost_digits(r.id_number, r.suspect) AS is_suspect FROM registers r LEFT JOIN names k USING (name)
)
SELECT p.person, e.register, e.id_number AS list_number, e.name AS list_name, e.since, e.since_end, e.until, e.until_end,
       e.list_date, e.detail, NOT e.is_suspect AS by_number,
       NOT e.is_suspect AND coalesce(e.name_key IS NULL OR names_agree(p.name_key, e.name_key), false) AS agrees
FROM people p JOIN entries e USING (id_number)
UNION ALL
SELECT p.person, e.register, e.id_number, e.name, e.since, e.since_end, e.until, e.until_end, e.list_date, e.detail, NULL, NULL
FROM people p JOIN (SELECT key AS name_key, key AS entry_name FROM names UNION SELECT name_key, other_key FROM name_pairs) USING (name_key)
JOIN entries e ON e.name_key = entry_name WHERE numbers_near(p.id_number, e.id_number)
UNION
SELECT p.person, e.register, e.id_number, e.name, e.since, e.since_end, e.until, e.until_end, e.list_date, e.detail, NULL, NULL
FROM people p JOIN possibly_meant m USING (id_number, name_key) JOIN entries e ON e.id_number = m.entry AND e.name_key = m.entry_name;

-- The entries of a list that say the most of a person: one of the same number and name decides over one of another name, and that
-- over near ones.
CREATE VIEW list_entries AS
WITH ranked AS (
    SELECT *, CASE WHEN agrees THEN 1 WHEN by_number IS NOT NULL THEN 2 ELSE 3 END AS doubtfulness FROM list_match
)
SELECT * EXCLUDE (doubtfulness)
FROM ranked SEMI JOIN (SELECT r.person, r.register, min(r.doubtfulness) AS doubtfulness FROM ranked r GROUP BY ALL) USING (person, register, doubtfulness);
CREATE MACRO entry_doubt(by_number, agrees) AS
    CASE WHEN NOT coalesce(by_number, false) THEN '名单上姓名相同，证件号码只是相近或可能丢失末位' WHEN NOT agrees THEN '证件号码在名单上，姓名不符' END;

-- People on the list of the dead: the first and last day that the death may have been, and how sure the list is of it and of them.
CREATE VIEW deaths AS
WITH best AS (FROM list_entries WHERE register = '死亡')
SELECT person, min(list_number) AS list_number, any_value(list_name ORDER BY list_name) AS list_name,
       min(since) AS first_death, min(since_end) AS last_death, max(since) > min(since_end) AS contradicts,
       count(since) > 0 AS dated, coalesce(bool_and(by_number), false) AS by_number, coalesce(bool_and(agrees), false) AS agrees
FROM best GROUP BY person;

-- Where a list has a number: whose list, up to when, in which row.
CREATE VIEW list_sources AS
SELECT register, id_number AS list_number, string_agg(concat_ws('，', source, '截至 ' || list_date, source_file || ' 第 ' || source_row || ' 行'), '；' ORDER BY source_file, source_row) AS shown_from
FROM registers GROUP BY register, id_number;
CREATE VIEW death_sources AS SELECT list_number, shown_from FROM list_sources WHERE register = '死亡';

-- Lines paid per household to one who is dead, of whose household another member on the register lived on that day.
CREATE VIEW lines_of_the_living AS
SELECT DISTINCT l.line
FROM lines l JOIN deaths USING (person) JOIN register_people r ON r.household_id = coalesce(l.household_id, l.home) AND r.person <> l.person
WHERE l.basis = '到户' AND meets(r.entered_on, r.exited_on, l.paid_on, l.paid_on)
  AND NOT EXISTS (SELECT 1 FROM registers d WHERE d.register = '死亡' AND d.id_number = r.id_number AND coalesce(d.since <= l.paid_on, true));

-- Lines of which nobody knows the cycle, while something else is left of the person's same subsidy.
CREATE VIEW undated_lines AS
SELECT l.line FROM lines l JOIN lines o ON o.person = l.person AND o.subsidy_no = l.subsidy_no AND o.line <> l.line
WHERE l.cycle_begins IS NULL AND l.net > 0 AND o.net > 0;

-- Lines that may have been given back by a refund without a number: it agrees in name, subsidy and amount.
CREATE VIEW unclaimed_lines AS
WITH refunds AS (SELECT DISTINCT name_key, subsidy_no, -amount AS amount FROM lines WHERE amount < 0 AND id_number IS NULL)
SELECT l.line FROM lines l JOIN refunds USING (name_key, subsidy_no, amount)
UNION SELECT l.line FROM lines l JOIN name_pairs n USING (name_key) JOIN refunds r
    ON r.name_key = n.other_key AND r.subsidy_no = l.subsidy_no AND r.amount = l.amount;
