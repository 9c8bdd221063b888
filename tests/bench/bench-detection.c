/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What it costs to look for triangles: updates of books a second with 10, 50 and 200 currencies, all pairs of them traded and all their triangles
 * watched; and how long it takes from a frame that makes a cycle pay to its first leg. Every update changes a touch. */

#include "bench-kit.h"

#include "engine/pst-market.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_NS (G_GINT64_CONSTANT (1577836800) * PST_NS_PER_SECOND)
#define LEVELS 10
#define UPDATES 2000000u
#define REPEATS 5
#define LATENCIES 20000u
#define TICK 100
#define SIZE 1000000
#define FEE 10000 /* 0.01 % */

/* A run with nothing but a market, an account and a strategy. */
#define BENCH_TYPE_RUN (bench_run_get_type ())
G_DECLARE_FINAL_TYPE (BenchRun, bench_run, BENCH, RUN, PstContext)

struct _BenchRun
{
  PstContext parent_instance;

  PstClock *clock;
  PstClock *wall;
  PstInstrumentTable *table;
  PstMarket *market;
  PstAccount *account;
  PstRunRecord record;
  guint64 n_orders;
  PstOrderRequest request;
  gint64 submitted_ns;
};

G_DEFINE_FINAL_TYPE (BenchRun, bench_run, PST_TYPE_CONTEXT)

static PstClock *
bench_run_get_clock (PstContext *context)
{
  return BENCH_RUN (context)->clock;
}

static const PstRunRecord *
bench_run_get_run (PstContext *context)
{
  return &BENCH_RUN (context)->record;
}

static PstInstrumentTable *
bench_run_get_instruments (PstContext *context)
{
  return ((BenchRun *)context)->table;
}

static const PstMark *
bench_run_get_mark (PstContext *context, guint32 instrument)
{
  return pst_market_get_mark (((BenchRun *)context)->market, instrument);
}

static const PstBook *
bench_run_get_book (PstContext *context, guint32 instrument)
{
  return pst_market_get_book (((BenchRun *)context)->market, instrument);
}

static const PstAccount *
bench_run_get_account (PstContext *context, guint32 exchange)
{
  return BENCH_RUN (context)->account;
}

static PstTradingState
bench_run_get_trading_state (PstContext *context)
{
  return PST_TRADING_STATE_ACTIVE;
}

static guint32
bench_run_find_executor (PstContext *context, guint32 instrument)
{
  return 0;
}

static PstComponent *
bench_run_get_component (PstContext *context, guint32 index)
{
  return NULL;
}

static guint64
bench_run_submit (PstContext *context, PstStrategy *strategy, const PstOrderRequest *request)
{
  BenchRun *run = BENCH_RUN (context);

  run->submitted_ns = pst_clock_now_ns (run->wall);
  run->request = *request;
  return ++run->n_orders;
}

static void
bench_run_note (PstContext *context, PstComponent *component, const char *name, const char *detail)
{
}

static void
bench_run_finalize (GObject *object)
{
  BenchRun *run = BENCH_RUN (object);

  g_object_unref (run->clock);
  g_object_unref (run->wall);
  pst_market_free (run->market);
  pst_account_free (run->account);
  pst_instrument_table_unref (run->table);
  G_OBJECT_CLASS (bench_run_parent_class)->finalize (object);
}

static void
bench_run_class_init (BenchRunClass *klass)
{
  PstContextClass *context_class = PST_CONTEXT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bench_run_finalize;
  context_class->get_clock = bench_run_get_clock;
  context_class->get_run = bench_run_get_run;
  context_class->get_instruments = bench_run_get_instruments;
  context_class->get_mark = bench_run_get_mark;
  context_class->get_book = bench_run_get_book;
  context_class->get_account = bench_run_get_account;
  context_class->get_trading_state = bench_run_get_trading_state;
  context_class->find_executor = bench_run_find_executor;
  context_class->get_component = bench_run_get_component;
  context_class->submit = bench_run_submit;
  context_class->note = bench_run_note;
}

static void
bench_run_init (BenchRun *run)
{
  run->clock = pst_simulated_clock_new (START_NS);
  run->wall = pst_system_clock_new (NULL);
  run->table = pst_instrument_table_new ();
  run->market = pst_market_new (run->table);
  run->account = pst_account_new ();
  run->record.currency = pst_currency_get ("USD", NULL);
  pst_account_add (run->account, run->record.currency, 1000000 * PST_RATE_ONE, NULL);
}

static void
must (gboolean good, const GError *error)
{
  if (good)
    return;
  fprintf (stderr, "%s\n", error != NULL ? error->message : "failed");
  exit (1);
}

/* All pairs of @n_currencies, each worth about the same: every middle price is 1, at a scale of 6. */
static void
add_pairs (BenchRun *run, guint n_currencies)
{
  GError *error = NULL;

  for (guint i = 0; i < n_currencies; i++)
    for (guint j = 0; j < i; j++)
      {
        g_autofree char *base = g_strdup_printf ("C%03u", i), *quote = j == 0 ? g_strdup ("USD") : g_strdup_printf ("C%03u", j);
        g_autofree char *symbol = g_strdup_printf ("%s/%s", base, quote);
        const PstInstrument draft = { .symbol = symbol,
                                      .venue = (char *)"BENCH",
                                      .base = pst_currency_get (base, NULL),
                                      .quote = pst_currency_get (quote, NULL),
                                      .settlement = PST_SETTLEMENT_DELIVERY,
                                      .price_scale = 6,
                                      .size_scale = 4,
                                      .maker_fee = FEE,
                                      .taker_fee = FEE };
        g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, &error);

        must (instrument != NULL && pst_instrument_table_add (run->table, instrument, &error) != PST_INSTRUMENT_NONE, error);
      }
}

static void
set_level (PstEvent *event, guint32 instrument, PstSide side, gint64 price, gint64 size)
{
  *event = (PstEvent){ .venue_time_ns = START_NS, .receive_time_ns = START_NS, .instrument = instrument, .kind = PST_EVENT_LEVEL };
  event->level = (PstLevel){ .price = price, .size = size, .side = side };
}

static void
show (BenchRun *run, PstStrategy *strategy, const PstEvent *event, guint n_events)
{
  const PstFrame frame = { .events = event, .n_events = n_events, .time_ns = START_NS };
  GError *error = NULL;

  must (pst_market_apply (run->market, &frame, &error), error);
  if (strategy != NULL)
    pst_strategy_on_frame (strategy, &frame);
}

static void
fill_books (BenchRun *run)
{
  for (guint32 i = 0; i < pst_instrument_table_get_size (run->table); i++)
    for (guint k = 1; k <= LEVELS; k++)
      {
        PstEvent events[2];

        set_level (&events[0], i, PST_SIDE_BUY, 1000000 - TICK * (gint64)k, SIZE);
        set_level (&events[1], i, PST_SIDE_SELL, 1000000 + TICK * (gint64)k, SIZE);
        show (run, NULL, events, 2);
      }
}

/* Levels between the touch and the middle that come and go, so that each update is a new touch of one side. Nothing pays. */
static PstEvent *
make_updates (guint n_instruments, guint n_first)
{
  PstEvent *events = g_new (PstEvent, UPDATES);
  g_autofree gint64 *inside = g_new0 (gint64, 2 * n_instruments);
  PstRandom random;

  pst_random_init (&random, 1, "detection");
  for (guint i = 0; i < UPDATES; i++)
    {
      guint32 instrument = n_first > 0 ? n_first : (guint32)pst_random_below (&random, n_instruments);
      gboolean sells = pst_random_below (&random, 2) == 1;
      gint64 *price = &inside[2 * instrument + sells], offset = 1 + (gint64)pst_random_below (&random, TICK - 1);

      if (*price != 0)
        {
          set_level (&events[i], instrument, sells ? PST_SIDE_SELL : PST_SIDE_BUY, *price, 0);
          *price = 0;
          continue;
        }
      *price = 1000000 + (sells ? offset : -offset);
      set_level (&events[i], instrument, sells ? PST_SIDE_SELL : PST_SIDE_BUY, *price, SIZE);
    }
  return events;
}

static PstComponent *
make_strategy (PstCatalogue *catalogue, BenchRun *run, const char *capital)
{
  PstComponent *strategy = bench_component (catalogue, "triangular-arbitrage", "trade-capital", capital, "cool-down", "0s", "record-interval", "1s",
                                            "min-net-pct", "0", NULL);
  GError *error = NULL;

  pst_component_attach (strategy, PST_CONTEXT (run), "triangular-arbitrage", "arb", 1);
  must (pst_component_prepare (strategy, &error) && pst_component_start (strategy, &error), error);
  return strategy;
}

static void
drop_strategy (PstComponent *strategy)
{
  pst_component_stop (strategy);
  pst_component_detach (strategy);
  g_object_unref (strategy);
}

/* Seconds for all updates, the least of some tries. */
static double
time_updates (BenchRun *run, PstStrategy *strategy, const PstEvent *events)
{
  double best = G_MAXDOUBLE;

  for (guint repeat = 0; repeat < REPEATS; repeat++)
    {
      double start = bench_seconds ();

      for (guint i = 0; i < UPDATES; i++)
        show (run, strategy, &events[i], 1);
      best = MIN (best, bench_seconds () - start);
    }
  return best;
}

/* @pair: 0 for updates of all pairs alike; otherwise of this one alone, which has the base currency. */
static void
measure_updates (PstCatalogue *catalogue, guint n_currencies, guint32 pair)
{
  BenchRun *run = g_object_new (BENCH_TYPE_RUN, NULL);
  guint n_pairs = n_currencies * (n_currencies - 1) / 2, n_cycles = (n_currencies - 1) * (n_currencies - 2);
  g_autofree PstEvent *events = NULL;
  PstComponent *strategy;
  double bare, with, touched;

  add_pairs (run, n_currencies);
  fill_books (run);
  events = make_updates (n_pairs, pair);
  strategy = make_strategy (catalogue, run, "1000 USD");
  bare = time_updates (run, NULL, events);
  with = time_updates (run, PST_STRATEGY (strategy), events);
  /* An update changes one side: a pair with the base currency is in n - 2 cycles on each, any other in one. */
  touched = pair > 0 ? n_currencies - 2 : 3.0 * n_cycles / (2.0 * n_pairs);
  printf (
      "%4u currencies, %5u pairs, %5u triangles, %-22s %6.1f cycles/update  %6.2f M updates/s  (books alone %6.2f M/s; detection %6.1f ns/update)\n",
      n_currencies, n_pairs, n_cycles, pair > 0 ? "one pair with USD" : "all pairs", touched, UPDATES / with / 1e6, UPDATES / bare / 1e6,
      (with - bare) / UPDATES * 1e9);
  if (run->n_orders > 0)
    printf ("     %" G_GUINT64_FORMAT " orders: something paid\n", run->n_orders);
  drop_strategy (strategy);
  g_object_unref (run);
}

static void
refuse (BenchRun *run, PstStrategy *strategy)
{
  PstOrder order = { .id = run->n_orders, .request = run->request, .state = PST_ORDER_STATE_DENIED, .reason = "bench" };

  pst_strategy_on_order (strategy, &order, NULL);
}

/* The pair of two currencies: C010/USD, C010/C003. */
static guint32
find_pair (guint base, guint quote)
{
  return base * (base - 1) / 2 + quote;
}

/* Ten levels of one side; @size 0 takes them away. */
static void
show_side (BenchRun *run, PstStrategy *strategy, guint32 instrument, PstSide side, gint64 best, gint64 step, guint n_levels, gint64 size)
{
  PstEvent events[LEVELS];

  for (guint k = 0; k < n_levels; k++)
    set_level (&events[k], instrument, side, best + step * (gint64)k, size);
  show (run, strategy, events, n_levels);
}

/* Microseconds from a frame that makes cycles pay to the submitted first leg. Before it the asks go, so that the book does not cross; afterwards the
 * order is refused and all is as before. */
static double
time_once (BenchRun *run, PstStrategy *strategy, guint32 instrument, guint n_levels)
{
  gint64 start_ns;

  show_side (run, strategy, instrument, PST_SIDE_SELL, 1000000 + TICK, TICK, LEVELS, 0);
  run->submitted_ns = 0;
  start_ns = pst_clock_now_ns (run->wall);
  show_side (run, strategy, instrument, PST_SIDE_BUY, 1010000, -10, n_levels, SIZE);
  must (run->submitted_ns != 0, NULL);
  refuse (run, strategy);
  show_side (run, strategy, instrument, PST_SIDE_BUY, 1010000, -10, n_levels, 0);
  show_side (run, strategy, instrument, PST_SIDE_SELL, 1000000 + TICK, TICK, LEVELS, SIZE);
  return (double)(run->submitted_ns - start_ns) / 1000;
}

static void
measure_latency (PstCatalogue *catalogue, guint n_currencies, gboolean with_base, guint n_levels, const char *what)
{
  BenchRun *run = g_object_new (BENCH_TYPE_RUN, NULL);
  g_autofree double *latencies = g_new (double, LATENCIES);
  g_autofree char *capital = g_strdup_printf ("%u USD", 100 * n_levels - 10);
  PstComponent *strategy;
  double median;

  add_pairs (run, n_currencies);
  fill_books (run);
  strategy = make_strategy (catalogue, run, capital);
  for (guint i = 0; i < LATENCIES; i++)
    {
      guint base = 2 + (i * 7919) % (n_currencies - 2);

      latencies[i] = time_once (run, PST_STRATEGY (strategy), find_pair (base, with_base ? 0 : 1 + i % (base - 1)), n_levels);
    }
  median = bench_median (latencies, LATENCIES);
  printf ("%4u currencies, %-50s frame to first leg: median %6.2f us, 99 %% %6.2f us\n", n_currencies, what, median, latencies[LATENCIES * 99 / 100]);
  drop_strategy (strategy);
  g_object_unref (run);
}

int
main (void)
{
  static const guint sizes[] = { 10, 50, 200 };
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (g_getenv ("PENSTOCK_PLUGIN_PATH"));

  pst_catalogue_scan (catalogue);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      measure_updates (catalogue, sizes[i], 0);
      /* The last but as many pairs begin with C(n-1)/USD. */
      measure_updates (catalogue, sizes[i], (sizes[i] - 1) * (sizes[i] - 2) / 2);
    }
  measure_latency (catalogue, 50, FALSE, 1, "one cycle pays, one level of each book");
  measure_latency (catalogue, 50, FALSE, 5, "one cycle pays, five levels of each book");
  measure_latency (catalogue, 50, TRUE, 1, "48 cycles pay at once, one level of each book");
  return 0;
}
