INSERT INTO currency (code, scale)
SELECT value ->> 0, value ->> 1 FROM json_each (##rows::string) WHERE true
ON CONFLICT (code) DO NOTHING
