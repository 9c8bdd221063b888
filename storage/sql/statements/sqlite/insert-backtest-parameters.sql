INSERT INTO backtest_parameter (result, parameter, name, value)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
FROM r
