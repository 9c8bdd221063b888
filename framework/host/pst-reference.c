/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages of the reference as Markdown, from the same tables and properties that the host itself goes by. */

#include "pst-reference.h"

#include <string.h>

#include "../engine/pst-gate-check.h"
#include "pst-error-list.h"
#include "pst-exit-code.h"
#include "pst-host-settings.h"
#include "pst-kind.h"
#include "pst-pipeline-options.h"
#include "pst-reference-statistics.h"
#include "pst-reference-verbs.h"
#include "pst-sweep-options.h"

/* A cell of a table: what would end it or the line is taken away. */
static void
append_cell (GString *text, const char *cell)
{
  g_string_append (text, " ");
  for (const char *p = cell; *p != '\0'; p++)
    if (*p == '|')
      g_string_append (text, "\\|");
    else
      g_string_append_c (text, *p == '\n' ? ' ' : *p);
  g_string_append (text, " |");
}

/* @cells end with NULL. */
static void
append_row (GString *text, const char *first, ...)
{
  va_list cells;

  g_string_append_c (text, '|');
  va_start (cells, first);
  for (const char *cell = first; cell != NULL; cell = va_arg (cells, const char *))
    append_cell (text, cell);
  va_end (cells);
  g_string_append_c (text, '\n');
}

static char *
code (const char *word)
{
  return g_strconcat ("`", word, "`", NULL);
}

static void
append_marks (GString *text, const GParamSpec *pspec)
{
  static const struct
  {
    guint flag;
    const char *word;
  } marks[] = {
    { PST_OPTION_SECRET, " Secret: only by `@env:NAME` or `@file:PATH`." },
    { PST_OPTION_PATH, " A path: relative to the pipeline file's folder." },
    { PST_OPTION_LIVE, " May be changed while the run goes on." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if ((pspec->flags & marks[i].flag) != 0)
      g_string_append (text, marks[i].word);
}

static void
append_options (GString *text, GParamSpec **options, guint n_options)
{
  if (n_options == 0)
    {
      g_string_append (text, "No options.\n\n");
      return;
    }
  append_row (text, "option", "allowed", "default", "meaning", NULL);
  g_string_append (text, "|---|---|---|---|\n");
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *name = code (options[i]->name);
      g_autofree char *allowed = pst_option_describe_allowed (options[i]);
      g_autofree char *initial = pst_option_describe_default (options[i]);
      const char *blurb = g_param_spec_get_blurb (options[i]);
      g_autoptr (GString) meaning = g_string_new (blurb);

      if (meaning->len > 0 && meaning->str[meaning->len - 1] != '.')
        g_string_append_c (meaning, '.');
      append_marks (meaning, options[i]);
      append_row (text, name, allowed, initial, meaning->str, NULL);
    }
  g_string_append_c (text, '\n');
}

/* The group that "penstock sweep" reads and "penstock run" passes over. */
static void
append_sweep (GString *text)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (PST_TYPE_SWEEP_OPTIONS, &n_options);

  g_string_append (
      text, "## [sweep]\n\nWhat `penstock sweep` searches for, and how; `penstock run` passes the group over. What is varied stands there too, as "
            "`COMPONENT.OPTION=VALUES` (`cross.fast=2..101`); values may be ranges (`2..101`, `2..101/3`, `1..1000*10`), lists "
            "(`5,10,20..30/5`) or nothing, which is a range that follows from the option.\n\n");
  append_options (text, options, n_options);
}

static void
append_pipeline (PstCatalogue *catalogue, GString *text)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_pipeline_options_list (&n_options);

  g_string_append (
      text, "A pipeline file has one group `[pipeline]` and a group for each component: `[exchange NAME]`, `[strategy NAME]`, `[guard NAME]`, "
            "`[store NAME]`, `[service NAME]`. A component's group says `plugin=ID` and the plugin's options, which stand in "
            "[plugins](plugins.md). Names are a-z, 0-9 and '-'.\n\n"
            "A value may be `@env:NAME` (an environment variable) or `@file:PATH` (a file of at most 64 KiB, its last line end taken away); `@@` "
            "begins a value that begins with @. In texts, `{user}`, `{run}` and `{pipeline}` stand for the run's user, id and pipeline.\n\n"
            "## [pipeline]\n\n");
  append_options (text, options, n_options);
  append_sweep (text);
}

static void
append_host (PstCatalogue *catalogue, GString *text)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_host_settings_list (&n_options);

  g_string_append (text, "The group `[host]` of penstockd's key file: many runs of many users in one process.\n\n## [host]\n\n");
  append_options (text, options, n_options);
}

static void
append_plugin (GString *text, const PstPlugin *plugin)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (plugin->type, &n_options);

  g_string_append_printf (text, "### %s\n\n%s. %s.\n\n", plugin->id, plugin->manifest->name, plugin->manifest->description);
  append_options (text, options, n_options);
}

static void
append_plugins (PstCatalogue *catalogue, GString *text)
{
  GPtrArray *plugins = pst_catalogue_get_plugins (catalogue);

  for (PstComponentKind kind = PST_COMPONENT_KIND_EXCHANGE; kind <= PST_COMPONENT_KIND_SERVICE; kind++)
    {
      guint n = 0;

      g_string_append_printf (text, "## Plugins for [%s NAME]\n\n", pst_kind_to_string (kind));
      for (guint i = 0; i < plugins->len; i++)
        {
          const PstPlugin *plugin = plugins->pdata[i];

          if (plugin->manifest == NULL || plugin->manifest->kind != kind || pst_catalogue_load (catalogue, plugin->id, kind, NULL) != plugin)
            continue;
          append_plugin (text, plugin);
          n++;
        }
      if (n == 0)
        g_string_append (text, "None.\n\n");
    }
}

/* What the signals of the base types tell; a plugin's own signals are told in its README. */
static const struct
{
  const char *name;
  const char *meaning;
} signal_meanings[] = {
  { "alert-raised", "Something that people should know; the host numbers and records it." },
  { "memory-changed", "What a guard remembers over a restart is something else now; the run keeps it at once." },
  { "frame-received", "Market data passed the border." },
  { "execution-reported", "One step of an order's life." },
  { "connection-changed", "The connection to the venue changed." },
};

static const char *
signal_meaning (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (signal_meanings); i++)
    if (strcmp (signal_meanings[i].name, name) == 0)
      return signal_meanings[i].meaning;
  return "See the plugin's README.";
}

static void
append_signals_of (GString *text, GType type)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (type); /* signals exist once the class does */
  guint n_ids;
  g_autofree guint *ids = g_signal_list_ids (type, &n_ids);

  for (guint i = 0; i < n_ids; i++)
    {
      GSignalQuery query;
      g_autoptr (GString) arguments = g_string_new (NULL);
      g_autofree char *owner = code (g_type_name (type));
      g_autofree char *name = NULL;

      g_signal_query (ids[i], &query);
      name = code (query.signal_name);
      for (guint j = 0; j < query.n_params; j++)
        g_string_append_printf (arguments, "%s`%s`", j > 0 ? ", " : "", g_type_name (query.param_types[j] & ~G_SIGNAL_TYPE_STATIC_SCOPE));
      append_row (text, owner, name, arguments->str, signal_meaning (query.signal_name), NULL);
    }
}

static void
append_signals (PstCatalogue *catalogue, GString *text)
{
  GPtrArray *plugins = pst_catalogue_get_plugins (catalogue);

  g_string_append (text, "Facts, in the past tense. A type has its own signals and those of the types that it is derived from.\n\n");
  append_row (text, "type", "signal", "payload", "meaning", NULL);
  g_string_append (text, "|---|---|---|---|\n");
  append_signals_of (text, PST_TYPE_COMPONENT);
  for (PstComponentKind kind = PST_COMPONENT_KIND_EXCHANGE; kind <= PST_COMPONENT_KIND_SERVICE; kind++)
    append_signals_of (text, pst_kind_get_type (kind));
  for (guint i = 0; i < plugins->len; i++)
    {
      const PstPlugin *plugin = plugins->pdata[i];

      if (pst_catalogue_load (catalogue, plugin->id, 0, NULL) == plugin)
        append_signals_of (text, plugin->type);
    }
  g_string_append_c (text, '\n');
}

static void
append_errors (PstCatalogue *catalogue, GString *text)
{
  guint n_domains;
  const PstErrorDomain *domains = pst_error_list (&n_domains);

  for (guint i = 0; i < n_domains; i++)
    {
      g_string_append_printf (text, "## %s\n\n%s\n\n", domains[i].name, domains[i].sentence);
      append_row (text, "code", "meaning", NULL);
      g_string_append (text, "|---|---|\n");
      for (guint j = 0; j < domains[i].n_codes; j++)
        {
          PstErrorInfo info = domains[i].describe (j);
          g_autofree char *name = code (info.name);

          append_row (text, name, info.sentence, NULL);
        }
      g_string_append_c (text, '\n');
    }
}

static void
append_order_states (PstCatalogue *catalogue, GString *text)
{
  g_string_append (text, "The states of an order, and which may follow. Anything else is refused by the gate and by the ledger.\n\n");
  append_row (text, "state", "may become", NULL);
  g_string_append (text, "|---|---|\n");
  for (PstOrderState state = PST_ORDER_STATE_INITIALIZED; state <= PST_ORDER_STATE_LAST; state++)
    {
      const PstOrderState *next = pst_order_state_get_next (state);
      g_autofree char *name = code (pst_order_state_to_string (state));
      g_autoptr (GString) names = g_string_new (NULL);

      for (; *next != 0; next++)
        g_string_append_printf (names, "%s`%s`", names->len > 0 ? ", " : "", pst_order_state_to_string (*next));
      append_row (text, name, pst_order_state_is_final (state) ? "final" : names->str, NULL);
    }
  g_string_append_c (text, '\n');
}

static void
append_denials (PstCatalogue *catalogue, GString *text)
{
  g_string_append (text, "Why the gate itself denies an order. What a guard denies stands in the guard's README.\n\n");
  append_row (text, "code", "meaning", NULL);
  g_string_append (text, "|---|---|\n");
  for (int i = 0; i <= PST_GATE_CODE_LAST; i++)
    {
      g_autofree char *name = code (pst_gate_code_to_string ((PstGateCode)i));

      append_row (text, name, pst_gate_code_describe ((PstGateCode)i), NULL);
    }
  g_string_append_c (text, '\n');
}

static void
append_exit_codes (PstCatalogue *catalogue, GString *text)
{
  guint n_codes;
  const PstExitCodeInfo *codes = pst_exit_code_list (&n_codes);

  g_string_append (text, "What the commands exit with. The numbers are stable.\n\n");
  append_row (text, "number", "name", "meaning", NULL);
  g_string_append (text, "|---|---|---|\n");
  for (guint i = 0; i < n_codes; i++)
    {
      g_autofree char *number = g_strdup_printf ("%d", (int)codes[i].code);
      g_autofree char *name = code (codes[i].name);

      append_row (text, number, name, codes[i].sentence, NULL);
    }
  g_string_append_c (text, '\n');
}

static const PstReferencePage pages[] = {
  { "pipeline", "Pipeline files", append_pipeline },
  { "plugins", "Plugins and their options", append_plugins },
  { "host", "A host of many runs", append_host },
  { "verbs", "Verbs", pst_reference_append_verbs },
  { "statistics", "Statistics of a backtest", pst_reference_append_statistics },
  { "signals", "Signals", append_signals },
  { "order-states", "Order states", append_order_states },
  { "denials", "Denials of the gate", append_denials },
  { "errors", "Errors", append_errors },
  { "exit-codes", "Exit codes", append_exit_codes },
};

/**
 * pst_reference_list_pages:
 * @n_pages: (out): how many there are
 *
 * The pages of the reference. Any thread.
 *
 * Returns: (array length=n_pages) (transfer none): in reading order
 */
const PstReferencePage *
pst_reference_list_pages (guint *n_pages)
{
  *n_pages = G_N_ELEMENTS (pages);
  return pages;
}

/**
 * pst_reference_append_page:
 * @page: one of pst_reference_list_pages()
 * @catalogue: whose plugins are described; scanned. Those that can be loaded are
 * @text: where to append the page
 *
 * Appends a page as Markdown, its title first. The same code and the same plugins give the same bytes. The main thread.
 */
void
pst_reference_append_page (const PstReferencePage *page, PstCatalogue *catalogue, GString *text)
{
  g_string_append_printf (text, "<!-- Made from the code by penstock-reference; changes here are lost. -->\n# %s\n\n", page->title);
  page->append (catalogue, text);
  while (text->len > 1 && text->str[text->len - 1] == '\n' && text->str[text->len - 2] == '\n')
    g_string_truncate (text, text->len - 1);
}
