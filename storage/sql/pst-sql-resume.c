/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between finding and taking others may come first: what was found is looked at again under the claim. */
#include "pst-sql-resume.h"

static gint64
get_integer (GdaDataModel *model, gint column, gint row, gboolean *is_null)
{
  const GValue *value = gda_data_model_get_value_at (model, column, row, NULL);

  *is_null = value == NULL || !G_VALUE_HOLDS_INT64 (value);
  return *is_null ? 0 : g_value_get_int64 (value);
}

static const char *
get_text (GdaDataModel *model, gint column, gint row)
{
  const GValue *value = gda_data_model_get_value_at (model, column, row, NULL);

  return value != NULL && G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : "";
}

static gboolean
refuse (const char *path, const char *user_id, const char *run_id, const char *why, GError **error)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "ledger \"%s\" cannot go on with run \"%s\" of user \"%s\": %s", path, run_id,
               user_id, why);
  return FALSE;
}

/* Number and position of a run that is RUNNING. */
static gboolean
find_running (PstSqlConnection *connection, const char *path, const char *user_id, const char *run_id, gint64 *run_number, guint64 *last_sequence,
              GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_STRING, G_TYPE_NONE };
  g_autoptr (GdaDataModel) model = pst_sql_connection_select (connection, PST_SQL_RUN_STATE, user_id, run_id, NULL, types, error);
  gboolean is_null;
  gint64 position;

  if (model == NULL)
    return FALSE;
  if (gda_data_model_get_n_rows (model) == 0)
    return refuse (path, user_id, run_id, "it has no such run", error);
  if (!g_str_equal (get_text (model, 1, 0), "RUNNING"))
    return refuse (path, user_id, run_id, "it ended; a run that ended never lives again", error);
  *run_number = get_integer (model, 0, 0, &is_null);
  if (!pst_sql_connection_query (connection, PST_SQL_RUN_POSITION, user_id, run_id, NULL, &position, NULL, error))
    return FALSE;
  *last_sequence = (guint64)position;
  return TRUE;
}

gboolean
pst_sql_resume_find (PstSqlConnection *connection, const PstSqlTarget *target, const char *user_id, const char *run_id, gint64 *run_number,
                     guint64 *last_sequence, GError **error)
{
  const PstSqlBackend *backend = pst_sql_connection_get_backend (connection);
  gpointer claims;
  gboolean alive;

  if (!find_running (connection, target->path, user_id, run_id, run_number, last_sequence, error))
    return FALSE;
  claims = backend->claims_open (pst_sql_connection_get_gda (connection), target, error);
  if (claims == NULL)
    return FALSE;
  alive = backend->claims_is_taken (claims, *run_number);
  backend->claims_free (claims);
  return !alive || refuse (target->path, user_id, run_id, "it is alive, here or in another process", error);
}

static PstTradingState
find_trading_state (const char *text)
{
  return g_str_equal (text, "HALTED")     ? PST_TRADING_STATE_HALTED
         : g_str_equal (text, "REDUCING") ? PST_TRADING_STATE_REDUCING
                                          : PST_TRADING_STATE_ACTIVE;
}

static PstOrderState
find_order_state (const char *text)
{
  for (guint i = 1; i <= PST_ORDER_STATE_LAST; i++)
    {
      if (g_str_equal (pst_order_state_to_string (i), text))
        return i;
    }
  return PST_ORDER_STATE_INITIALIZED;
}

static gboolean
read_shape (PstSqlConnection *connection, const char *path, const PstRunRecord *run, PstSqlShape *shape, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64,  G_TYPE_INT64,
                    G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_STRING, G_TYPE_NONE };
  g_autoptr (GdaDataModel) model = pst_sql_connection_select (connection, PST_SQL_RUN_SHAPE, run->user_id, run->run_id, NULL, types, error);
  gint64 values[10];
  gboolean no_peak = TRUE;

  if (model == NULL)
    return FALSE;
  if (gda_data_model_get_n_rows (model) == 0)
    return refuse (path, run->user_id, run->run_id, "it is of a ledger that did not keep how the engine stood", error);
  for (gint i = 0; i < 10; i++)
    {
      gboolean is_null;

      values[i] = get_integer (model, i, 0, &is_null);
      if (i == 2)
        no_peak = is_null;
    }
  *shape = (PstSqlShape){ .n_components = (guint32)values[0],
                          .n_instruments = (guint32)values[1],
                          .has_peak = !no_peak,
                          .peak = values[2],
                          .engine = { .is_running = TRUE,
                                      .time_ns = values[3],
                                      .last_sequence = values[4],
                                      .last_tick = values[5],
                                      .n_orders = values[6],
                                      .n_open_orders = values[7],
                                      .n_denials = values[8],
                                      .n_fills = values[9],
                                      .trading_state = find_trading_state (get_text (model, 10, 0)) } };
  return TRUE;
}

static gboolean
tell_ledger (PstSqlConnection *connection, const char *path, const PstRunRecord *run, PstSqlLedger *ledger, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_STRING, G_TYPE_NONE };
  g_autoptr (GdaDataModel) orders = NULL;
  PstSqlShape shape;
  gboolean ignored;

  if (!read_shape (connection, path, run, &shape, error))
    return FALSE;
  pst_sql_ledger_resume (ledger, run, &shape);
  orders = pst_sql_connection_select (connection, PST_SQL_OPEN_ORDERS, run->user_id, run->run_id, NULL, types, error);
  if (orders == NULL)
    return FALSE;
  for (gint row = 0; row < gda_data_model_get_n_rows (orders); row++)
    pst_sql_ledger_resume_order (ledger, (guint64)get_integer (orders, 0, row, &ignored), find_order_state (get_text (orders, 1, row)));
  return TRUE;
}

gboolean
pst_sql_resume_take (PstSqlSession *session, const PstRunRecord *run, gint64 run_number, guint64 last_sequence, PstSqlLedger *ledger, GError **error)
{
  PstSqlConnection *connection = pst_sql_session_get_connection (session);
  const char *path = pst_sql_session_get_target (session)->path;
  gint64 number;
  guint64 position;

  if (!pst_sql_session_claim (session, run_number, error))
    return FALSE;
  if (find_running (connection, path, run->user_id, run->run_id, &number, &position, error)
      && ((number == run_number && position == last_sequence)
          || refuse (path, run->user_id, run->run_id, "it was written to after it was looked at", error))
      && tell_ledger (connection, path, run, ledger, error))
    return TRUE;
  pst_sql_session_release (session, run_number);
  return FALSE;
}
