INSERT INTO backtest_parameter (result, parameter, name, value)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), value ->> 2, value ->> 3
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
