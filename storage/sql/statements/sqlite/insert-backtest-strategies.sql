INSERT INTO backtest_strategy (result, strategy, plugin)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1, value ->> 2
FROM r
