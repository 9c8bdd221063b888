INSERT INTO order_reach (from_state, to_state)
SELECT value ->> 0, value ->> 1
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
ON CONFLICT (from_state, to_state) DO NOTHING
