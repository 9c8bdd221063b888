/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recorded data of several venues, counted by other means beforehand: a row more or less, or a digit, would show. Reads
 * ../shared/market-data and ../shared/golden beside the source tree; skipped where they are absent. */
#include "replay-test-kit.h"

/* Sums over a whole feed. */
typedef struct
{
  guint64 n_frames, n_events, frame_max;
  gint64 sums[5];
  PstEvent first, last;
} Sums;

static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Sums *sums = user_data;

  g_assert_cmpuint (block->n_frames, <=, 256);
  for (guint i = 0; i < block->n_frames; i++)
    {
      const PstFrame *frame = &block->frames[i];

      for (guint j = 0; j < frame->n_events; j++)
        {
          const gint64 *values = &frame->events[j].bar.open;
          guint n = frame->events[j].kind == PST_EVENT_BAR ? 5 : frame->events[j].kind == PST_EVENT_QUOTE ? 4 : 2;

          for (guint k = 0; k < n; k++)
            sums->sums[k] += values[k];
        }
      if (sums->n_frames == 0)
        sums->first = frame->events[0];
      sums->last = frame->events[frame->n_events - 1];
      sums->n_frames++;
      sums->n_events += frame->n_events;
      sums->frame_max = MAX (sums->frame_max, frame->n_events);
    }
}

/* A run that only has a table and a clock: the kit's harness keeps a copy of every frame, which here are a million. */
#define TEST_TYPE_CONTEXT (test_context_get_type ())
G_DECLARE_FINAL_TYPE (TestContext, test_context, TEST, CONTEXT, PstContext)

struct _TestContext
{
  PstContext parent_instance;
  PstInstrumentTable *table;
  PstClock *clock;
  GString *notes;
};

G_DEFINE_FINAL_TYPE (TestContext, test_context, PST_TYPE_CONTEXT)

static PstInstrumentTable *
test_context_get_instruments (PstContext *context)
{
  return TEST_CONTEXT (context)->table;
}

static PstClock *
test_context_get_clock (PstContext *context)
{
  return TEST_CONTEXT (context)->clock;
}

static void
test_context_note (PstContext *context, PstComponent *component, const char *name, const char *detail)
{
  g_string_append_printf (TEST_CONTEXT (context)->notes, "%s %s\n", name, detail);
}

static void
test_context_finalize (GObject *object)
{
  TestContext *self = TEST_CONTEXT (object);

  pst_instrument_table_unref (self->table);
  g_object_unref (self->clock);
  g_string_free (self->notes, TRUE);
  G_OBJECT_CLASS (test_context_parent_class)->finalize (object);
}

static void
test_context_class_init (TestContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_context_finalize;
  PST_CONTEXT_CLASS (klass)->get_instruments = test_context_get_instruments;
  PST_CONTEXT_CLASS (klass)->get_clock = test_context_get_clock;
  PST_CONTEXT_CLASS (klass)->note = test_context_note;
}

static void
test_context_init (TestContext *self)
{
  self->table = pst_instrument_table_new ();
  self->clock = pst_simulated_clock_new (0);
  self->notes = g_string_new (NULL);
}

static char *
shared_folder (const char *below)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *folder = g_build_filename (source != NULL ? source : ".", "..", "shared", below, NULL);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&folder);
  g_test_skip ("the shared recordings are not beside the source tree: ../shared/market-data and ../shared/golden");
  return NULL;
}

static void
run (const char *folder, const char *options, Sums *sums, PstFeedCounts *counts, GString *notes)
{
  TestContext *context = g_object_new (TEST_TYPE_CONTEXT, NULL);
  PstComponent *replay = g_object_new (penstock_plugin_entry ()->get_type (), NULL);
  g_autoptr (GError) error = NULL;
  PstFeedStatus status = PST_FEED_MORE;
  double fraction;

  *sums = (Sums){ 0 };
  g_assert_true (set_options (replay, folder, options, &error));
  pst_component_attach (replay, PST_CONTEXT (context), "replay", "data", 0);
  g_signal_connect (replay, "frame-received", G_CALLBACK (on_frames), sums);
  if (pst_component_prepare (replay, &error) && pst_component_start (replay, &error))
    {
      while (status == PST_FEED_MORE)
        status = pst_exchange_pull (PST_EXCHANGE (replay), &error);
      pst_component_stop (replay);
    }
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, PST_FEED_END);
  pst_exchange_get_progress (PST_EXCHANGE (replay), counts, &fraction);
  g_assert_cmpfloat (fraction, ==, 1);
  g_assert_cmpuint (counts->n_events, ==, sums->n_events);
  if (notes != NULL)
    g_string_append (notes, context->notes->str);
  pst_component_detach (replay);
  g_object_unref (replay);
  g_object_unref (context);
}

static guint
count_lines (const GString *text, const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (text->str, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += g_str_has_prefix (lines[i], prefix);
  return n;
}

static gint64
instant (const char *text)
{
  gint64 time_ns = 0;

  g_assert_true (pst_time_parse (text, -1, &time_ns, NULL));
  return time_ns;
}

/* What a feed must come to. Sums are of open, high, low, close and volume; of bid, its size, ask, its size; of price and size; all as mantissas. */
typedef struct
{
  const char *name;
  const char *folder;
  const char *options;
  guint64 n_rows, n_rejected, n_events, n_frames, frame_max;
  gint64 sums[5];
  const char *first_venue, *first_receive, *last_venue;
  gint64 first_value, last_value; /* open, bid or price */
} Recording;

#define DAYS "market-data/equities-daily"
#define LEAN_DAYS DAYS "/lean/Data/equity/usa/daily"
#define SP500 "path=@/sp500-2015-2020.csv.zst\ncolumns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\n"
#define BITFINEX "columns=time,open,close,high,low,volume\nbar-period=1m\nprice-scale=8\nsize-scale=8\nsettlement=delivery\n"
#define LEAN_TICKS "symbol=BAC\ntime-format=ms-of-day\ntime-zone=America/New_York\nprice-unit=0.0001\n"

static const Recording recordings[] = {
  { "sp500-clean",
    DAYS,
    SP500 "symbols-file=@/sp500-2015-2020-clean-symbols.txt\nzero-volume=reject",
    592358,
    0,
    557737,
    1259,
    443,
    { 546838726875, 552049768670, 541426464566, 546898880246, 2506972848898 },
    "2015-01-12",
    "2015-01-13",
    "2020-01-10",
    406100,
    1353000 },
  { "sp500-all",
    DAYS,
    SP500 "on-bad-row=skip",
    592358,
    6,
    592352,
    1259,
    477,
    { 573222345106, 578685731449, 567548538870, 573284012877, 2639490088197 },
    "2015-01-12",
    "2015-01-13",
    "2020-01-10",
    406100,
    1353000 },
  { "bitfinex-btcusd-2015",
    "market-data/bars-1m",
    BITFINEX "path=@/BTCUSD-2015.csv.gz\nsymbol=BTC/USD",
    366710,
    0,
    366710,
    366710,
    1,
    { 10258283879610632, 10263058933573743, 10253498209974118, 10258282184169111, 1093961597198781 },
    "2015-01-01T00:00:00Z",
    "2015-01-01T00:01:00Z",
    "2015-12-31T23:59:00Z",
    32231000000,
    42902000000 },
  { "bitfinex-btcusd-both",
    "market-data/bars-1m",
    BITFINEX "path=@/BTCUSD-*.csv.gz\nsymbol=BTC/USD",
    659940,
    0,
    659940,
    659940,
    1,
    { 27537786513610632, 27546704809573743, 27528809947974118, 27537766060169111, 1631022523057469 },
    "2015-01-01T00:00:00Z",
    "2015-01-01T00:01:00Z",
    "2016-12-31T23:58:00Z",
    32231000000,
    96658000000 },
  { "bitfinex-ethusd-2016",
    "market-data/bars-1m",
    BITFINEX "path=@/ETHUSD-2016.csv.gz\nsymbol=ETH/USD",
    85818,
    0,
    85818,
    85818,
    1,
    { 102852931650000, 102937604487679, 102765611870000, 102849084750000, 1670523268847203 },
    "2016-03-09T16:04:00Z",
    "2016-03-09T16:05:00Z",
    "2016-12-31T23:31:00Z",
    1029700000,
    801600000 },
  { "lean-days",
    LEAN_DAYS,
    "path=@/*.zip\nsymbol={file}\ncolumns=date,open,high,low,close,volume\ntime-zone=America/New_York\nprice-unit=0.0001",
    70025,
    0,
    70025,
    5849,
    15,
    { 102868329244, 103862152532, 101805074983, 102870205708, 1907748599351 },
    "1998-01-02T05:00:00Z",
    "1998-01-03T05:00:00Z",
    "2021-03-31T04:00:00Z",
    0,
    0 },
  { "lean-quotes",
    "market-data/ticks/lean-bac",
    LEAN_TICKS "path=@/*_quote.zip\ncolumns=time,bid,bid-size,ask,ask-size,-,-,-",
    1052951,
    0,
    1052951,
    1052951,
    1,
    { 72713797700, 45246748100, 72765322100, 34048006300 },
    "2013-10-07T08:00:00.151Z",
    "2013-10-07T08:00:00.151Z",
    "2013-10-09T00:00:00.097Z",
    0,
    0 },
  { "lean-trades",
    "market-data/ticks/lean-bac",
    LEAN_TICKS "path=@/*_trade.zip\ncolumns=time,price,size,-,-,-",
    214044,
    0,
    214044,
    214044,
    1,
    { 29569954000, 156849309 },
    "2013-10-07T08:00:00.614Z",
    "2013-10-07T08:00:00.614Z",
    "2013-10-08T23:59:53.231Z",
    139400,
    137800 },
  { "golden-days",
    "golden",
    "path=@/w1_all.csv.zst\nlayout=symbol\nbar-period=1d",
    75600,
    0,
    75600,
    756,
    100,
    { 85265562764, 86402723524, 84156547351, 85286852749, 37894155180 },
    "2020-01-01",
    "2020-01-02",
    "2022-11-23",
    1001255,
    1433500 },
  { "golden-minutes",
    "golden",
    "path=@/w3.csv.zst\nsymbol=W3\nbar-period=1m",
    100000,
    0,
    100000,
    100000,
    1,
    { 83436841444, 83491424899, 83382103556, 83436617598, 49991518553 },
    "2020-01-01T00:00:00Z",
    "2020-01-01T00:01:00Z",
    "2020-03-10T10:39:00Z",
    999978,
    832455 },
};

static void
test_recording (gconstpointer data)
{
  const Recording *expected = data;
  g_autofree char *folder = shared_folder (expected->folder);
  PstFeedCounts counts;
  Sums sums;

  if (folder == NULL)
    return;
  run (folder, expected->options, &sums, &counts, NULL);
  g_assert_cmpuint (counts.n_rows, ==, expected->n_rows);
  g_assert_cmpuint (counts.n_rejected, ==, expected->n_rejected);
  g_assert_cmpuint (counts.n_events, ==, expected->n_events);
  g_assert_cmpuint (sums.n_frames, ==, expected->n_frames);
  g_assert_cmpuint (sums.frame_max, ==, expected->frame_max);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (sums.sums[i], ==, expected->sums[i]);
  g_assert_cmpint (sums.first.venue_time_ns, ==, instant (expected->first_venue));
  g_assert_cmpint (sums.first.receive_time_ns, ==, instant (expected->first_receive));
  g_assert_cmpint (sums.last.venue_time_ns, ==, instant (expected->last_venue));
  if (expected->first_value != 0)
    {
      g_assert_cmpint (sums.first.bar.open, ==, expected->first_value);
      g_assert_cmpint (sums.last.bar.open, ==, expected->last_value);
    }
}

/* All dirt of the S&P file, by reason and by name. */
static void
test_known_dirt (void)
{
  g_autofree char *folder = shared_folder (DAYS);
  g_autoptr (GString) notes = NULL, strict = NULL;
  PstFeedCounts counts;
  Sums sums;

  if (folder == NULL)
    return;
  notes = g_string_new (NULL);
  run (folder, SP500 "on-bad-row=skip", &sums, &counts, notes);
  g_assert_cmpuint (count_lines (notes, "ROW_REJECTED "), ==, 6);
  /* The 435th row without volume has a close of zero besides. */
  g_assert_cmpuint (count_lines (notes, "ROW_ODD "), ==, 434);
  g_assert_nonnull (strstr (notes->str, "ROWS_REJECTED 6 rows rejected: not-positive 1, high-low 3, time-duplicate 2\n"));
  g_assert_nonnull (strstr (notes->str, "ROW_REJECTED sp500-2015-2020.csv.zst:99542:12: open \"0\" is not above zero\n"));
  strict = g_string_new (NULL);
  run (folder, SP500 "on-bad-row=skip\nzero-volume=reject", &sums, &counts, strict);
  g_assert_cmpuint (counts.n_rejected, ==, 440);
  g_assert_cmpuint (counts.n_events, ==, 592358 - 440);
  g_assert_cmpuint (count_lines (strict, "ROW_REJECTED "), ==, 440);
  g_assert_nonnull (strstr (strict->str, "zero-volume 434"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      g_autofree char *path = g_strconcat ("/replay/recordings/", recordings[i].name, NULL);

      g_test_add_data_func (path, &recordings[i], test_recording);
    }
  g_test_add_func ("/replay/recordings/known-dirt", test_known_dirt);
  return g_test_run ();
}
