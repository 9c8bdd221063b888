-- integrity_check
SELECT integrity_check AS finding FROM pragma_integrity_check WHERE integrity_check <> 'ok';
-- foreign_key_check
SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check;
