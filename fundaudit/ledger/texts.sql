-- How texts are compared and amounts written, here and between counties.

-- Money for people: 1,234.50.
CREATE MACRO yuan(amount) AS if(amount < 0, '-', '') || format('{:,}', CAST(trunc(abs(amount)) AS HUGEINT))
    || '.' || lpad(CAST(CAST((abs(amount) - trunc(abs(amount))) * 100 AS INTEGER) AS VARCHAR), 2, '0');

-- Each ? stands for exactly one character, on either side.
CREATE MACRO names_agree(a, b) AS
    CASE WHEN a = b THEN true WHEN NOT (contains(a, '?') OR contains(b, '?')) OR length(a) <> length(b) THEN false
         ELSE list_bool_and([substr(a, i, 1) = substr(b, i, 1) OR substr(a, i, 1) = '?' OR substr(b, i, 1) = '?'
                             FOR i IN range(1, length(a) + 1)]) END;
