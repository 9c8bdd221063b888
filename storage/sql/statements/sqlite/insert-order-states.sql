INSERT INTO order_state (state, is_final, status)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1, value ->> 2 FROM r WHERE true
ON CONFLICT (state) DO NOTHING
