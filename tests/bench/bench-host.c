/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host under load: many users with a paper run each, ten ticks a second each, one SQLite ledger for all. Says how many ticks were missed, how long
 * a tick's commit took, what a run costs in memory and in processor time. */

#include "host/pst-host.h"
#include "host/pst-test-folder.h"

#include <stdio.h>
#include <sys/resource.h>

#define PACE_NS (100 * 1000000)

typedef struct
{
  int n_users;
  int seconds;
  gboolean is_test;
} Options;

typedef struct
{
  guint64 n_ticks, n_missed, n_fills, n_commits;
  guint64 p99_us, max_us;
  guint n_broken;
} Totals;

static gsize
get_resident_bytes (void)
{
  g_autofree char *text = NULL;
  unsigned long size, resident;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) || sscanf (text, "%lu %lu", &size, &resident) != 2)
    return 0;
  return resident * (gsize)sysconf (_SC_PAGESIZE);
}

static double
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
write_files (const char *folder, guint n_bars)
{
  g_autoptr (GString) bars = g_string_new ("time,open,high,low,close,volume\n");
  g_autofree char *bars_path = NULL, *pipeline_path = NULL;

  for (guint i = 0; i < n_bars; i++)
    {
      guint cents = 10000 + (i % 40 < 20 ? i % 20 : 20 - i % 20) * 25;

      g_string_append_printf (bars, "2024-01-%02uT%02u:%02u:00Z,%u.%02u,%u.%02u,%u.%02u,%u.%02u,1000\n", 1 + i / 1440, i / 60 % 24, i % 60,
                              cents / 100, cents % 100, (cents + 10) / 100, (cents + 10) % 100, (cents - 10) / 100, (cents - 10) % 100, cents / 100,
                              cents % 100);
    }
  bars_path = pst_test_folder_write (folder, "bars.csv", bars->str, -1, 0600);
  pipeline_path = pst_test_folder_write (folder, "load.pipeline",
                                         "[pipeline]\nname=load\nmode=paper\n"
                                         "[exchange data]\nplugin=replay\npath=bars.csv\nbar-period=1m\nsymbol=ACME\nprice-scale=2\npace=100ms\n"
                                         "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\n"
                                         "[strategy cross]\nplugin=sma-cross\nfast=2\nslow=5\norder-value=10000 USD\n"
                                         "[guard kill]\nplugin=kill-switch\n"
                                         "[store ledger]\nplugin=sql\npath=ledger.db\n",
                                         -1, 0600);
}

/* (transfer full): never NULL. */
static GVariant *
call (PstHost *host, guint user, const char *verb, const char *key, const char *value, const char *other_key, GVariant *other)
{
  PstCaller caller = { .permissions = PST_PERMISSION_ALL & ~PST_PERMISSION_ADMIN, .origin = "bench" };
  g_autoptr (GError) error = NULL;
  GVariantBuilder builder;
  GVariant *result;

  g_snprintf (caller.user_id, sizeof caller.user_id, "user-%03u", user);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", key, g_variant_new_string (value));
  if (other_key != NULL)
    g_variant_builder_add (&builder, "{sv}", other_key, other);
  result = pst_controller_call (PST_CONTROLLER (host), &caller, verb, g_variant_builder_end (&builder), &error);
  if (result == NULL)
    g_error ("%s: %s", verb, error->message);
  return result;
}

static guint64
number (GVariant *dict, const char *key)
{
  guint64 value = 0;

  g_variant_lookup (dict, key, "t", &value);
  return value;
}

static gint64
point_time (GVariant *points, gsize nth)
{
  g_autoptr (GVariant) point = g_variant_get_child_value (points, nth);
  const char *text = "";
  gint64 time_ns = 0;

  g_variant_lookup (point, "time", "&s", &text);
  pst_time_parse (text, -1, &time_ns, NULL);
  return time_ns;
}

/* Two frames that fall into one tick leave a gap: what is missing between the first tick and the last was missed. */
static void
add_run (Totals *totals, PstHost *host, guint user)
{
  g_autoptr (GVariant) run = call (host, user, "get-run", "run-id", "one", NULL, NULL);
  g_autoptr (GVariant) points = call (host, user, "list-equity", "run-id", "one", "limit", g_variant_new_uint32 (10000));
  gsize n_points = g_variant_n_children (points);
  gint64 expected = n_points > 0 ? (point_time (points, 0) - point_time (points, n_points - 1) + PACE_NS / 2) / PACE_NS + 1 : 0;
  const char *state = "";

  g_variant_lookup (run, "state", "&s", &state);
  totals->n_broken += strcmp (state, "RUNNING") != 0;
  totals->n_ticks += n_points;
  totals->n_missed += (guint64)MAX (expected - (gint64)n_points, 0);
  totals->n_fills += number (run, "fills");
  totals->n_commits += number (run, "commits");
  totals->p99_us = MAX (totals->p99_us, number (run, "commit-p99-us"));
  totals->max_us = MAX (totals->max_us, number (run, "commit-max-us"));
}

static gboolean
on_over (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static int
measure (PstHost *host, const Options *options)
{
  gsize before = get_resident_bytes (), after;
  gint64 start_us = g_get_monotonic_time ();
  double cpu, seconds;
  Totals totals = { 0 };
  gboolean over = FALSE;
  g_autoptr (GSource) timer = g_timeout_source_new ((guint)options->seconds * 1000);

  for (int i = 0; i < options->n_users; i++)
    {
      g_autoptr (GVariant) created = call (host, (guint)i, "create", "pipeline", "load", "run-id", g_variant_new_string ("one"));
      g_autoptr (GVariant) started = call (host, (guint)i, "start", "run-id", "one", NULL, NULL);
    }
  seconds = (double)(g_get_monotonic_time () - start_us) / 1e6;
  printf ("# %d runs started in %.2f s\n", options->n_users, seconds);
  cpu = get_cpu_seconds ();
  g_source_set_callback (timer, on_over, &over, NULL);
  g_source_attach (timer, NULL);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  cpu = get_cpu_seconds () - cpu;
  after = get_resident_bytes ();
  for (int i = 0; i < options->n_users; i++)
    add_run (&totals, host, (guint)i);
  printf ("# %" G_GUINT64_FORMAT " ticks in %d s, %" G_GUINT64_FORMAT " missed, %" G_GUINT64_FORMAT " fills, %u runs not running\n", totals.n_ticks,
          options->seconds, totals.n_missed, totals.n_fills, totals.n_broken);
  printf ("# a tick's commit on SQLite: p99 of the slowest run %.1f ms, maximum %.1f ms\n", (double)totals.p99_us / 1e3, (double)totals.max_us / 1e3);
  printf ("# memory per run %.0f KiB, processor %.0f %% of one core\n", (double)(after - before) / 1024 / options->n_users,
          100 * cpu / options->seconds);
  /* On a machine that does other things too, only that all of it worked is asserted. */
  return totals.n_broken > 0 || totals.n_ticks == 0 || totals.n_commits == 0 || (!options->is_test && (totals.n_missed > 0 || totals.p99_us > 50000));
}

int
main (int argc, char **argv)
{
  Options options = { 100, 60, FALSE };
  const GOptionEntry entries[] = {
    { "users", 0, 0, G_OPTION_ARG_INT, &options.n_users, "How many users, with a run each", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &options.seconds, "For how long", "N" },
    { "test", 0, 0, G_OPTION_ARG_NONE, &options.is_test, "Fail only when something does not work, not when it is slow", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autoptr (PstHostSettings) settings = pst_host_settings_new ();
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autoptr (PstHost) host = NULL;
  g_autoptr (GError) error = NULL;
  int result;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || options.n_users < 1 || options.seconds < 1 || options.seconds > 900)
    g_error ("%s", error != NULL ? error->message : "1 user, 1 to 900 seconds at least");
  write_files (folder, (guint)options.seconds * 20 + 2000);
  pst_catalogue_scan (catalogue);
  settings->state_folder = g_build_filename (folder, "state", NULL);
  settings->pipelines = g_strdup (folder);
  settings->runs_max = 10000;
  settings->list_max = 10000;
  host = pst_host_new (settings, catalogue, &error);
  if (host == NULL)
    g_error ("%s", error->message);
  result = measure (host, &options);
  if (pst_host_shutdown (host, "the measurement is over") > 0)
    result = 1;
  if (options.is_test)
    printf ("%s 1 /host/load\n1..1\n", result == 0 ? "ok" : "not ok");
  return result;
}
