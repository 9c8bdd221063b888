/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the benchmarks. */

#include "bench-kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define START_NS (G_GINT64_CONSTANT (1577836800) * PST_NS_PER_SECOND)
#define BLOCK_MAX 1024

double
bench_seconds (void)
{
  return (double)g_get_monotonic_time () / G_USEC_PER_SEC;
}

static int
compare_doubles (const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

double
bench_median (double *values, guint n_values)
{
  qsort (values, n_values, sizeof *values, compare_doubles);
  return values[n_values / 2];
}

double
bench_peak_mib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss / 1024;
}

PstBar *
bench_make_bars (guint n_bars)
{
  PstBar *bars = g_new (PstBar, n_bars);
  PstRandom random;
  gint64 price = 1000000;

  pst_random_init (&random, 1, "bench");
  for (guint i = 0; i < n_bars; i++)
    {
      gint64 open = price, close = price + (gint64)pst_random_below (&random, 401) - 200;

      close = CLAMP (close, 500000, 2000000);
      bars[i] = (PstBar){ .open = open,
                          .close = close,
                          .high = MAX (open, close) + (gint64)pst_random_below (&random, 100),
                          .low = MIN (open, close) - (gint64)pst_random_below (&random, 100),
                          .volume = 100 + (gint64)pst_random_below (&random, 100000) };
      price = close;
    }
  return bars;
}

void
bench_write_csv (const PstBar *bars, guint n_bars, const char *path)
{
  FILE *file = fopen (path, "w");
  char text[4][PST_DECIMAL_TEXT_SIZE];

  if (!file)
    {
      perror (path);
      exit (1);
    }
  fputs ("time,open,high,low,close,volume\n", file);
  for (guint i = 0; i < n_bars; i++)
    {
      pst_mantissa_print (bars[i].open, 2, text[0]);
      pst_mantissa_print (bars[i].high, 2, text[1]);
      pst_mantissa_print (bars[i].low, 2, text[2]);
      pst_mantissa_print (bars[i].close, 2, text[3]);
      fprintf (file, "%" G_GINT64_FORMAT ",%s,%s,%s,%s,%" G_GINT64_FORMAT "\n", START_NS / PST_NS_PER_SECOND + 60 * (gint64)i, text[0], text[1],
               text[2], text[3], bars[i].volume);
    }
  if (fclose (file) != 0)
    {
      perror (path);
      exit (1);
    }
}

static void
must (gboolean good, GError *error)
{
  if (good)
    return;
  fprintf (stderr, "%s\n", error ? error->message : "failed");
  exit (1);
}

PstComponent *
bench_component (PstCatalogue *catalogue, const char *plugin_id, ...)
{
  GError *error = NULL;
  PstPlugin *plugin = pst_catalogue_load (catalogue, plugin_id, 0, &error);
  PstComponent *component;
  const char *option;
  va_list options;

  must (plugin != NULL, error);
  component = g_object_new (plugin->type, NULL);
  va_start (options, plugin_id);
  while ((option = va_arg (options, const char *)))
    must (pst_component_set_option (component, option, va_arg (options, const char *), &error), error);
  va_end (options);
  return component;
}

struct _BenchFeed
{
  PstExchange parent_instance;

  const PstBar *bars;
  guint n_bars;
  guint next;
  guint block;
  guint32 instrument;
  PstEvent *events;
  PstFrame *frames;
};

G_DEFINE_FINAL_TYPE (BenchFeed, bench_feed, PST_TYPE_EXCHANGE)

static gboolean
bench_feed_prepare (PstComponent *component, GError **error)
{
  BenchFeed *feed = BENCH_FEED (component);
  const PstInstrument draft = { .symbol = (char *)"WALK", .venue = (char *)"BENCH", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, error);

  if (!instrument)
    return FALSE;
  feed->instrument = pst_exchange_add_instrument (PST_EXCHANGE (feed), instrument, error);
  return feed->instrument != PST_INSTRUMENT_NONE;
}

static PstFeedStatus
bench_feed_pull (PstExchange *exchange, GError **error)
{
  BenchFeed *feed = BENCH_FEED (exchange);
  guint n = MIN (feed->block, feed->n_bars - feed->next);
  PstFrameBlock block = { feed->frames, n };

  if (!n)
    return PST_FEED_END;
  for (guint i = 0; i < n; i++)
    {
      gint64 time_ns = START_NS + 60 * PST_NS_PER_SECOND * (gint64)(feed->next + i);

      feed->events[i] = (PstEvent){
        .venue_time_ns = time_ns, .receive_time_ns = time_ns, .instrument = feed->instrument, .kind = PST_EVENT_BAR, .bar = feed->bars[feed->next + i]
      };
      feed->frames[i] = (PstFrame){ .events = &feed->events[i], .n_events = 1, .time_ns = time_ns };
    }
  feed->next += n;
  return pst_exchange_publish (exchange, &block, error) ? PST_FEED_MORE : PST_FEED_ERROR;
}

static void
bench_feed_finalize (GObject *object)
{
  BenchFeed *feed = BENCH_FEED (object);

  g_free (feed->events);
  g_free (feed->frames);
  G_OBJECT_CLASS (bench_feed_parent_class)->finalize (object);
}

static void
bench_feed_class_init (BenchFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_feed_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = bench_feed_prepare;
  PST_EXCHANGE_CLASS (klass)->pull = bench_feed_pull;
}

static void
bench_feed_init (BenchFeed *feed)
{
}

PstComponent *
bench_feed_new (const PstBar *bars, guint n_bars, guint block)
{
  BenchFeed *feed = g_object_new (BENCH_TYPE_FEED, NULL);

  feed->bars = bars;
  feed->n_bars = n_bars;
  feed->block = MIN (block, BLOCK_MAX);
  feed->events = g_new (PstEvent, feed->block);
  feed->frames = g_new (PstFrame, feed->block);
  return PST_COMPONENT (feed);
}
