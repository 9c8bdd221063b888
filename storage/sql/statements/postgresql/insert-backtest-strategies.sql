INSERT INTO backtest_strategy (result, strategy, plugin)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), value ->> 2
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
