DELETE FROM backtest_run WHERE result IN (SELECT CAST (value ->> 0 AS bigint) FROM jsonb_array_elements (CAST (##rows::string AS jsonb)))
