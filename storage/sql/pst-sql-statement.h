/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every statement that runs outside a migration, by name. The text stands in statements/BACKEND/NAME.sql, is parsed once a connection and takes
 * at most three parameters: user and run, and rows, a JSON array of arrays: one statement writes a whole batch. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PST_SQL_BEGIN,
  PST_SQL_COMMIT,
  PST_SQL_ROLLBACK,
  PST_SQL_HAS_RUN,
  PST_SQL_INSERT_RUN,
  PST_SQL_START_RUN,
  PST_SQL_END_RUN,
  PST_SQL_RUN_NUMBER,
  PST_SQL_RUNNING_RUNS,
  PST_SQL_ABANDON_RUN,
  PST_SQL_INSERT_CURRENCIES,
  PST_SQL_INSERT_COMPONENTS,
  PST_SQL_INSERT_INSTRUMENTS,
  PST_SQL_INSERT_CASH,
  PST_SQL_WRITE_ORDERS,
  PST_SQL_INSERT_TRADES,
  PST_SQL_WRITE_POSITIONS,
  PST_SQL_INSERT_TICKS,
  PST_SQL_INSERT_EQUITY,
  PST_SQL_INSERT_OPPORTUNITIES,
  PST_SQL_INSERT_EVENTS,
  PST_SQL_HAS_TABLE,
  PST_SQL_COUNT_OBJECTS,
  PST_SQL_MIGRATION_VERSION,
  PST_SQL_MIGRATION_MATCHES,
  PST_SQL_CREATE_MIGRATIONS,
  PST_SQL_INSERT_MIGRATION,
  PST_SQL_INSERT_ORDER_STATES,
  PST_SQL_INSERT_ORDER_TRANSITIONS,
  PST_SQL_INSERT_ORDER_REACH,
  PST_SQL_N_STATEMENTS
} PstSqlStatement;

/* "insert-run" */
const char *pst_sql_statement_get_name (PstSqlStatement statement);

G_END_DECLS
