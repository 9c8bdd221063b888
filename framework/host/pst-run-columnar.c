/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a prepared run's components to the columnar engine, and the words for what a result follows from. */
#include "pst-run-result.h"

static GPtrArray *
list_feeds (PstRun *run)
{
  GPtrArray *feeds = g_ptr_array_new ();

  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);

      if (PST_IS_EXCHANGE (component) && pst_exchange_is_feed (PST_EXCHANGE (component)))
        g_ptr_array_add (feeds, component);
    }
  return feeds;
}

/**
 * pst_run_load_bars:
 * @run: a prepared run of historical feeds
 * @error: return location for an error
 *
 * Errors: #PstBarSetError, #PstColumnarError, and what feeds say. On the run's context.
 *
 * Returns: (transfer full) (nullable): all bars that the run would see
 */
PstBarSet *
pst_run_load_bars (PstRun *run, GError **error)
{
  g_autoptr (GPtrArray) feeds = list_feeds (run);

  if (feeds->len > 0 && pst_context_get_mode (PST_CONTEXT (run)) == PST_MODE_BACKTEST)
    return pst_bar_set_new_from_feeds ((PstExchange *const *)feeds->pdata, feeds->len, error);
  g_set_error_literal (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED,
                       feeds->len == 0 ? "[pipeline]: no exchange has historical data; columns need one, for example plugin=replay or plugin=columns"
                                       : "[pipeline] mode: only a backtest can be computed over columns; set mode=backtest, or use --engine event");
  return NULL;
}

/**
 * pst_run_make_columnar:
 * @run: a prepared run
 * @bars: its bars, or a part of them
 * @error: return location for an error
 *
 * Errors: #PstColumnarError. On the run's context.
 *
 * Returns: (transfer full) (nullable): the columnar engine for its components, which must not outlive @run
 */
PstColumnar *
pst_run_make_columnar (PstRun *run, PstBarSet *bars, GError **error)
{
  guint n = pst_run_get_n_components (run);
  g_autofree PstComponent **components = g_new (PstComponent *, n);

  if (pst_run_get_settings (run)->flatten_on_end)
    {
      g_set_error_literal (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED,
                           "[pipeline] flatten-on-end: columns value what is held at the last close; leave it out, or use --engine event");
      return NULL;
    }
  for (guint i = 0; i < n; i++)
    components[i] = pst_run_get_component (run, i);
  return pst_columnar_new (bars, components, n, pst_context_get_run (PST_CONTEXT (run)), error);
}

static gint
compare_text (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

static char **
sort_list (GPtrArray *list)
{
  g_ptr_array_sort (list, compare_text);
  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (list, FALSE);
}

/* Where a file lies does not matter; what the data in it say is in the data's hash. */
static void
list_options (PstComponent *component, GPtrArray *list)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (G_OBJECT_TYPE (component), &n_options);

  /* Two components that change their plugins are another experiment. */
  g_ptr_array_add (list, g_strdup_printf ("%s.plugin=%s", pst_component_get_name (component), pst_component_get_plugin (component)));
  for (guint i = 0; i < n_options; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (options[i]));
      g_object_get_property (G_OBJECT (component), options[i]->name, &value);
      if ((options[i]->flags & (PST_OPTION_PATH | PST_OPTION_SECRET)) != 0 || g_param_value_defaults (options[i], &value))
        continue;
      text = pst_option_to_string (options[i], &value);
      if (text != NULL)
        g_ptr_array_add (list, g_strdup_printf ("%s.%s=%s", pst_component_get_name (component), options[i]->name, text));
    }
}

static char *
name_plugin (PstCatalogue *catalogue, const char *id)
{
  PstPlugin *plugin = catalogue != NULL ? pst_catalogue_find (catalogue, id) : NULL;

  return g_strdup_printf ("%s %s", id, plugin != NULL && plugin->manifest != NULL ? plugin->manifest->version : PST_VERSION);
}

static gboolean
matters (PstComponent *component)
{
  PstComponentKind kind = pst_component_get_kind (component);

  return kind != PST_COMPONENT_KIND_STORE && kind != PST_COMPONENT_KIND_SERVICE;
}

/* What the [pipeline] group says that changes a backtest. */
static void
list_settings (const PstRunSettings *settings, GPtrArray *list)
{
  if (settings->cancel_on_halt)
    g_ptr_array_add (list, g_strdup ("pipeline.cancel-on-halt=true"));
  if (settings->flatten_on_end)
    g_ptr_array_add (list, g_strdup ("pipeline.flatten-on-end=true"));
  if (settings->tick_interval_ns != 0)
    g_ptr_array_add (list, g_strdup_printf ("pipeline.tick-interval=%" G_GINT64_FORMAT "ns", settings->tick_interval_ns));
}

/**
 * pst_run_describe:
 * @run: the run of whose components @result is
 * @catalogue: (nullable): knows the plugins' versions
 * @data_hash: (nullable): hash of the data, when @result does not have it yet
 * @result: a result that nobody else has seen
 *
 * Fills in what it follows from, and its key. Stores and services change no result and are left out. On the run's context.
 */
void
pst_run_describe (PstRun *run, PstCatalogue *catalogue, const char *data_hash, PstBacktestResult *result)
{
  GPtrArray *parameters = g_ptr_array_new (), *plugins = g_ptr_array_new ();
  const PstRunRecord *record = pst_context_get_run (PST_CONTEXT (run));
  g_autoptr (GString) order = g_string_new ("pipeline.order=");

  list_settings (pst_run_get_settings (run), parameters);
  g_ptr_array_add (parameters, g_strdup_printf ("pipeline.currency=%s", record->currency->code));
  g_ptr_array_add (parameters, g_strdup_printf ("pipeline.seed=%" G_GUINT64_FORMAT, record->seed));
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);
      g_autofree char *plugin = NULL;

      if (!matters (component))
        continue;
      list_options (component, parameters);
      g_string_append_printf (order, "%s%s", order->str[order->len - 1] == '=' ? "" : ",", pst_component_get_name (component));
      plugin = name_plugin (catalogue, pst_component_get_plugin (component));
      if (!g_ptr_array_find_with_equal_func (plugins, plugin, g_str_equal, NULL))
        g_ptr_array_add (plugins, g_steal_pointer (&plugin));
    }
  /* Who comes first is asked first. */
  g_ptr_array_add (parameters, g_string_free (g_steal_pointer (&order), FALSE));
  result->parameters = sort_list (parameters);
  result->plugins = sort_list (plugins);
  if (result->data_hash == NULL)
    result->data_hash = g_strdup (data_hash);
  if (result->data_hash != NULL)
    result->key = pst_backtest_result_make_key (result);
}
