-- Money for people: 1,234.50.
CREATE MACRO yuan(amount) AS if(amount < 0, '-', '') || format('{:,}', CAST(trunc(abs(amount)) AS HUGEINT))
    || '.' || lpad(CAST(CAST((abs(amount) - trunc(abs(amount))) * 100 AS INTEGER) AS VARCHAR), 2, '0');
