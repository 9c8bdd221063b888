/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The SQL ledger as its user reads it: with the sqlite3 program, which knows nothing of us. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): what the query gives: a line for each row, columns with a blank between them, NULL as "-". A refused query fails the test. */
char *test_sql (const char *ledger, const char *query);
/* (transfer full) (nullable): the same where the query is to be refused: what sqlite3 says; %NULL when it was not refused. */
char *test_sql_refusal (const char *ledger, const char *statement);
/* (transfer full): the whole ledger as text, and what decides whether two are the same. */
char *test_ledger_dump (const char *ledger);
/* Fails the test when a check_ view has a row, and when the file or a reference in it is damaged. Returns how many views were looked at. */
#define test_ledger_check(ledger) test_ledger_check_at (ledger, G_STRFUNC, __LINE__)
guint test_ledger_check_at (const char *ledger, const char *function, int line);

/* Fails the test, showing both, when the query gives something else. */
#define test_assert_sql(ledger, query, expected) test_assert_sql_at (ledger, query, expected, G_STRFUNC, __LINE__)
void test_assert_sql_at (const char *ledger, const char *query, const char *expected, const char *function, int line);

G_END_DECLS
