/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names of the statements: those of their files. */
#include "pst-sql-statement.h"

static const char *const names[PST_SQL_N_STATEMENTS] = {
  [PST_SQL_BEGIN] = "begin",
  [PST_SQL_COMMIT] = "commit",
  [PST_SQL_ROLLBACK] = "rollback",
  [PST_SQL_SAVEPOINT] = "savepoint",
  [PST_SQL_ROLLBACK_TO_SAVEPOINT] = "rollback-to-savepoint",
  [PST_SQL_RELEASE_SAVEPOINT] = "release-savepoint",
  [PST_SQL_HAS_RUN] = "has-run",
  [PST_SQL_INSERT_RUN] = "insert-run",
  [PST_SQL_START_RUN] = "start-run",
  [PST_SQL_END_RUN] = "end-run",
  [PST_SQL_RUN_NUMBER] = "run-number",
  [PST_SQL_RUN_STATE] = "run-state",
  [PST_SQL_RUN_POSITION] = "run-position",
  [PST_SQL_RUN_SHAPE] = "run-shape",
  [PST_SQL_OPEN_ORDERS] = "open-orders",
  [PST_SQL_RUNNING_RUNS] = "running-runs",
  [PST_SQL_ABANDON_RUN] = "abandon-run",
  [PST_SQL_INSERT_CURRENCIES] = "insert-currencies",
  [PST_SQL_INSERT_COMPONENTS] = "insert-components",
  [PST_SQL_INSERT_INSTRUMENTS] = "insert-instruments",
  [PST_SQL_INSERT_CASH] = "insert-cash",
  [PST_SQL_WRITE_ORDERS] = "write-orders",
  [PST_SQL_INSERT_TRADES] = "insert-trades",
  [PST_SQL_WRITE_POSITIONS] = "write-positions",
  [PST_SQL_INSERT_TICKS] = "insert-ticks",
  [PST_SQL_INSERT_EQUITY] = "insert-equity",
  [PST_SQL_INSERT_OPPORTUNITIES] = "insert-opportunities",
  [PST_SQL_INSERT_EVENTS] = "insert-events",
  [PST_SQL_INSERT_AUDIT] = "insert-audit",
  [PST_SQL_MOVE_AUDIT_HEAD] = "move-audit-head",
  [PST_SQL_LAST_LINK] = "last-link",
  [PST_SQL_INSERT_LINK] = "insert-link",
  [PST_SQL_WRITE_SNAPSHOTS] = "write-snapshots",
  [PST_SQL_WRITE_RUNTIME_STATE] = "write-runtime-state",
  [PST_SQL_INSERT_ENGINE_STATE] = "insert-engine-state",
  [PST_SQL_WRITE_ENGINE_STATUS] = "write-engine-status",
  [PST_SQL_AUDITED_RUNS] = "audited-runs",
  [PST_SQL_AUDIT_PAGE] = "audit-page",
  [PST_SQL_HAS_TABLE] = "has-table",
  [PST_SQL_COUNT_OBJECTS] = "count-objects",
  [PST_SQL_MIGRATION_VERSION] = "migration-version",
  [PST_SQL_MIGRATION_MATCHES] = "migration-matches",
  [PST_SQL_LOCK_SCHEMA] = "lock-schema",
  [PST_SQL_CREATE_MIGRATIONS] = "create-migrations",
  [PST_SQL_INSERT_MIGRATION] = "insert-migration",
  [PST_SQL_INSERT_ORDER_STATES] = "insert-order-states",
  [PST_SQL_INSERT_ORDER_TRANSITIONS] = "insert-order-transitions",
  [PST_SQL_INSERT_ORDER_REACH] = "insert-order-reach",
};

const char *
pst_sql_statement_get_name (PstSqlStatement statement)
{
  return names[statement];
}
