/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules in the database get the order states from the program's one table, so that they cannot say different things. */
#include "pst-sql-opening.h"

#include "pst-sql-migration.h"
#include "pst-sql-rows.h"

static const char *
status_of (PstOrderState state)
{
  if (state == PST_ORDER_STATE_FILLED)
    return "FILLED";
  if (state == PST_ORDER_STATE_DENIED || state == PST_ORDER_STATE_REJECTED)
    return "REJECTED";
  return pst_order_state_is_final (state) ? "CANCELED" : "PENDING";
}

/* reach[a][b]: whether an order in a may come to b by any number of steps, none included. */
static void
find_reach (gboolean reach[PST_ORDER_STATE_LAST + 1][PST_ORDER_STATE_LAST + 1])
{
  for (guint a = 1; a <= PST_ORDER_STATE_LAST; a++)
    for (guint b = 1; b <= PST_ORDER_STATE_LAST; b++)
      reach[a][b] = a == b || pst_order_state_can_change (a, b);
  for (guint via = 1; via <= PST_ORDER_STATE_LAST; via++)
    for (guint a = 1; a <= PST_ORDER_STATE_LAST; a++)
      for (guint b = 1; b <= PST_ORDER_STATE_LAST; b++)
        reach[a][b] |= reach[a][via] && reach[via][b];
}

static void
add_pair (PstSqlRows *rows, guint from, guint to)
{
  pst_sql_rows_begin (rows);
  pst_sql_rows_add_text (rows, pst_order_state_to_string (from));
  pst_sql_rows_add_text (rows, pst_order_state_to_string (to));
  pst_sql_rows_end (rows);
}

static gboolean
write_order_states (PstSqlConnection *connection, GError **error)
{
  gboolean reach[PST_ORDER_STATE_LAST + 1][PST_ORDER_STATE_LAST + 1], done;
  PstSqlRows states, transitions, reached;

  find_reach (reach);
  pst_sql_rows_init (&states, PST_SQL_ROWS_JSON);
  pst_sql_rows_init (&transitions, PST_SQL_ROWS_JSON);
  pst_sql_rows_init (&reached, PST_SQL_ROWS_JSON);
  for (guint a = 1; a <= PST_ORDER_STATE_LAST; a++)
    {
      pst_sql_rows_begin (&states);
      pst_sql_rows_add_text (&states, pst_order_state_to_string (a));
      pst_sql_rows_add_integer (&states, pst_order_state_is_final (a));
      pst_sql_rows_add_text (&states, status_of (a));
      pst_sql_rows_end (&states);
      for (guint b = 1; b <= PST_ORDER_STATE_LAST; b++)
        {
          if (pst_order_state_can_change (a, b))
            add_pair (&transitions, a, b);
          if (reach[a][b])
            add_pair (&reached, a, b);
        }
    }
  done = pst_sql_connection_execute (connection, PST_SQL_INSERT_ORDER_STATES, NULL, NULL, pst_sql_rows_finish (&states), error)
         && pst_sql_connection_execute (connection, PST_SQL_INSERT_ORDER_TRANSITIONS, NULL, NULL, pst_sql_rows_finish (&transitions), error)
         && pst_sql_connection_execute (connection, PST_SQL_INSERT_ORDER_REACH, NULL, NULL, pst_sql_rows_finish (&reached), error);
  pst_sql_rows_clear (&states);
  pst_sql_rows_clear (&transitions);
  pst_sql_rows_clear (&reached);
  return done;
}

static gboolean
abandon (PstSqlConnection *connection, gint64 run_number, GError **error)
{
  PstSqlRows rows;
  gboolean done;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, run_number);
  pst_sql_rows_end (&rows);
  done = pst_sql_connection_execute (connection, PST_SQL_ABANDON_RUN, NULL, NULL, pst_sql_rows_finish (&rows), error);
  pst_sql_rows_clear (&rows);
  return done;
}

/* A run that says RUNNING while nobody holds it was cut off: kill -9, or the power. It would keep its user from running another. Other users'
 * are left as they are: a host may be about to go on with them. */
static gboolean
end_abandoned_runs (PstSqlSession *session, const char *user_id, GError **error)
{
  PstSqlConnection *connection = pst_sql_session_get_connection (session);
  g_autoptr (GArray) runs = pst_sql_connection_query_all (connection, PST_SQL_RUNNING_RUNS, user_id, error);

  if (runs == NULL)
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    {
      gint64 run_number = g_array_index (runs, gint64, i);

      if (!pst_sql_session_is_alive (session, run_number) && !abandon (connection, run_number, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
finish_transaction (PstSqlConnection *connection, gboolean done, GError **error)
{
  if (done && pst_sql_connection_execute (connection, PST_SQL_COMMIT, NULL, NULL, NULL, error))
    return TRUE;
  pst_sql_connection_rollback (connection);
  return FALSE;
}

gboolean
pst_sql_opening_prepare (PstSqlConnection *connection, const PstSqlTarget *target, GError **error)
{
  gboolean present;

  return pst_sql_migration_check (connection, target->path, &present, error) && pst_sql_connection_settle (connection, target, error)
         && pst_sql_migration_apply (connection, target->path, error)
         && pst_sql_connection_execute (connection, PST_SQL_BEGIN, NULL, NULL, NULL, error)
         && finish_transaction (connection, write_order_states (connection, error), error);
}

gboolean
pst_sql_opening_end_abandoned_runs (PstSqlSession *session, const char *user_id, GError **error)
{
  PstSqlConnection *connection = pst_sql_session_get_connection (session);

  return pst_sql_connection_execute (connection, PST_SQL_BEGIN, NULL, NULL, NULL, error)
         && finish_transaction (connection, end_abandoned_runs (session, user_id, error), error);
}
