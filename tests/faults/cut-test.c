/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No luck needed to find what a kill loses: a run's journal is cut off behind every one of its records in turn, as a kill leaves it, and the run goes
 * on. What it comes to must be what the undisturbed run came to, record by record: orders, reports, fills, positions, ticks, notes, what strategies
 * remember. Then the same with a second cut in what went on, and with cuts inside of records.
 *
 * The strategy does whatever a strategy may do, by the data, by what it holds and by what it remembers: orders of all types, changes, cancels, orders
 * because of fills, orders by timers. The venue is the simulated one, with and without latency, with fills in parts, and with too little cash. */

#include "../kit/test-command.h"
#include "../kit/test-host.h"

#include "host/pst-pipeline-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_FRAMES 14
#define N_SYMBOLS 3
#define HOUR (3600 * PST_NS_PER_SECOND)
/* Every record in turn with CUT_ALL=1 in the environment; otherwise every few of them, at random from which, since each cut waits for the disk. */
#ifdef TEST_SANITIZED
#define STRIDE 41
#else
#define STRIDE 11
#endif
#define FRAME_HEAD 16
#define JOURNAL_HEAD 32

/* The strategy */

#define TEST_TYPE_TRADER (trader_get_type ())
G_DECLARE_FINAL_TYPE (Trader, trader, TEST, TRADER, PstStrategy)

struct _Trader
{
  PstStrategy parent_instance;

  gint64 n_asked, n_filled; /* remembered */
  guint timer;
};

G_DEFINE_FINAL_TYPE (Trader, trader, PST_TYPE_STRATEGY)

static PstContext *
context_of (Trader *trader)
{
  return pst_component_get_context (PST_COMPONENT (trader));
}

static void
ask (Trader *trader, guint32 instrument, PstSide side, gint64 quantity, PstOrderType type, gint64 limit, gint64 stop, PstTimeInForce time)
{
  const PstOrderRequest request = {
    .instrument = instrument, .side = side, .type = type, .time_in_force = time, .quantity = quantity, .limit_price = limit, .stop_price = stop
  };

  if (pst_strategy_submit (PST_STRATEGY (trader), &request) != 0)
    trader->n_asked++;
}

/* Relative to what the order is: doing it twice shows. */
static void
change_order (const PstOrder *order, gpointer user_data)
{
  Trader *trader = user_data;

  if ((order->id + (guint64)trader->n_asked) % 3 == 0)
    pst_context_modify (context_of (trader), order->id, order->request.quantity + 1,
                        order->request.limit_price != 0 ? order->request.limit_price + 1 : 0, 0, NULL);
}

static void
cancel_order (const PstOrder *order, gpointer user_data)
{
  if (order->id % 2 == 0)
    pst_context_cancel (user_data, order->id, NULL);
}

static void
trade_one (Trader *trader, const PstEvent *bar, gint64 time_ns)
{
  gint64 close = bar->bar.close, held = pst_strategy_get_position (PST_STRATEGY (trader), bar->instrument)->quantity;
  PstRandom random;

  pst_random_init (&random, (guint64)(time_ns / HOUR) * 31 + bar->instrument, "trader");
  switch (pst_random_below (&random, 11))
    {
    case 0:
      ask (trader, bar->instrument, PST_SIDE_BUY, 3 + trader->n_filled % 4, PST_ORDER_TYPE_MARKET, 0, 0, 0);
      break;
    case 1:
      ask (trader, bar->instrument, PST_SIDE_SELL, held > 0 ? held : 2, PST_ORDER_TYPE_MARKET, 0, 0, 0);
      break;
    case 2:
      ask (trader, bar->instrument, PST_SIDE_BUY, 40, PST_ORDER_TYPE_LIMIT, close - 15, 0, 0);
      break;
    case 3:
      ask (trader, bar->instrument, PST_SIDE_SELL, 30, PST_ORDER_TYPE_LIMIT, close + 15, 0, PST_TIME_IN_FORCE_DAY);
      break;
    case 4:
      ask (trader, bar->instrument, PST_SIDE_BUY, 20, PST_ORDER_TYPE_STOP_MARKET, 0, close + 20, 0);
      break;
    case 5:
      ask (trader, bar->instrument, PST_SIDE_SELL, 20, PST_ORDER_TYPE_STOP_LIMIT, close - 40, close - 10, 0);
      break;
    case 6:
      ask (trader, bar->instrument, PST_SIDE_BUY, 15, PST_ORDER_TYPE_LIMIT, close + 5, 0, PST_TIME_IN_FORCE_IOC);
      break;
    case 7:
    case 8:
      pst_context_foreach_open_order (context_of (trader), change_order, trader);
      break;
    case 9:
      pst_context_foreach_open_order (context_of (trader), cancel_order, context_of (trader));
      break;
    default:
      pst_context_note (context_of (trader), PST_COMPONENT (trader), "THOUGHT", "asked=%" G_GINT64_FORMAT, trader->n_asked);
    }
}

static void
trader_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  for (guint i = 0; i < frame->n_events; i++)
    if (frame->events[i].kind == PST_EVENT_BAR)
      trade_one (TEST_TRADER (strategy), &frame->events[i], frame->time_ns);
}

/* A fill brings forth an order at the same instant. */
static void
trader_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  Trader *trader = TEST_TRADER (strategy);

  if (report == NULL || report->kind != PST_REPORT_FILL)
    return;
  trader->n_filled++;
  if (trader->n_filled % 3 == 0)
    ask (trader, order->request.instrument, order->request.side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY, report->quantity,
         PST_ORDER_TYPE_LIMIT, report->price + (order->request.side == PST_SIDE_BUY ? 10 : -10), 0, 0);
}

static void
on_time (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Trader *trader = user_data;

  ask (trader, 0, due_ns / HOUR % 2 != 0 ? PST_SIDE_BUY : PST_SIDE_SELL, 1, PST_ORDER_TYPE_MARKET, 0, 0, 0);
  trader->timer = pst_clock_add_timer (clock, due_ns + 3 * HOUR / 2, on_time, trader, NULL);
}

static gboolean
trader_start (PstComponent *component, GError **error)
{
  Trader *trader = TEST_TRADER (component);
  PstClock *clock = pst_context_get_clock (context_of (trader));

  trader->timer = pst_clock_add_timer (clock, pst_clock_now_ns (clock) + HOUR / 2, on_time, trader, NULL);
  ask (trader, 1, PST_SIDE_BUY, 7, PST_ORDER_TYPE_MARKET, 0, 0, 0);
  return TRUE;
}

static void
trader_stop (PstComponent *component)
{
  Trader *trader = TEST_TRADER (component);

  pst_clock_remove_timer (pst_context_get_clock (context_of (trader)), trader->timer);
}

static void
trader_save_state (PstComponent *component, PstStateFile *state)
{
  pst_state_file_set_int64 (state, "asked", TEST_TRADER (component)->n_asked);
  pst_state_file_set_int64 (state, "filled", TEST_TRADER (component)->n_filled);
}

static gboolean
trader_load_state (PstComponent *component, PstStateFile *state, GError **error)
{
  Trader *trader = TEST_TRADER (component);

  return pst_state_file_get_int64 (state, "asked", &trader->n_asked, error) && pst_state_file_get_int64 (state, "filled", &trader->n_filled, error);
}

static void
trader_class_init (TraderClass *klass)
{
  PST_COMPONENT_CLASS (klass)->start = trader_start;
  PST_COMPONENT_CLASS (klass)->stop = trader_stop;
  PST_COMPONENT_CLASS (klass)->save_state = trader_save_state;
  PST_COMPONENT_CLASS (klass)->load_state = trader_load_state;
  PST_STRATEGY_CLASS (klass)->on_frame = trader_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = trader_on_order;
}

static void
trader_init (Trader *trader)
{
}

/* The run */

typedef struct
{
  TestFolder *folder;
  PstCatalogue *catalogue;
  char *pipeline;
  char *pipeline_path, *journal;
  GByteArray *bytes; /* of the undisturbed run's journal */
  GArray *ends;      /* gsize: where each record ends in them */
  char *story;
} World;

/* Two files may be two feeds whose bars come at the same times. */
static void
write_bars (World *world, const char *name, guint first, guint n_symbols, guint64 seed)
{
  g_autoptr (GString) text = g_string_new ("time,open,high,low,close,volume,symbol\n");
  gint64 prices[N_SYMBOLS];
  PstRandom random;

  pst_random_init (&random, seed, name);
  for (guint i = 0; i < n_symbols; i++)
    prices[i] = 1000 + (gint64)pst_random_below (&random, 1000);
  for (guint k = 0; k < N_FRAMES; k++)
    for (guint i = 0; i < n_symbols; i++)
      {
        gint64 open = prices[i] + (gint64)pst_random_below (&random, 21) - 10, close = open + (gint64)pst_random_below (&random, 41) - 20;
        gint64 high = MAX (open, close) + (gint64)pst_random_below (&random, 15), low = MIN (open, close) - (gint64)pst_random_below (&random, 15);

        g_string_append_printf (text,
                                "2020-01-%02uT%02u:00:00Z,%" G_GINT64_FORMAT ".%02u,%" G_GINT64_FORMAT ".%02u,%" G_GINT64_FORMAT
                                ".%02u,%" G_GINT64_FORMAT ".%02u,%u,S%u\n",
                                2 + k / 8, 9 + k % 8, open / 100, (guint)(open % 100), high / 100, (guint)(high % 100), low / 100, (guint)(low % 100),
                                close / 100, (guint)(close % 100), 100 + (guint)pst_random_below (&random, 100), first + i);
        prices[i] = close;
      }
  test_folder_write (world->folder, name, text->str);
}

static void
execute (World *world, PstResume resume)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (world->pipeline, -1, world->pipeline_path, &error);
  g_autoptr (PstRun) run = NULL;

  g_assert_no_error (error);
  pst_pipeline_file_set_resume (file, resume);
  run = pst_pipeline_file_build (file, world->catalogue, &error);
  g_assert_no_error (error);
  pst_run_add (run, g_object_new (TEST_TYPE_TRADER, NULL), "trader", "trader", &error);
  g_assert_no_error (error);
  pst_run_execute (run, &error);
  g_assert_no_error (error);
}

static void
read_bytes (World *world, GByteArray *bytes, GArray *ends)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (world->journal, &contents, &length, NULL));
  g_byte_array_set_size (bytes, 0);
  g_byte_array_append (bytes, (const guint8 *)contents, (guint)length);
  g_array_set_size (ends, 0);
  for (gsize at = JOURNAL_HEAD; at + FRAME_HEAD < length;)
    {
      guint32 payload;

      memcpy (&payload, contents + at + 4, sizeof payload);
      at += FRAME_HEAD + GUINT32_FROM_LE (payload) + 1;
      g_assert_cmpuint (at, <=, length);
      g_array_append_val (ends, at);
    }
}

/* Each process connects, says that it goes on, and warns of half a record that it found. */
static gboolean
is_told (const PstRecord *record)
{
  if (record->kind == PST_RECORD_STATE)
    return record->state.component != G_MAXUINT32;
  if (record->kind == PST_RECORD_NOTE)
    return strcmp (record->note.name, "RUN_RESUMED") != 0 && strcmp (record->note.name, "CONNECTION_CHANGED") != 0;
  return record->kind != PST_RECORD_AUDIT && record->kind != PST_RECORD_ALERT;
}

/* All that is recorded but the number of each record, and of the audit, whose chain knows of the restart, what was done to which order. */
static char *
tell (World *world)
{
  g_autoptr (GPtrArray) records = test_host_read_journal (world->journal);
  g_autoptr (GString) audit = g_string_new (NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < records->len; i++)
    {
      PstRecord record = *(PstRecord *)records->pdata[i];
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *sum = NULL;

      if (record.kind == PST_RECORD_AUDIT && record.audit.order_id != 0)
        g_string_append_printf (audit, "%" G_GUINT64_FORMAT " %s %s\n", record.audit.order_id, record.audit.action, record.audit.after);
      if (!is_told (&record))
        continue;
      record.sequence = 0;
      pst_record_encode (&record, bytes);
      sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, bytes->data, bytes->len);
      g_string_append_printf (text, "%" G_GINT64_FORMAT " %d %" G_GUINT64_FORMAT " %d %s\n", record.time_ns, (int)record.kind,
                              record.kind == PST_RECORD_INTENT || record.kind == PST_RECORD_ORDER ? record.order.id
                              : record.kind == PST_RECORD_REPORT                                  ? record.report.order_id
                                                                                                  : 0,
                              record.kind == PST_RECORD_INTENT || record.kind == PST_RECORD_ORDER ? (int)record.order.state
                              : record.kind == PST_RECORD_REPORT                                  ? (int)record.report.kind
                                                                                                  : 0,
                              sum);
    }
  g_string_append (text, audit->str);
  return g_string_free (text, FALSE);
}

static void
write_journal (World *world, const GByteArray *bytes, gsize length)
{
  /* A new file: nothing waits for the disk. */
  g_unlink (world->journal);
  g_assert_true (g_file_set_contents_full (world->journal, (const char *)bytes->data, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
world_begin (World *world, const char *options, gboolean two_feeds)
{
  guint64 seed = (guint64)g_test_rand_int ();

  *world = (World){ .folder = test_folder_new (), .catalogue = pst_catalogue_new (NULL), .bytes = g_byte_array_new () };
  pst_catalogue_scan (world->catalogue);
  world->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  world->pipeline_path = test_folder_path (world->folder, "p.pipeline");
  world->journal = test_folder_path (world->folder, "r.journal");
  world->pipeline
      = g_strconcat ("[pipeline]\nname=p\nmode=paper\nrun-id=r\nstate-file=\n"
                     "[exchange data]\nplugin=replay\npath=one.csv\nbar-period=1h\nprice-scale=2\n",
                     two_feeds ? "[exchange more]\nplugin=replay\npath=two.csv\nbar-period=1h\nprice-scale=2\nvenue=Y\n"
                                 "[exchange second]\nplugin=sim\nfeed=more\ncash=100000 USD\n"
                               : "",
                     "[exchange broker]\nplugin=sim\nfeed=data\nslippage=0.0002\n", options,
                     "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=2\n[store journal]\nplugin=journal\npath=r.journal\n", NULL);
  write_bars (world, "one.csv", 0, two_feeds ? 2 : N_SYMBOLS, seed);
  if (two_feeds)
    write_bars (world, "two.csv", 2, 1, seed);
  execute (world, PST_RESUME_NONE);
  read_bytes (world, world->bytes, world->ends);
  world->story = tell (world);
}

static void
world_end (World *world)
{
  test_folder_free (world->folder);
  g_object_unref (world->catalogue);
  g_free (world->pipeline);
  g_free (world->pipeline_path);
  g_free (world->journal);
  g_byte_array_unref (world->bytes);
  g_array_unref (world->ends);
  g_free (world->story);
}

static void
assert_same (World *world, const char *where)
{
  g_autofree char *again = tell (world);
  g_auto (GStrv) then = NULL, now = NULL;

  if (strcmp (again, world->story) == 0)
    return;
  then = g_strsplit (world->story, "\n", -1);
  now = g_strsplit (again, "\n", -1);
  for (guint i = 0; then[i] != NULL && now[i] != NULL; i++)
    if (strcmp (then[i], now[i]) != 0)
      g_error ("%s: line %u of what the run did was \"%s\" and is \"%s\"", where, i, then[i], now[i]);
  g_error ("%s: the run did more or less than it did", where);
}

/* How many records come before the one that makes the run RUNNING. */
static guint
count_prologue (World *world)
{
  g_autoptr (GPtrArray) records = test_host_read_journal (world->journal);

  for (guint i = 0; i < records->len; i++)
    {
      const PstRecord *record = records->pdata[i];

      if (record->kind == PST_RECORD_RUN && record->run.state == PST_RUN_STATE_RUNNING)
        return i;
    }
  g_assert_not_reached ();
}

static void
cut_everywhere (World *world)
{
  guint stride = g_getenv ("CUT_ALL") != NULL ? 1 : STRIDE;

  for (guint n = 1 + (guint)g_test_rand_int_range (0, (gint32)stride); n < world->ends->len; n += stride)
    {
      g_autofree char *where = g_strdup_printf ("cut off behind record %u of %u", n, world->ends->len);

      write_journal (world, world->bytes, g_array_index (world->ends, gsize, n - 1));
      execute (world, PST_RESUME_CONTINUE);
      assert_same (world, where);
    }
}

typedef struct
{
  const char *name;
  const char *options;
  gboolean two_feeds;
} Venue;

static const Venue venues[] = {
  { "at-once", "cash=1000000 USD\ntaker-fee=0.0005\n", FALSE },
  { "parts", "cash=1000000 USD\nvolume-share=0.1\nfee-minimum=1 USD\ntaker-fee=0.0005\nmaker-fee=0.0001\n", FALSE },
  { "latency", "cash=1000000 USD\nlatency=1s\n", FALSE },
  { "long-latency", "cash=1000000 USD\nlatency=90m\nvolume-share=0.2\n", FALSE },
  { "little-cash", "cash=1000 USD\n", FALSE },
  { "at-the-close", "cash=1000000 USD\nmarket-fill=close\n", FALSE },
  { "several-feeds", "cash=1000000 USD\nvolume-share=0.1\n", TRUE },
};

static void
test_every_record (gconstpointer data)
{
  const Venue *venue = data;
  World world;

  world_begin (&world, venue->options, venue->two_feeds);
  g_test_message ("%u records", world.ends->len);
  g_assert_cmpuint (world.ends->len, >, 200);
  cut_everywhere (&world);
  world_end (&world);
}

/* Behind every few records, and then behind each of those that the run that went on has next. */
static void
test_twice (gconstpointer data)
{
  const Venue *venue = data;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  guint first;
  World world;

  world_begin (&world, venue->options, venue->two_feeds);
  first = count_prologue (&world);
  for (guint n = first + (guint)g_test_rand_int_range (0, 151); n < world.ends->len; n += 151)
    {
      write_journal (&world, world.bytes, g_array_index (world.ends, gsize, n));
      execute (&world, PST_RESUME_CONTINUE);
      read_bytes (&world, bytes, ends);
      for (guint m = n + 1; m < MIN (n + 10, ends->len); m++)
        {
          g_autofree char *where = g_strdup_printf ("cut off behind record %u, then behind record %u", n + 1, m + 1);

          write_journal (&world, bytes, g_array_index (ends, gsize, m));
          if (m + 1 == ends->len)
            continue;
          execute (&world, PST_RESUME_CONTINUE);
          assert_same (&world, where);
        }
    }
  world_end (&world);
}

/* Five kills, one after the other, each leaves half a record. */
static void
test_torn (gconstpointer data)
{
  const Venue *venue = data;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  World world;

  world_begin (&world, venue->options, venue->two_feeds);
  for (guint round = 0; round < 3; round++)
    {
      gsize at = g_array_index (world.ends, gsize, 0);

      write_journal (&world, world.bytes, world.bytes->len);
      for (guint kill = 0; kill < 5; kill++)
        {
          g_autofree char *where = g_strdup_printf ("round %u, kill %u", round, kill);

          read_bytes (&world, bytes, ends);
          if (at + 2 >= bytes->len)
            break;
          at = (gsize)g_test_rand_int_range ((gint32)at, (gint32)bytes->len - 1);
          write_journal (&world, bytes, at);
          execute (&world, PST_RESUME_CONTINUE);
          assert_same (&world, where);
        }
    }
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (venues); i++)
    {
      g_autofree char *every = g_strdup_printf ("/cut/every-record/%s", venues[i].name);
      g_autofree char *twice = g_strdup_printf ("/cut/twice/%s", venues[i].name);
      g_autofree char *torn = g_strdup_printf ("/cut/torn/%s", venues[i].name);

      g_test_add_data_func (every, &venues[i], test_every_record);
      g_test_add_data_func (twice, &venues[i], test_twice);
      g_test_add_data_func (torn, &venues[i], test_torn);
    }
  return g_test_run ();
}
