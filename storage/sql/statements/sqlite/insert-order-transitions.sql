INSERT INTO order_transition (from_state, to_state)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1 FROM r WHERE true
ON CONFLICT (from_state, to_state) DO NOTHING
