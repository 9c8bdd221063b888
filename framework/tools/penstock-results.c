/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock results: kept results of backtests. Which action, which results; each action has a file of its own. */

#include "penstock-results.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const char *name;
  guint keys_min, keys_max;
  gboolean selects; /* by --strategy and the like, not by keys */
  int (*run) (PenstockResults *results);
} Action;

static const Action actions[] = {
  { "list", 0, 0, TRUE, penstock_results_list },         { "show", 1, 1, FALSE, penstock_results_show },
  { "compare", 2, 16, FALSE, penstock_results_compare }, { "export", 1, 1, FALSE, penstock_results_export },
  { "prune", 0, 0, TRUE, penstock_results_prune },
};

static gboolean
read_time (const char *option, const char *text, gint64 *time_ns, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (text == NULL || pst_time_parse (text, -1, time_ns, &cause))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s %s: write a day (2026-03-01) or a time (2026-03-01T12:00:00Z)", option, text);
  return FALSE;
}

static gboolean
find_statistic (const char *option, const char *name, PstStatisticId *id, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (pst_statistic_find (name, id, &cause))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s: %s", option, cause->message);
  return FALSE;
}

static gboolean
read_bound (const char *text, double *bound)
{
  char *end;

  if (*text == '\0')
    return FALSE;
  *bound = g_ascii_strtod (text, &end);
  return *end == '\0' && !isnan (*bound);
}

/* "sharpe>=1.5", "max_drawdown<=0.2" or "trades=10..50" */
static gboolean
read_where (PenstockResults *results, GError **error)
{
  const char *text = results->where, *sign = strpbrk (text, "<>=");
  g_autofree char *low = NULL;
  const char *dots;
  PstStatisticId id;
  gboolean understood = FALSE;

  results->query.minimum = -INFINITY;
  results->query.maximum = INFINITY;
  results->statistic = sign != NULL ? g_strstrip (g_strndup (text, (gsize)(sign - text))) : NULL;
  if (sign != NULL && g_str_has_prefix (sign, ">="))
    understood = read_bound (sign + 2, &results->query.minimum);
  else if (sign != NULL && g_str_has_prefix (sign, "<="))
    understood = read_bound (sign + 2, &results->query.maximum);
  else if (sign != NULL && *sign == '=' && (dots = strstr (sign, "..")) != NULL)
    {
      low = g_strndup (sign + 1, (gsize)(dots - sign - 1));
      understood = read_bound (low, &results->query.minimum) && read_bound (dots + 2, &results->query.maximum);
    }
  results->query.statistic = results->statistic;
  if (understood)
    return find_statistic ("where", results->statistic, &id, error);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--where %s: write NAME>=NUMBER, NAME<=NUMBER or NAME=LOW..HIGH, for example sharpe>=1", text);
  return FALSE;
}

static gint64
get_now (void)
{
  return g_get_real_time () * 1000;
}

static gboolean
read_query (PenstockResults *results, GError **error)
{
  PstResultQuery *query = &results->query;
  PstStatisticId id;
  gint64 age_ns;

  query->user_id = results->user;
  query->strategy = results->strategy;
  query->instrument = results->symbol;
  query->reverse = results->reverse;
  query->limit = (guint)MAX (results->limit, 0);
  query->offset = (guint)MAX (results->offset, 0);
  if (!read_time ("since", results->since, &query->since_ns, error) || !read_time ("until", results->until, &query->until_ns, error))
    return FALSE;
  if (results->older_than != NULL)
    {
      if (!pst_duration_parse (results->older_than, &age_ns, error))
        return FALSE;
      query->until_ns = get_now () - age_ns;
    }
  if (results->where != NULL && !read_where (results, error))
    return FALSE;
  if (results->order == NULL)
    return TRUE;
  if (!find_statistic ("order", results->order, &id, error))
    return FALSE;
  query->order = results->order;
  /* The best first: of a drawdown the least. */
  if (pst_statistic_list ()[id].better < 0)
    query->reverse = !query->reverse;
  return TRUE;
}

static gboolean
refuse (const char *message, GError **error)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
  return FALSE;
}

static gboolean
check_options (const PenstockResults *results, const Action *action, GError **error)
{
  const gboolean prunes = action->run == penstock_results_prune, exports = action->run == penstock_results_export;

  if (!action->selects
      && (results->strategy != NULL || results->symbol != NULL || results->since != NULL || results->until != NULL || results->where != NULL
          || results->order != NULL || results->limit >= 0 || results->offset > 0))
    return refuse ("--strategy, --symbol, --since, --until, --where, --order, --limit and --offset are options of list and prune", error);
  if (!prunes && (results->older_than != NULL || results->keep >= 0 || results->dry_run))
    return refuse ("--older-than, --keep and --dry-run are options of prune", error);
  if (!exports && (results->table != NULL || results->format != NULL || results->output != NULL))
    return refuse ("--table, --format and --output are options of export", error);
  if (prunes && (results->limit >= 0 || results->offset > 0 || (results->older_than != NULL && results->until != NULL)))
    return refuse ("prune takes --keep instead of --limit and --offset, and either --older-than or --until", error);
  return TRUE;
}

static int
run_action (PenstockResults *results, const Action *action, const char *place)
{
  g_autoptr (GError) error = NULL;
  int exit_code = PST_EXIT_OK;

  if (!check_options (results, action, &error) || !read_query (results, &error))
    return penstock_verb_fail (results->verb, error);
  results->catalogue = penstock_catalogue_open ();
  results->store = penstock_result_store_open (results->catalogue, results->plugin_id, place, &error);
  exit_code = results->store != NULL ? action->run (results) : penstock_verb_fail (results->verb, error);
  g_clear_object (&results->store);
  g_clear_object (&results->catalogue);
  return exit_code;
}

static const Action *
find_action (const char *name)
{
  const char *names[G_N_ELEMENTS (actions) + 1] = { NULL };
  const char *nearest;

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (strcmp (actions[i].name, name) == 0)
        return &actions[i];
      names[i] = actions[i].name;
    }
  nearest = pst_nearest_name (name, names);
  g_printerr ("penstock results: there is no \"%s\"%s%s%s; write list, show, compare, export or prune\n", name,
              nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"" : "");
  return NULL;
}

static int
run_named (PenstockResults *results, int argc, char **argv)
{
  const Action *action = find_action (argv[1]);
  guint n_keys = (guint)argc - 3;

  if (action == NULL)
    return PST_EXIT_USAGE;
  if (n_keys < action->keys_min || n_keys > action->keys_max)
    {
      g_printerr ("penstock results: %s takes %s\n", action->name,
                  action->keys_max == 0   ? "a LEDGER and no KEY; choose by --strategy, --symbol, --since, --where"
                  : action->keys_max == 1 ? "a LEDGER and one KEY"
                                          : "a LEDGER and two to sixteen KEYs");
      return PST_EXIT_USAGE;
    }
  results->keys = argv + 3;
  return run_action (results, action, argv[2]);
}

static void
clear (PenstockResults *results)
{
  char *texts[] = { results->user,       results->strategy,  results->symbol, results->since,  results->until,  results->where,    results->order,
                    results->older_than, results->plugin_id, results->table,  results->format, results->output, results->statistic };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

static int
run_results (const PenstockVerb *verb, int argc, char **argv)
{
  PenstockResults results = { .verb = verb, .limit = -1, .keep = -1 };
  const GOptionEntry entries[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &results.user, "Only this user's", "USER" },
    { "strategy", 0, 0, G_OPTION_ARG_STRING, &results.strategy, "list, prune: of this strategy plugin, sma-cross for example", "PLUGIN" },
    { "symbol", 0, 0, G_OPTION_ARG_STRING, &results.symbol, "list, prune: that saw this symbol or instrument", "SYMBOL" },
    { "since", 0, 0, G_OPTION_ARG_STRING, &results.since, "list, prune: computed then or later", "TIME" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &results.until, "list, prune: computed before", "TIME" },
    { "where", 0, 0, G_OPTION_ARG_STRING, &results.where, "list, prune: by a statistic: \"sharpe>=1\", \"trades=10..50\"", "TEST" },
    { "order", 0, 0, G_OPTION_ARG_STRING, &results.order, "list, prune: by this statistic, the best first (default: the newest first)", "NAME" },
    { "reverse", 0, 0, G_OPTION_ARG_NONE, &results.reverse, "list: the other way round", NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &results.limit, "list: at most so many (default 20; 0: all)", "N" },
    { "offset", 0, 0, G_OPTION_ARG_INT, &results.offset, "list: leave out so many at the beginning", "N" },
    { "older-than", 0, 0, G_OPTION_ARG_STRING, &results.older_than, "prune: computed longer ago, 30d for example", "AGE" },
    { "keep", 0, 0, G_OPTION_ARG_INT, &results.keep, "prune: all but the first N in the order", "N" },
    { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &results.dry_run, "prune: only say what would be removed", NULL },
    { "table", 0, 0, G_OPTION_ARG_STRING, &results.table, "export as CSV: statistics, trades (the default), fills, equity or daily", "TABLE" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &results.format, "export: csv (the default), or json: the whole result", "FORMAT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &results.output, "export: into this file, which must not be there", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &results.as_json, "list, show, compare, prune: print JSON", NULL },
    { "plugin", 0, 0, G_OPTION_ARG_STRING, &results.plugin_id, "Store plugin that keeps them (default: sql)", "ID" },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 2, 18, &exit_code))
    exit_code = run_named (&results, argc, argv);
  clear (&results);
  return exit_code;
}

const PenstockVerb penstock_verb_results = {
  "results",
  "list|show|compare|export|prune LEDGER [KEY...]",
  "Look at kept results of backtests, compare them, take them out, remove them",
  "LEDGER is a file, or postgresql://USER@HOST/DATABASE; penstock run --results LEDGER keeps results there. A KEY is the\n"
  "beginning of a result's key, as list prints it. Statistics are named as in docs/reference/statistics.md.\n\n"
  "  penstock results list results.db --strategy sma-cross --order sharpe --limit 10\n"
  "  penstock results compare results.db 1a2b3c4d 5e6f7081\n"
  "  penstock results prune results.db --order sharpe --keep 100 --dry-run",
  run_results,
};
