/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Power is not the only thing that fails: processes are killed. A run is killed at a random point, a hundred times. What it had confirmed to the
 * outside, an order that was sent or a tick that was over, must be in the journal; the ledger, which follows it, may hold no half of anything.
 *
 * The victim is this program again. It says on a pipe "o ID" when an order is sent (its intent was committed before) and "t TIME" when a
 * tick is over (its commit returned before the next frame is seen). */

#include "../kit/test-command.h"

#include "host/pst-catalogue.h"
#include "engine/pst-run.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_KILLS 100
#define N_BARS 4000
#define PIPE_FD 3
#define FRAMES_PER_BLOCK 16

/* ---- the victim ---- */

#define VICTIM_TYPE_VENUE (victim_venue_get_type ())
G_DECLARE_FINAL_TYPE (VictimVenue, victim_venue, VICTIM, VENUE, PstExchange)

struct _VictimVenue
{
  PstExchange parent_instance;

  PstFrameBuffer *buffer;
  guint32 instrument;
  guint next;
  guint64 n_executions;
};

G_DEFINE_FINAL_TYPE (VictimVenue, victim_venue, PST_TYPE_EXCHANGE)

static void
say (char what, gint64 number)
{
  char line[32];
  int length = g_snprintf (line, sizeof line, "%c %" G_GINT64_FORMAT "\n", what, number);

  if (write (PIPE_FD, line, (gsize)length) != length)
    _exit (9);
}

static gboolean
victim_venue_prepare (PstComponent *component, GError **error)
{
  VictimVenue *venue = VICTIM_VENUE (component);
  const PstInstrument draft = { .symbol = (char *)"X", .venue = (char *)"V", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, error);

  venue->instrument = pst_exchange_add_instrument (PST_EXCHANGE (venue), instrument, error);
  return venue->instrument != PST_INSTRUMENT_NONE;
}

static PstFeedStatus
victim_venue_pull (PstExchange *exchange, GError **error)
{
  VictimVenue *venue = VICTIM_VENUE (exchange);
  PstFrameBlock block;

  if (venue->next == N_BARS)
    return PST_FEED_END;
  pst_frame_buffer_clear (venue->buffer);
  for (guint i = 0; i < FRAMES_PER_BLOCK && venue->next < N_BARS; i++, venue->next++)
    {
      gint64 time_ns = (gint64)venue->next * PST_NS_PER_SECOND, price = 10000 + venue->next % 50;
      PstEvent *event;

      pst_frame_buffer_begin (venue->buffer, time_ns);
      event = pst_frame_buffer_add (venue->buffer);
      event->kind = PST_EVENT_BAR;
      event->instrument = venue->instrument;
      event->venue_time_ns = event->receive_time_ns = time_ns;
      event->bar = (PstBar){ price, price, price, price, 1 };
      pst_frame_buffer_end (venue->buffer);
    }
  block = pst_frame_buffer_get_block (venue->buffer);
  return pst_exchange_publish (exchange, &block, error) ? PST_FEED_MORE : PST_FEED_ERROR;
}

static gboolean
victim_venue_load_account (PstExchange *exchange, PstAccount *account, GError **error)
{
  return pst_account_add (account, pst_currency_get ("USD", NULL), G_GINT64_CONSTANT (100000000000000), error);
}

static gboolean
victim_venue_submit (PstExchange *exchange, const PstOrder *order, GError **error)
{
  VictimVenue *venue = VICTIM_VENUE (exchange);
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_ACCEPTED, .time_ns = order->created_time_ns };

  say ('o', (gint64)order->id);
  pst_exchange_report (exchange, &report);
  report.kind = PST_REPORT_FILL;
  report.price = 10000;
  report.quantity = order->request.quantity;
  report.liquidity = PST_LIQUIDITY_TAKER;
  g_snprintf (report.execution_id, sizeof report.execution_id, "V-%" G_GUINT64_FORMAT, ++venue->n_executions);
  pst_exchange_report (exchange, &report);
  return TRUE;
}

static void
victim_venue_finalize (GObject *object)
{
  pst_frame_buffer_free (VICTIM_VENUE (object)->buffer);
  G_OBJECT_CLASS (victim_venue_parent_class)->finalize (object);
}

static void
victim_venue_class_init (VictimVenueClass *klass)
{
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = victim_venue_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = victim_venue_prepare;
  exchange_class->pull = victim_venue_pull;
  exchange_class->load_account = victim_venue_load_account;
  exchange_class->submit = victim_venue_submit;
}

static void
victim_venue_init (VictimVenue *venue)
{
  venue->buffer = pst_frame_buffer_new (FRAMES_PER_BLOCK);
}

#define VICTIM_TYPE_STRATEGY (victim_strategy_get_type ())
G_DECLARE_FINAL_TYPE (VictimStrategy, victim_strategy, VICTIM, STRATEGY, PstStrategy)

struct _VictimStrategy
{
  PstStrategy parent_instance;

  gint64 last_time_ns; /* of the tick before */
  guint64 n_frames;
};

G_DEFINE_FINAL_TYPE (VictimStrategy, victim_strategy, PST_TYPE_STRATEGY)

static void
victim_strategy_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  VictimStrategy *self = VICTIM_STRATEGY (strategy);

  if (self->n_frames++)
    say ('t', self->last_time_ns);
  self->last_time_ns = frame->time_ns;
  if (self->n_frames % 3 == 0)
    pst_strategy_submit_market (strategy, frame->events[0].instrument, self->n_frames % 2 ? PST_SIDE_BUY : PST_SIDE_SELL, 1 + self->n_frames % 7);
}

static void
victim_strategy_class_init (VictimStrategyClass *klass)
{
  PST_STRATEGY_CLASS (klass)->on_frame = victim_strategy_on_frame;
}

static void
victim_strategy_init (VictimStrategy *self)
{
}

static PstComponent *
make_store (PstCatalogue *catalogue, const char *plugin_id, const char *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin = pst_catalogue_load (catalogue, plugin_id, PST_COMPONENT_KIND_STORE, &error);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  PstComponent *store;

  g_assert_no_error (error);
  store = g_object_new (plugin->type, NULL);
  pst_component_set_option (store, "path", path, &error);
  g_assert_no_error (error);
  return store;
}

static int
be_victim (const char *folder)
{
  PstRunSettings settings = { .user_id = (char *)"local",
                              .run_id = (char *)"victim-1",
                              .pipeline = (char *)"victim",
                              .mode = PST_MODE_PAPER,
                              .seed = 1,
                              .guards_none = TRUE,
                              .currency = pst_currency_get ("USD", NULL) };
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autoptr (PstRun) run = pst_run_new (&settings);
  g_autoptr (PstComponent) venue = g_object_new (VICTIM_TYPE_VENUE, NULL);
  g_autoptr (PstComponent) strategy = g_object_new (VICTIM_TYPE_STRATEGY, NULL);
  g_autoptr (PstComponent) journal = NULL, ledger = NULL;
  g_autoptr (GError) error = NULL;

  pst_catalogue_scan (catalogue);
  journal = make_store (catalogue, "journal", folder, "victim.journal");
  ledger = make_store (catalogue, "sql", folder, "victim.db");
  if (pst_run_add (run, venue, "test", "venue", &error) && pst_run_add (run, strategy, "test", "strategy", &error)
      && pst_run_add (run, journal, "journal", "journal", &error) && pst_run_add (run, ledger, "sql", "ledger", &error))
    pst_run_execute (run, &error);
  if (error)
    fprintf (stderr, "victim: %s\n", error->message);
  return error != NULL;
}

/* ---- the test ---- */

typedef struct
{
  gint64 last_order;
  gint64 last_tick_ns; /* -1: none */
  guint n_lines;
} Confirmed;

static void
read_line (FILE *stream, Confirmed *confirmed, gboolean *more)
{
  char line[64], what;
  gint64 number;

  *more = fgets (line, sizeof line, stream) != NULL;
  if (!*more || line[strlen (line) - 1] != '\n' || sscanf (line, "%c %" G_GINT64_FORMAT, &what, &number) != 2)
    return;
  confirmed->n_lines++;
  if (what == 'o')
    confirmed->last_order = number;
  else
    confirmed->last_tick_ns = number;
}

static Confirmed
kill_one (const TestFolder *folder, guint lines_before, guint spin)
{
  Confirmed confirmed = { .last_tick_ns = -1 };
  gboolean more = TRUE;
  FILE *stream;
  int ends[2], status;
  pid_t pid;

  g_assert_cmpint (pipe (ends), ==, 0);
  fflush (NULL);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      if (ends[1] != PIPE_FD)
        dup2 (ends[1], PIPE_FD);
      execl ("/proc/self/exe", "kill-test", "--victim", folder->path, (char *)NULL);
      _exit (8);
    }
  close (ends[1]);
  stream = fdopen (ends[0], "r");
  while (more && confirmed.n_lines < lines_before)
    read_line (stream, &confirmed, &more);
  for (volatile guint i = 0; i < spin; i++)
    ;
  kill (pid, SIGKILL);
  while (more)
    read_line (stream, &confirmed, &more);
  fclose (stream);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return confirmed;
}

typedef struct
{
  guint64 n_records;
  guint64 last_intent;
  gint64 last_tick_ns;
} Journal;

static gboolean
look_at_record (const PstRecord *record, gpointer user_data, GError **error)
{
  Journal *journal = user_data;

  g_assert_cmpuint (record->sequence, ==, ++journal->n_records);
  if (record->kind == PST_RECORD_INTENT)
    g_assert_cmpuint (record->order.id, ==, ++journal->last_intent);
  if (record->kind == PST_RECORD_TICK)
    journal->last_tick_ns = record->time_ns;
  return TRUE;
}

static void
check_journal (PstCatalogue *catalogue, const TestFolder *folder, const Confirmed *confirmed, Journal *journal)
{
  g_autoptr (PstComponent) store = make_store (catalogue, "journal", folder->path, "victim.journal");
  g_autoptr (GError) error = NULL;
  PstStoreScan scan;

  journal->last_tick_ns = -1;
  pst_store_replay (PST_STORE (store), look_at_record, journal, &scan, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (scan.n_records, ==, journal->n_records);
  g_assert_cmpint ((gint64)journal->last_intent, >=, confirmed->last_order);
  g_assert_cmpint (journal->last_tick_ns, >=, confirmed->last_tick_ns);
}

static gint64
query (const TestFolder *folder, const char *sql)
{
  g_autoptr (TestOutcome) outcome = test_run (folder, NULL, "sqlite3", "victim.db", sql, NULL);

  test_assert_exit (outcome, 0);
  return *outcome->output ? g_ascii_strtoll (outcome->output, NULL, 10) : -1;
}

static void
check_ledger (const TestFolder *folder, const Journal *journal)
{
  g_autoptr (TestOutcome) sound = test_run (folder, NULL, "sqlite3", "victim.db", "PRAGMA integrity_check; PRAGMA foreign_key_check;", NULL);
  gint64 last_tick_ns;

  test_assert_exit (sound, 0);
  g_assert_cmpstr (sound->output, ==, "ok\n");
  last_tick_ns = query (folder, "SELECT coalesce(max(logical_time), -1) FROM mtm_ledger");
  /* The ledger follows the journal, from which it can be rebuilt; it is never ahead of it. */
  g_assert_cmpint (last_tick_ns, <=, journal->last_tick_ns);
  /* Whole ticks only: each tick up to the last is there, and nothing is there of a later one. */
  g_assert_cmpint (query (folder, "SELECT count(*) FROM mtm_ledger"), ==, last_tick_ns < 0 ? 0 : last_tick_ns / PST_NS_PER_SECOND + 1);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM paper_trade WHERE logical_time > (SELECT coalesce(max(logical_time), -1) FROM mtm_ledger)"),
                   ==, 0);
  g_assert_cmpint (query (folder, "SELECT count(*) FROM mtm_ledger WHERE equity <> cash + mark_to_market"), ==, 0);
}

static void
test_kill (void)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  guint n_started = 0;

  pst_catalogue_scan (catalogue);
  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      guint lines = (guint)g_test_rand_int_range (0, 1200), spin = (guint)g_test_rand_int_range (0, 200000);
      Confirmed confirmed = kill_one (folder, lines, spin);
      g_autofree char *journal_path = test_folder_path (folder, "victim.journal");
      Journal journal = { 0 };

      /* Killed before anything was opened: nothing was confirmed. */
      if (!confirmed.n_lines)
        continue;
      n_started++;
      check_journal (catalogue, folder, &confirmed, &journal);
      check_ledger (folder, &journal);
      g_test_message ("kill %u: %u lines confirmed, last order %" G_GINT64_FORMAT ", journal has %" G_GUINT64_FORMAT " records", i, confirmed.n_lines,
                      confirmed.last_order, journal.n_records);
    }
  g_assert_cmpuint (n_started, >, N_KILLS / 2);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--victim") == 0)
    return be_victim (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/kill-nine", test_kill);
  return g_test_run ();
}
