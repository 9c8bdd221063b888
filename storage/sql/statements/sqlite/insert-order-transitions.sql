INSERT INTO order_transition (from_state, to_state)
SELECT value ->> 0, value ->> 1 FROM json_each (##rows::string) WHERE true
ON CONFLICT (from_state, to_state) DO NOTHING
