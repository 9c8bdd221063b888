/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes are killed, and what they ran goes on. A paper run of sma-cross is killed at random points, some runs several times over, and resumed
 * each time; what it comes to must be what the same run comes to that nobody killed, fill by fill and tick by tick, with a chain that verifies. */

#include "../integration/made-bars.h"
#include "../kit/test-command.h"
#include "../kit/test-ledger.h"

#include "engine/pst-run.h"
#include "host/pst-catalogue.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many kills at least; RESUME_KILLS in the environment for more. */
#define N_KILLS 40
#define N_KILLS_MAX 4

#define PIPELINE                                                                                                     \
  "[pipeline]\nname=p\nmode=paper\nrun-id=r\n"                                                                       \
  "[exchange data]\nplugin=replay\npath=bars.csv\ncolumns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\n" \
  "[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.0005\nslippage=0.0002\ncash=1000000 USD\n"                  \
  "[strategy cross]\nplugin=sma-cross\nfast=5\nslow=20\norder-value=20000 USD\n"                                     \
  "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=4\n"                                                   \
  "[store journal]\nplugin=journal\npath=r.journal\n"
#define LEDGER "[store ledger]\nplugin=sql\npath=ledger.db\n"

typedef struct
{
  PstCatalogue *catalogue;
  GString *bars;
  gboolean has_ledger; /* the ledger can go on with a run */
  char *trades;
  gint64 n_bytes; /* of the whole run's journal */
} World;

static PstPlugin *
load (World *world, const char *id)
{
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin = pst_catalogue_load (world->catalogue, id, PST_COMPONENT_KIND_STORE, &error);

  g_assert_no_error (error);
  return plugin;
}

/* What one would see of a run, apart from the numbers of its records and orders. */
static gboolean
tell (const PstRecord *record, gpointer user_data, GError **error)
{
  if (record->kind == PST_RECORD_FILL)
    g_string_append_printf (user_data, "%" G_GINT64_FORMAT " %u %d %" G_GINT64_FORMAT " at %" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT "\n",
                            record->fill.time_ns, record->fill.instrument, (int)record->fill.side, record->fill.quantity, record->fill.price,
                            record->fill.execution_id, record->fill.realised_profit);
  else if (record->kind == PST_RECORD_TICK)
    g_string_append_printf (user_data, "%" G_GINT64_FORMAT " tick %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", record->time_ns,
                            record->tick.tick, record->tick.cash, record->tick.equity);
  return TRUE;
}

static void
read_journal (World *world, const TestFolder *folder, PstRecordFunc func, gpointer user_data)
{
  g_autoptr (PstComponent) store = g_object_new (load (world, "journal")->type, NULL);
  g_autofree char *path = test_folder_path (folder, "r.journal");
  g_autoptr (GError) error = NULL;

  pst_component_set_option (store, "path", path, NULL);
  pst_store_replay (PST_STORE (store), func, user_data, NULL, &error);
  g_assert_no_error (error);
}

static char *
read_trades (World *world, const TestFolder *folder)
{
  g_autoptr (GString) text = g_string_new (NULL);

  read_journal (world, folder, tell, text);
  return g_strdup (text->str);
}

static gboolean
look_at_state (const PstRecord *record, gpointer user_data, GError **error)
{
  if (record->kind == PST_RECORD_RUN)
    *(PstRunState *)user_data = record->run.state;
  return TRUE;
}

static TestFolder *
make_folder (World *world)
{
  TestFolder *folder = test_folder_new ();
  g_autofree char *pipeline = g_strconcat (PIPELINE, world->has_ledger ? LEDGER : "", NULL);

  test_folder_write (folder, "p.pipeline", pipeline);
  test_folder_write (folder, "bars.csv", world->bars->str);
  return folder;
}

static gint64
get_size (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 ? status.st_size : 0;
}

static void
world_init (World *world)
{
  g_autoptr (TestFolder) folder = NULL;
  g_autoptr (TestOutcome) outcome = NULL;
  g_autofree char *journal = NULL;
  g_autoptr (GTypeClass) sql = NULL;

  world->catalogue = pst_catalogue_new (NULL);
  pst_catalogue_scan (world->catalogue);
  sql = g_type_class_ref (load (world, "sql")->type);
  world->has_ledger = ((PstStoreClass *)sql)->resume != NULL;
  world->bars = made_bars_new ((guint64)g_test_rand_int (), 6, 400);
  folder = make_folder (world);
  journal = test_folder_path (folder, "r.journal");
  outcome = test_penstock (folder, "run", "p.pipeline", "--quiet", NULL);
  test_assert_exit (outcome, 0);
  world->trades = read_trades (world, folder);
  world->n_bytes = get_size (journal);
}

static void
world_clear (World *world)
{
  g_object_unref (world->catalogue);
  g_string_free (world->bars, TRUE);
  g_free (world->trades);
}

/* Runs until the journal has @n_bytes, and kills it then, unless it ended before. */
static void
run_and_kill (const TestFolder *folder, gboolean resume, gint64 n_bytes)
{
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  g_autofree char *journal = test_folder_path (folder, "r.journal");
  pid_t pid = fork (), ended = 0;
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      int null = open ("/dev/null", O_RDWR);

      dup2 (null, 1);
      dup2 (null, 2);
      if (chdir (folder->path) == 0)
        execl (program, "penstock", "run", "p.pipeline", "--quiet", resume ? "--resume" : NULL, (char *)NULL);
      _exit (127);
    }
  while (get_size (journal) < n_bytes && (ended = waitpid (pid, &status, WNOHANG)) == 0)
    sched_yield ();
  if (ended != 0)
    {
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
      return;
    }
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
}

/* Where the journal leaves the run: 0 when it was killed before the first record. */
static PstRunState
get_state (World *world, const TestFolder *folder)
{
  g_autofree char *journal = test_folder_path (folder, "r.journal");
  PstRunState state = 0;

  if (get_size (journal) > 0)
    read_journal (world, folder, look_at_state, &state);
  return state;
}

/* How many kills came before the run had ended. */
static guint
kill_often (World *world, const TestFolder *folder)
{
  g_autofree char *journal = test_folder_path (folder, "r.journal");
  guint n_kills_max = (guint)g_test_rand_int_range (1, N_KILLS_MAX + 1), n_kills = 0;
  PstRunState state = 0;

  for (; n_kills < n_kills_max && state < PST_RUN_STATE_STOPPED; n_kills++)
    {
      gint64 size = get_size (journal), left = MAX (world->n_bytes - size, 2);

      run_and_kill (folder, state != 0, size + g_test_rand_int_range (1, (gint32)left));
      state = get_state (world, folder);
    }
  /* Killed behind the journal's last record, the ledger may not know of the end. */
  if (state >= PST_RUN_STATE_STOPPED && world->has_ledger)
    {
      g_autoptr (TestOutcome) settled = test_penstock (folder, "run", "p.pipeline", "--quiet", "--resume", NULL);

      if (settled->exit_code != 0)
        test_assert_contains (settled->errors, "has ended");
    }
  if (state < PST_RUN_STATE_STOPPED)
    {
      g_autoptr (TestOutcome) outcome = test_penstock (folder, "run", "p.pipeline", "--quiet", state != 0 ? "--resume" : NULL, NULL);

      test_assert_exit (outcome, 0);
    }
  return n_kills;
}

static void
test_resume (void)
{
  const char *wanted = g_getenv ("RESUME_KILLS");
  guint n_wanted = wanted != NULL ? (guint)g_ascii_strtoull (wanted, NULL, 10) : N_KILLS, n_all = 0;
  World world = { 0 };

  world_init (&world);
  for (guint i = 0; n_all < n_wanted; i++)
    {
      g_autoptr (TestFolder) folder = make_folder (&world);
      guint n_kills = kill_often (&world, folder);
      g_autoptr (TestOutcome) audit = test_penstock (folder, "audit", "verify", "r.journal", NULL);
      g_autofree char *trades = read_trades (&world, folder);

      n_all += n_kills;
      g_test_message ("run %u: killed %u times, %u in all", i, n_kills, n_all);
      test_assert_exit (audit, 0);
      g_assert_cmpstr (trades, ==, world.trades);
      if (world.has_ledger)
        {
          g_autofree char *ledger = test_folder_path (folder, "ledger.db");
          g_autoptr (TestOutcome) against = test_penstock (folder, "audit", "verify", "ledger.db", "--against", "r.journal", NULL);

          test_assert_exit (against, 0);
          test_ledger_check (ledger);
        }
    }
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/resume-after-kill-nine", test_resume);
  return g_test_run ();
}
