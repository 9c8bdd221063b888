/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a user would lose: the order of frames, the ranges, prices that are adjusted as written, and a plain answer to what cannot be played. */
#include <penstock-check.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

typedef struct
{
  char *root, *path;
} Fixture;

static void
add_bars (PstDatasetWriter *writer, const char *symbol, gint64 period_ns, gint64 first, gsize n, gint64 price)
{
  const PstInstrument form = { .symbol = (char *)symbol, .venue = (char *)"US", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&form, NULL);
  const PstDatasetSeries draft = { .instrument = instrument, .kind = PST_SERIES_KIND_BARS, .period_ns = period_ns };
  guint series = pst_dataset_writer_create (writer, &draft);

  for (gsize i = 0; i < n; i++)
    {
      gint64 label = (first + (gint64)i) * period_ns;
      const gint64 values[] = { label + period_ns, label, price, price + 3, price - 3, price + 1, 7 };
      const gint64 *columns[G_N_ELEMENTS (values)];

      for (guint c = 0; c < G_N_ELEMENTS (values); c++)
        columns[c] = &values[c];
      pst_dataset_writer_append (writer, series, columns, 1);
    }
}

static void
add_ticks (PstDatasetWriter *writer, PstSeriesKind kind, const char *symbol, const gint64 *times, gsize n, gint64 price)
{
  const PstInstrument form = { .symbol = (char *)symbol, .venue = (char *)"US", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&form, NULL);
  const PstDatasetSeries draft = { .instrument = instrument, .kind = kind };
  guint series = pst_dataset_writer_create (writer, &draft);

  for (gsize i = 0; i < n; i++)
    {
      gint64 other = kind == PST_SERIES_KIND_QUOTES ? price + 1 : (gint64)i + 1;
      const gint64 values[] = { times[i], times[i], price, 5, other, kind == PST_SERIES_KIND_QUOTES ? 6 : PST_SIDE_SELL };
      const gint64 *columns[G_N_ELEMENTS (values)];

      for (guint c = 0; c < G_N_ELEMENTS (values); c++)
        columns[c] = &values[c];
      pst_dataset_writer_append (writer, series, columns, 1);
    }
}

static void
add_factors (PstDatasetWriter *writer, const char *symbol)
{
  const PstInstrument form = { .symbol = (char *)symbol, .venue = (char *)"US", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&form, NULL);
  const PstDatasetSeries draft = { .instrument = instrument, .kind = PST_SERIES_KIND_FACTORS };
  const gint64 until[] = { 11 * PST_NS_PER_DAY }, prices[] = { G_GINT64_CONSTANT (9000000000) }, splits[] = { G_GINT64_CONSTANT (5000000000) };
  const gint64 *columns[] = { until, prices, splits };

  pst_dataset_writer_append (writer, pst_dataset_writer_create (writer, &draft), columns, 1);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const gint64 first[] = { 1000, 3000, 3000 }, second[] = { 2000, 3000 };
  PstDatasetWriter *writer;

  (void)data;
  f->root = pst_check_folder_new ();
  f->path = g_build_filename (f->root, "set", NULL);
  writer = pst_dataset_writer_new (f->path, NULL);
  add_bars (writer, "ZZZ", PST_NS_PER_DAY, 10, 3, 1000);
  add_bars (writer, "AAA", PST_NS_PER_DAY, 11, 1, 500);
  add_bars (writer, "AAA", PST_NS_PER_DAY / 24, 24 * 11, 2, 500);
  add_ticks (writer, PST_SERIES_KIND_QUOTES, "AAA", first, 3, 100);
  add_ticks (writer, PST_SERIES_KIND_QUOTES, "BBB", second, 2, 200);
  add_ticks (writer, PST_SERIES_KIND_TRADES, "AAA", first, 3, 300);
  add_factors (writer, "ZZZ");
  g_assert_true (pst_dataset_writer_finish (writer, NULL, NULL));
  pst_dataset_writer_free (writer);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  (void)data;
  pst_check_folder_remove (f->root);
  g_free (f->root);
  g_free (f->path);
}

static void
print_event (GString *text, PstContext *context, const PstEvent *event)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (context), event->instrument);

  g_string_append (text, instrument->id);
  if (event->kind == PST_EVENT_BAR)
    g_string_append_printf (
        text, " %" G_GINT64_FORMAT ":%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
        event->venue_time_ns / (PST_NS_PER_DAY / 24), event->bar.open, event->bar.high, event->bar.low, event->bar.close, event->bar.volume);
  else if (event->kind == PST_EVENT_QUOTE)
    g_string_append_printf (text, " %" G_GINT64_FORMAT "x%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "x%" G_GINT64_FORMAT, event->quote.bid_price,
                            event->quote.bid_size, event->quote.ask_price, event->quote.ask_size);
  else
    g_string_append_printf (text, " %" G_GINT64_FORMAT "x%" G_GINT64_FORMAT " #%" G_GUINT64_FORMAT " %u", event->trade.price, event->trade.size,
                            event->trade.trade_id, event->trade.aggressor);
}

/* Plays; one frame a line. @options: "name=value" up to NULL beside path. */
static char *
play (Fixture *f, const char *const *options, GError **error)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *feed = g_object_new (penstock_plugin_entry ()->get_type (), NULL);
  GString *text = g_string_new (NULL);
  gboolean good = pst_component_set_option (feed, "path", f->path, error);

  for (guint i = 0; good && options[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (options[i], "=", 2);

      good = pst_component_set_option (feed, parts[0], parts[1], error);
    }
  if (good)
    pst_harness_adopt (harness, feed, "feed");
  if (good && pst_component_prepare (feed, error) && pst_component_start (feed, error))
    {
      pst_harness_pull_all (harness, PST_EXCHANGE (feed), error);
      pst_component_stop (feed);
    }
  for (guint i = 0; i < pst_harness_get_n_frames (harness); i++)
    {
      const PstFrame *frame = pst_harness_get_frame (harness, i);

      for (guint j = 0; j < frame->n_events; j++)
        {
          g_assert_cmpint (frame->events[j].receive_time_ns, ==, frame->time_ns);
          g_string_append (text, j > 0 ? "; " : "");
          print_event (text, PST_CONTEXT (harness), &frame->events[j]);
        }
      g_string_append_c (text, '\n');
    }
  g_object_unref (feed);
  pst_harness_finish (harness);
  return g_string_free (text, FALSE);
}

static void
assert_frames (Fixture *f, const char *const *options, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *frames = play (f, options, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (frames, ==, expected);
}

static void
assert_refusal (Fixture *f, const char *const *options, GQuark domain, int code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *frames = play (f, options, &error);

  g_assert_error (error, domain, code);
  if (strstr (error->message, part) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, part);
  g_assert_cmpstr (frames, ==, "");
}

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Bars of one time are one frame, in the order of the import and not of the alphabet. */
static void
test_bars (Fixture *f, gconstpointer data)
{
  (void)data;
  assert_frames (f, OPTIONS ("period=1d"),
                 "ZZZ.US 240:1000/1003/997/1001/7\n"
                 "ZZZ.US 264:1000/1003/997/1001/7; AAA.US 264:500/503/497/501/7\n"
                 "ZZZ.US 288:1000/1003/997/1001/7\n");
  assert_frames (f, OPTIONS ("period=1h"), "AAA.US 264:500/503/497/501/7\nAAA.US 265:500/503/497/501/7\n");
  assert_frames (f, OPTIONS ("period=1d", "symbols=AAA", "venue=MOON"), "AAA.MOON 264:500/503/497/501/7\n");
  assert_frames (f, OPTIONS ("period=1d", "symbols=ZZZ", "from=1970-01-12", "to=1970-01-13"), "ZZZ.US 264:1000/1003/997/1001/7\n");
}

static void
test_ticks (Fixture *f, gconstpointer data)
{
  (void)data;
  assert_frames (f, OPTIONS ("kind=quotes"), "AAA.US 100x5 101x6\nBBB.US 200x5 201x6\nAAA.US 100x5 101x6\nAAA.US 100x5 101x6\nBBB.US 200x5 201x6\n");
  assert_frames (f, OPTIONS ("kind=trades"), "AAA.US 300x5 #1 2\nAAA.US 300x5 #2 2\nAAA.US 300x5 #3 2\n");
}

/* The factors hold for the first day alone: 1000 / 2, and 1000 * 0.45. */
static void
test_adjusted (Fixture *f, gconstpointer data)
{
  (void)data;
  assert_frames (f, OPTIONS ("symbols=ZZZ", "to=1970-01-12T01:00:00Z", "adjust=splits"),
                 "ZZZ.US 240:500/502/498/500/14\nZZZ.US 264:1000/1003/997/1001/7\n");
  assert_frames (f, OPTIONS ("symbols=ZZZ", "to=1970-01-12", "adjust=all"), "ZZZ.US 240:450/451/449/450/14\n");
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  Fixture none = { .path = f->root };

  (void)data;
  assert_refusal (f, OPTIONS ("kind=bars"), PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "several periods");
  assert_refusal (f, OPTIONS ("period=5m"), PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "of that period");
  assert_refusal (f, OPTIONS ("period=1d", "symbols=ZZY"), PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "did you mean \"ZZZ\"");
  assert_refusal (f, OPTIONS ("period=1d", "from=2030-01-01"), PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "no rows");
  assert_refusal (f, OPTIONS ("period=1d", "from=2030-01-01", "to=2029-01-01"), PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "before");
  assert_refusal (f, OPTIONS ("period=1d", "from=soon"), PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "soon");
  assert_refusal (f, OPTIONS ("period=1d", "symbols=AAA", "adjust=all"), PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "--factors");
  assert_refusal (f, OPTIONS ("kind=quotes", "adjust=all"), PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "only bars");
  assert_refusal (f, OPTIONS ("kind=factors"), PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "no market data");
  assert_refusal (&none, OPTIONS ("kind=bars"), PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "no dataset");
}

#define ADD(name, func) g_test_add ("/columns/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("bars", test_bars);
  ADD ("ticks", test_ticks);
  ADD ("adjusted", test_adjusted);
  ADD ("refusals", test_refusals);
  return g_test_run ();
}
