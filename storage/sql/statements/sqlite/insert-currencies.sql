INSERT INTO currency (code, scale)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1 FROM r WHERE true
ON CONFLICT (code) DO NOTHING
