/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening a ledger by the store plugin that keeps it, and naming a result by the beginning of its key. */

#include "penstock-result-store.h"

#include <string.h>

#include "penstock-verb.h"

#define KEY_LENGTH 64
#define KEY_LENGTH_MIN 4
/* Of an ambiguous key. */
#define NAMED_MAX 8

PstResultStore *
penstock_result_store_open (PstCatalogue *catalogue, const char *plugin_id, const char *place, GError **error)
{
  const char *id = plugin_id != NULL ? plugin_id : "sql";
  PstPlugin *plugin = pst_catalogue_load (catalogue, id, PST_COMPONENT_KIND_STORE, error);
  g_autoptr (PstStore) store = NULL;

  if (plugin == NULL)
    return NULL;
  if (!g_type_is_a (plugin->type, PST_TYPE_RESULT_STORE))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the store plugin \"%s\" keeps no results of backtests; use sql", id);
      return NULL;
    }
  store = g_object_new (plugin->type, NULL);
  if (!pst_component_set_option (PST_COMPONENT (store), penstock_place_option (place), place, error))
    return NULL;
  return PST_RESULT_STORE (g_steal_pointer (&store));
}

static gboolean
pass_over (const char *table, const char *const *columns, const char *const *values, gpointer user_data, GError **error)
{
  return TRUE;
}

gboolean
penstock_result_store_make (PstResultStore *store, GError **error)
{
  return pst_store_maintain (PST_STORE (store), PST_MAINTENANCE_MIGRATE, NULL, NULL, pass_over, NULL, error);
}

static gboolean
take (PstBacktestResult *result, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, pst_backtest_result_ref (result));
  return TRUE;
}

static gboolean
is_key (const char *key)
{
  gsize length = strlen (key);

  return length >= KEY_LENGTH_MIN && length <= KEY_LENGTH && strspn (key, "0123456789abcdef") == length;
}

static void
fail_ambiguous (const char *key, GPtrArray *found, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < MIN (found->len, NAMED_MAX); i++)
    {
      const PstBacktestResult *result = found->pdata[i];
      char created[PST_TIME_TEXT_SIZE];

      pst_time_print (result->created_ns, created);
      g_string_append_printf (names, "\n  %.16s of user %s, %s, computed %s", result->key, result->user_id, result->name, created);
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "several results begin with \"%s\": write more digits, or say whose with --user:%s%s",
               key, names->str, found->len > NAMED_MAX ? "\n  ..." : "");
}

PstBacktestResult *
penstock_result_store_get (PstResultStore *store, const char *user_id, const char *key, gboolean whole, GError **error)
{
  PstResultQuery query = { .user_id = user_id, .key = key, .limit = NAMED_MAX + 1 };
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
  const PstBacktestResult *one;

  if (!is_key (key))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "\"%s\" is no result's key: write at least %d of its digits (0 to 9, a to f), as penstock results list prints them", key,
                   KEY_LENGTH_MIN);
      return NULL;
    }
  if (!pst_result_store_find (store, &query, take, found, error))
    return NULL;
  if (found->len == 1)
    {
      one = found->pdata[0];
      if (!whole)
        return pst_backtest_result_ref (found->pdata[0]);
      query = (PstResultQuery){ .user_id = one->user_id, .key = one->key, .whole = TRUE };
      if (!pst_result_store_find (store, &query, take, found, error))
        return NULL;
      if (found->len == 2)
        return pst_backtest_result_ref (found->pdata[1]);
    }
  if (found->len > 1)
    fail_ambiguous (key, found, error);
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no result \"%s\"%s%s; penstock results list shows those that there are",
                 key, user_id != NULL ? " of user " : "", user_id != NULL ? user_id : "");
  return NULL;
}
