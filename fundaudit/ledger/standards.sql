-- What checks share of the standards of subsidies and of cards: what each line should have been paid.
-- What a standard pays: the newest in force on a line's day for the person's kind, that of the kind before that of everyone. `options` is how
-- many different ones there are (one that may not have begun yet and none before it are two); more than one is none. Of whom the register tells no kind, every kind's standard may be.
CREATE MACRO kind_in(kinds, kind) AS list_contains(string_split_regex(kinds, '[、,，;；/]'), kind);
CREATE VIEW kinds_of_people AS
SELECT d.person, if(min(b.kind) = max(b.kind), min(b.kind), NULL) AS kind FROM beneficiaries b JOIN identities d USING (id_number) GROUP BY d.person;
-- From when to when someone of a kind stood on the register, times that follow each other as one; of days known to the month, `sure` counts
-- what both ends give, the others what one of them does. An empty end is open.
CREATE VIEW register_times AS
WITH times AS (
    SELECT id_number, kind, true AS sure, entered_on_end AS begins, coalesce(exited_on, DATE '9999-12-30') AS ends FROM beneficiaries WHERE entered_on IS NOT NULL
    UNION ALL SELECT id_number, kind, false, entered_on, coalesce(exited_on_end, DATE '9999-12-30') FROM beneficiaries WHERE entered_on IS NOT NULL
), apart AS (
    SELECT *, begins > max(ends) OVER (PARTITION BY id_number, kind, sure ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1 AS anew FROM times
), islands AS (
    SELECT *, sum(CAST(coalesce(anew, false) AS INTEGER)) OVER (PARTITION BY id_number, kind, sure ORDER BY begins, ends) AS island FROM apart
)
SELECT id_number, kind, sure, min(begins) AS begun, max(ends) AS ended FROM islands GROUP BY id_number, kind, sure, island;
CREATE TABLE standards_of_kinds AS
WITH days AS (
    SELECT DISTINCT subsidy_no, paid_on FROM lines
), kinds AS (
    SELECT DISTINCT kind FROM beneficiaries UNION SELECT NULL
), in_force AS (
    SELECT d.*, k.kind, s.amount, s.per, s.per_unit, s.basis_kind, coalesce(s.fixed, false) AS fixed, s.kinds IS NOT NULL AND k.kind IS NOT NULL AS named,
           coalesce(d.paid_on < s.from_date_end, false) AS young, -- within the month that is all that is known of when it began
           rank() OVER (PARTITION BY d.subsidy_no, d.paid_on, k.kind, if(named, '', s.kinds), young ORDER BY s.from_date DESC NULLS LAST) AS age
    FROM days d CROSS JOIN kinds k JOIN subsidies v USING (subsidy_no) JOIN standards s ON s.subsidy = v.text
        AND coalesce(s.from_date <= d.paid_on, true) AND (s.kinds IS NULL OR k.kind IS NULL OR kind_in(s.kinds, k.kind))
), best AS (
    SELECT *, bool_or(named) OVER (PARTITION BY subsidy_no, paid_on, kind) AS any_named FROM in_force WHERE age = 1
)
SELECT subsidy_no, paid_on, kind, count(DISTINCT row(amount, per, per_unit, basis_kind, fixed)) + CAST(bool_and(young) AS INTEGER) AS options, if(options = 1, any_value(amount), NULL) AS standard,
       if(options = 1, any_value(per), NULL) AS standard_per, if(count(DISTINCT coalesce(per_unit, '')) = 1, any_value(per_unit), NULL) AS per_unit, if(options = 1, any_value(basis_kind), NULL) AS standard_basis, bool_and(fixed) AS fixed
FROM best WHERE named OR NOT any_named GROUP BY ALL;
CREATE VIEW line_standards AS
SELECT l.* REPLACE (if(s.standard_per = '次', l.paid_on, if(s.standard_per IS NULL, l.cycle_begins, cycle_first(s.standard_per, strftime(l.month_begins, '%Y-%m')))) AS cycle_begins,
                    if(s.standard_per = '次', l.paid_on, if(s.standard_per IS NULL, l.cycle_ends, cycle_last(s.standard_per, strftime(l.month_begins, '%Y-%m')))) AS cycle_ends),
       s.options, s.standard, s.standard_per, s.per_unit, coalesce(l.basis, s.standard_basis) = '到户' AS per_household, coalesce(s.fixed, false) AS fixed,
       if(s.per_unit IS NULL, s.standard, share_of(s.standard, l.quantity, 1)) AS allowed, coalesce(l.household_id, l.home) AS own_family,
       coalesce(per_household AND own_family IS NOT NULL, false) AS whole -- judged as a household
FROM paid_lines l LEFT JOIN kinds_of_people k USING (person) LEFT JOIN standards_of_kinds s
    ON s.subsidy_no = l.subsidy_no AND s.paid_on IS NOT DISTINCT FROM l.paid_on AND s.kind IS NOT DISTINCT FROM k.kind;
CREATE MACRO standard_doubt(options, per, cycle_begins, per_unit, quantity, per_household, family) AS
    CASE WHEN coalesce(options, 0) = 0 THEN '没有发放日有效的补助标准' WHEN options > 1 THEN '补助标准互相不一致，或不知道对象类别'
         WHEN per IS NULL OR cycle_begins IS NULL THEN '周期不明' WHEN per_unit IS NOT NULL AND quantity IS NULL THEN '没有填写补助数量'
         WHEN per_household AND family IS NULL THEN '按户补助，户编号不明' END;
-- A card number of which digits may be lost.
CREATE MACRO card_lost(card_no, suspect) AS coalesce(list_contains(suspect, 'card_no'), false) OR coalesce(contains(card_no, '*'), false);
