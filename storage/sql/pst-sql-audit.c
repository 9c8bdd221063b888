/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads what may have been tampered with: a value of the wrong type becomes a zero or an empty text, a text that is too long is cut. Neither has the
 * hash that it should have, and that is for the reader to find. Events come in pages, so that memory does not grow with the chain. */
#include "pst-sql-audit.h"

#include "pst-sql-rows.h"

#include <string.h>

static const char *const actor_names[] = { NULL, "SYSTEM", "OPERATOR", "COMPONENT" };
static const char *const state_names[] = { NULL, "CREATED", "RUNNING", "STOPPED", "ERROR" };

const char *
pst_sql_audit_actor_to_string (PstAuditActor actor)
{
  return actor < G_N_ELEMENTS (actor_names) ? actor_names[actor] : NULL;
}

static gint64
get_integer (GdaDataModel *model, gint column, gint row, gint64 otherwise)
{
  const GValue *value = gda_data_model_get_value_at (model, column, row, NULL);

  return value != NULL && G_VALUE_HOLDS_INT64 (value) ? g_value_get_int64 (value) : otherwise;
}

static const char *
get_text (GdaDataModel *model, gint column, gint row)
{
  const GValue *value = gda_data_model_get_value_at (model, column, row, NULL);
  const char *text = value != NULL && G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL;

  return text != NULL ? text : "";
}

static guint
find_name (const char *const *names, guint n_names, const char *text)
{
  for (guint i = 1; i < n_names; i++)
    if (strcmp (names[i], text) == 0)
      return i;
  return 0;
}

gboolean
pst_sql_audit_get_last_link (PstSqlConnection *connection, gint64 *number, guint8 *link, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_STRING, G_TYPE_NONE };
  g_autoptr (GdaDataModel) model = pst_sql_connection_select (connection, PST_SQL_LAST_LINK, NULL, NULL, NULL, types, error);

  *number = 0;
  memset (link, 0, PST_AUDIT_HASH_SIZE);
  if (model == NULL)
    return FALSE;
  if (gda_data_model_get_n_rows (model) == 0)
    return TRUE;
  *number = get_integer (model, 0, 0, 0);
  pst_audit_hash_parse (get_text (model, 1, 0), link);
  return TRUE;
}

static void
read_event (GdaDataModel *model, gint row, PstRecord *record)
{
  PstAuditRecord *audit = &record->audit;
  gint64 component = get_integer (model, 4, row, G_MAXUINT32);

  memset (record, 0, sizeof *record);
  record->kind = PST_RECORD_AUDIT;
  audit->number = (guint64)get_integer (model, 0, row, 0);
  record->sequence = (guint64)get_integer (model, 1, row, 0);
  record->time_ns = get_integer (model, 2, row, 0);
  audit->actor_kind = find_name (actor_names, G_N_ELEMENTS (actor_names), get_text (model, 3, row));
  audit->component = component >= 0 && component < G_MAXUINT32 ? (guint32)component : G_MAXUINT32;
  g_strlcpy (audit->actor, get_text (model, 5, row), sizeof audit->actor);
  g_strlcpy (audit->action, get_text (model, 6, row), sizeof audit->action);
  audit->order_id = (guint64)get_integer (model, 7, row, 0);
  g_strlcpy (audit->why, get_text (model, 8, row), sizeof audit->why);
  g_strlcpy (audit->before, get_text (model, 9, row), sizeof audit->before);
  g_strlcpy (audit->after, get_text (model, 10, row), sizeof audit->after);
  pst_audit_hash_parse (get_text (model, 11, row), audit->previous);
  pst_audit_hash_parse (get_text (model, 12, row), audit->hash);
}

/* The events behind @last, which moves to the last of them. */
static GdaDataModel *
select_page (PstSqlConnection *connection, const PstAuditRun *run, const PstRecord *last, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_INT64,  G_TYPE_INT64,  G_TYPE_STRING, G_TYPE_INT64,  G_TYPE_STRING, G_TYPE_STRING,
                    G_TYPE_INT64, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_NONE };
  PstSqlRows rows;
  GdaDataModel *model;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, last != NULL ? (gint64)last->sequence : G_MININT64);
  pst_sql_rows_add_integer (&rows, last != NULL ? (gint64)last->audit.number : G_MININT64);
  pst_sql_rows_end (&rows);
  model = pst_sql_connection_select (connection, PST_SQL_AUDIT_PAGE, run->user_id, run->run_id, pst_sql_rows_finish (&rows), types, error);
  pst_sql_rows_clear (&rows);
  return model;
}

static gboolean
read_events (PstSqlConnection *connection, const PstAuditRun *run, PstAuditFunc func, gpointer user_data, GError **error)
{
  PstRecord record;
  gboolean any = FALSE;
  gint n_rows;

  do
    {
      g_autoptr (GdaDataModel) model = select_page (connection, run, any ? &record : NULL, error);

      if (model == NULL)
        return FALSE;
      n_rows = gda_data_model_get_n_rows (model);
      for (gint row = 0; row < n_rows; row++)
        {
          read_event (model, row, &record);
          any = TRUE;
          if (!func (run, &record, user_data, error))
            return FALSE;
        }
    }
  while (n_rows > 0);
  return func (run, NULL, user_data, error);
}

static void
read_run (GdaDataModel *model, gint row, PstAuditRun *run)
{
  memset (run, 0, sizeof *run);
  run->link_number = (guint64)get_integer (model, 0, row, 0);
  g_strlcpy (run->user_id, get_text (model, 1, row), sizeof run->user_id);
  g_strlcpy (run->run_id, get_text (model, 2, row), sizeof run->run_id);
  pst_audit_hash_parse (get_text (model, 3, row), run->previous_link);
  pst_audit_hash_parse (get_text (model, 4, row), run->link);
  run->has_links = TRUE;
  run->has_head = run->link_number != 0;
  run->head.number = (guint64)get_integer (model, 5, row, 0);
  pst_audit_hash_parse (get_text (model, 6, row), run->head.hash);
  run->state = find_name (state_names, G_N_ELEMENTS (state_names), get_text (model, 7, row));
  g_strlcpy (run->reason, get_text (model, 8, row), sizeof run->reason);
}

gboolean
pst_sql_audit_read (PstSqlConnection *connection, PstAuditFunc func, gpointer user_data, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING,
                    G_TYPE_INT64, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_NONE };
  g_autoptr (GdaDataModel) model = pst_sql_connection_select (connection, PST_SQL_AUDITED_RUNS, NULL, NULL, NULL, types, error);

  for (gint row = 0; model != NULL && row < gda_data_model_get_n_rows (model); row++)
    {
      PstAuditRun run;

      read_run (model, row, &run);
      if (!read_events (connection, &run, func, user_data, error))
        return FALSE;
    }
  return model != NULL;
}
