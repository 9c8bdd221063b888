INSERT INTO order_state (state, is_final, status)
SELECT value ->> 0, CAST (value ->> 1 AS bigint), value ->> 2
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
ON CONFLICT (state) DO NOTHING
