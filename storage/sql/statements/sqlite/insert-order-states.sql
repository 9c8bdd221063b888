INSERT INTO order_state (state, is_final, status)
SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each (##rows::string) WHERE true
ON CONFLICT (state) DO NOTHING
