/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page of verbs: the table of pst-verb.h, and the keys of each result, which pst-host-list.c and pst-host-view-list.c write. */

#include "pst-reference-verbs.h"

#include <string.h>

#define RUN_KEYS                                                                                                                                   \
  "`user`, `run-id`, `pipeline`, `mode`, `state` (CREATED, RUNNING, STOPPED, ERROR), `reason`, `stopping` (why it was asked to end, while it has " \
  "not), `on-restart`, `created-at`, `started-at`, "                                                                                               \
  "`ended-at`; while it is kept what it did: `currency`, `trading-state` (ACTIVE, REDUCING, HALTED), `trading-reason`, `trading-by`, "             \
  "`trading-since`, `orders`, `open-orders`, `denied`, `rejected`, `fills`, `alerts`, `records`, `logical-time`, `ticks`, `cash`, "                \
  "`mark-to-market`, `equity`, `realised-profit`, `fees`; of the store that is slowest: `commits`, `commits-waiting`, `commit-p50-us`, "           \
  "`commit-p99-us`, `commit-max-us`"
#define ORDER_KEYS                                                                                                                    \
  "`order-id`, `client-id`, `venue-id`, `strategy`, `exchange`, `instrument`, `currency`, `state`, `side`, `type`, `time-in-force`, " \
  "`post-only`, `reduce-only`, `operator-exit`, `quantity`, `limit-price`, `stop-price`, `expires-at`, `filled-quantity`, "           \
  "`filled-notional`, `average-price`, `created-at`, `updated-at`, `reason`"
#define FILL_KEYS                                                                                                                          \
  "`order-id`, `strategy`, `exchange`, `instrument`, `currency`, `side`, `time`, `price`, `quantity`, `notional`, `fee`, `fee-currency`, " \
  "`realised-profit`, `liquidity`, `execution-id`"
#define POINT_KEYS "`tick`, `time`, `currency`, `cash`, `mark-to-market`, `equity`, `realised-profit`, `fees`, `unpriced`"
#define ALERT_KEYS "`time`, `severity`, `component`, `category`, `title`, `message`"

typedef struct
{
  const char *verb, *keys;
} Keys;

/* Verbs that are not here answer like get-run. */
static const Keys results[] = {
  { "get-host", "`version`, `started-at`, `runs`, `running` (of all users for an admin), `on-restart`, `max-runs`, `max-runs-per-user`" },
  { "list-users", "`user`, `runs`, `running`" },
  { "list-plugins", "`id`, `kind`, `name`, `version`, `description`, `usable`; when it is not: `refusal`, `reason`" },
  { "list-pipelines", "`name`, `own` (the caller's, not everyone's), `mode`, `description`; or `problem`" },
  { "check", "`valid`, `errors`, `pipeline`" },
  { "list-orders", ORDER_KEYS },
  { "list-fills", FILL_KEYS },
  { "list-positions",
    "`strategy`, `instrument`, `currency`, `quantity`, `cost`, `average-price`, `realised-profit`, `fees`, `fills`, `trades`, `wins`" },
  { "list-equity", POINT_KEYS },
  { "list-guards",
    "`name`, `plugin`, `actions`, `denied`, `last-denial`, `last-denial-detail`, `last-denial-at`, `state` (what it remembers, as of `state-at`)" },
  { "list-alerts", ALERT_KEYS },
  { "list-options", "`component`, `kind`, `plugin`, `option`, `value` (left out when `hidden`), `hidden`, `changeable`, `allowed`, `blurb`" },
  { "halt", "as get-run, and `obeyed`: whether the run has told that it did" },
  { "reduce", "as halt" },
  { "resume", "as halt" },
  { "engage-kill-switch", "as halt" },
  { "set-option", "as halt, and `component`, `option`, `value`: what the component has now (left out when it is hidden)" },
};

static const Keys events[] = {
  { "run-state", "`state`, `reason`, `time`" },
  { "trading-state", "`trading-state`, `trading-reason`, `trading-by`, `trading-since`" },
  { "order", ORDER_KEYS },
  { "fill", FILL_KEYS },
  { "alert", ALERT_KEYS },
  { "equity", POINT_KEYS "; at most once a second a run" },
  { "lost", "`count`: events that were left out because too many came at once; the lists have what they told" },
};

static const char *
find_keys (const char *verb)
{
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    if (strcmp (results[i].verb, verb) == 0)
      return results[i].keys;
  return strcmp (verb, "get-run") == 0 || strcmp (verb, "list-runs") == 0 ? RUN_KEYS : "as get-run";
}

static void
append_verb (GString *text, const PstVerb *verb)
{
  g_string_append_printf (text, "## %s\n\n%s Needs `%s`.\n\n", verb->name, verb->blurb, pst_permission_to_string (verb->permission));
  if (verb->n_parameters > 0)
    g_string_append (text, "| parameter | type | | meaning |\n|---|---|---|---|\n");
  for (guint i = 0; i < verb->n_parameters; i++)
    g_string_append_printf (text, "| `%s` | `%s` | %s | %s |\n", verb->parameters[i].name, verb->parameters[i].type,
                            verb->parameters[i].required ? "required" : "", verb->parameters[i].blurb);
  if (verb->n_parameters > 0)
    g_string_append_c (text, '\n');
  g_string_append_printf (text, "Result `%s`: %s.\n\n", verb->result_type, find_keys (verb->name));
}

/**
 * pst_reference_append_verbs:
 * @catalogue: not used
 * @text: where to append
 *
 * Appends the page of verbs. Any thread.
 */
void
pst_reference_append_verbs (PstCatalogue *catalogue, GString *text)
{
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  g_string_append (
      text,
      "What can be done with a host, on D-Bus, over HTTP and with `penstock ctl`, by the same names and rules. Money, prices and sizes are decimal "
      "strings; times are RFC 3339 in UTC; counters are integers. A key of which nothing is known is left out. What belongs to another user is "
      "`not-found`, whether it is there or not; an admin sees all. Errors stand in [errors](errors.md).\n\n");
  for (guint i = 0; i < n_verbs; i++)
    append_verb (text, &verbs[i]);
  g_string_append (text, "## Events\n\nEach names its user, its run, its kind, and what happened.\n\n| kind | keys |\n|---|---|\n");
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    g_string_append_printf (text, "| `%s` | %s |\n", events[i].verb, events[i].keys);
  g_string_append_c (text, '\n');
}
