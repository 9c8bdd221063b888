-- constraints
SELECT conrelid::regclass::text AS table_name, conname AS constraint_name FROM pg_constraint
 WHERE NOT convalidated AND connamespace = current_schema()::regnamespace;
-- triggers
SELECT tgrelid::regclass::text AS table_name, tgname AS trigger_name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE tgenabled = 'D' AND c.relnamespace = current_schema()::regnamespace;
