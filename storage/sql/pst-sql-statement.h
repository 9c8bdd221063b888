/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every statement that runs outside a migration, by name. The text stands in statements/BACKEND/NAME.sql, is parsed once a connection and takes
 * at most three parameters: user and run, and rows, a JSON array of arrays: one statement writes a whole batch. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  /* Of such a form that libgda takes them for statements it does not know: it keeps a list of all that happens in a transaction that it knows
   * of, with the parameters, and warns of savepoints. [name] does it for SQLite; NOT DEFERRABLE, AND NO CHAIN and U&"name" for PostgreSQL. */
  PST_SQL_BEGIN,
  PST_SQL_COMMIT,
  PST_SQL_ROLLBACK,
  PST_SQL_SAVEPOINT,
  PST_SQL_ROLLBACK_TO_SAVEPOINT,
  PST_SQL_RELEASE_SAVEPOINT,
  PST_SQL_HAS_RUN,
  PST_SQL_INSERT_RUN,
  PST_SQL_START_RUN,
  PST_SQL_END_RUN,
  PST_SQL_RUN_NUMBER,
  PST_SQL_RUN_STATE,    /* number and state */
  PST_SQL_RUN_POSITION, /* sequence number up to which the ledger has a run */
  PST_SQL_RUN_SHAPE,    /* components, instruments, peak of the equity (null without a tick), engine_status */
  PST_SQL_OPEN_ORDERS,  /* id and state of those that are not final */
  PST_SQL_RUNNING_RUNS,
  PST_SQL_ABANDON_RUN,
  PST_SQL_INSERT_CURRENCIES,
  PST_SQL_INSERT_COMPONENTS,
  PST_SQL_INSERT_INSTRUMENTS,
  PST_SQL_INSERT_CASH,
  PST_SQL_INSERT_ORDERS, /* those that the ledger does not have */
  PST_SQL_WRITE_ORDERS,  /* those that it has, or may have */
  PST_SQL_INSERT_TRADES,
  PST_SQL_WRITE_POSITIONS,
  PST_SQL_INSERT_TICKS,
  PST_SQL_INSERT_EQUITY,
  PST_SQL_INSERT_OPPORTUNITIES,
  PST_SQL_INSERT_EVENTS,
  PST_SQL_INSERT_AUDIT,
  PST_SQL_MOVE_AUDIT_HEAD,
  PST_SQL_LAST_LINK,
  PST_SQL_INSERT_LINK,
  PST_SQL_WRITE_SNAPSHOTS,
  PST_SQL_WRITE_RUNTIME_STATE,
  PST_SQL_INSERT_ENGINE_STATE,
  PST_SQL_WRITE_ENGINE_STATUS,
  PST_SQL_AUDITED_RUNS,
  PST_SQL_AUDIT_PAGE,
  PST_SQL_HAS_TABLE,
  PST_SQL_COUNT_OBJECTS,
  PST_SQL_MIGRATION_VERSION,
  PST_SQL_MIGRATION_MATCHES,
  PST_SQL_LOCK_SCHEMA, /* in a transaction: nobody else migrates */
  PST_SQL_CREATE_MIGRATIONS,
  PST_SQL_INSERT_MIGRATION,
  PST_SQL_INSERT_ORDER_STATES,
  PST_SQL_INSERT_ORDER_TRANSITIONS,
  PST_SQL_INSERT_ORDER_REACH,
  PST_SQL_INSERT_BACKTEST_STRATEGIES,
  PST_SQL_INSERT_BACKTEST_PLUGINS,
  PST_SQL_INSERT_BACKTEST_PARAMETERS,
  PST_SQL_INSERT_BACKTEST_INSTRUMENTS,
  PST_SQL_INSERT_BACKTEST_STATISTICS,
  PST_SQL_INSERT_BACKTEST_FILLS,
  PST_SQL_INSERT_BACKTEST_TRADES,
  PST_SQL_INSERT_BACKTEST_EQUITY,
  PST_SQL_INSERT_BACKTEST_RUN, /* comes last: it seals the result */
  PST_SQL_NEXT_RESULT,         /* a number that no result has */
  PST_SQL_FIND_RESULT,         /* number of a user's result of a key */
  PST_SQL_FIND_RESULTS,        /* numbers of those that a query asks for */
  PST_SQL_RESULT_HEAD,         /* all but the long parts */
  PST_SQL_RESULT_SUMMARY, /* the same of a user's result of a key, as two texts from its own row; not FROM a table, for then libgda prepares it each
                             time */
  PST_SQL_RESULT_FILLS,
  PST_SQL_RESULT_TRADES,
  PST_SQL_RESULT_EQUITY,
  PST_SQL_REMOVE_RESULTS,
  PST_SQL_TOUCH, /* of PostgreSQL: does nothing */
  PST_SQL_N_STATEMENTS
} PstSqlStatement;

/* "insert-run" */
const char *pst_sql_statement_get_name (PstSqlStatement statement);

G_END_DECLS
