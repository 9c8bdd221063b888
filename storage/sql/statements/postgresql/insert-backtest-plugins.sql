INSERT INTO backtest_plugin (result, plugin, id, version)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), value ->> 2, value ->> 3
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
