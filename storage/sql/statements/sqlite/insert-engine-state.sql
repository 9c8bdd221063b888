INSERT INTO engine_state (user_id, run_id, logical_time, sequence, tick, trading_state, n_orders, n_open_orders, n_denials, n_fills)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
FROM r
