/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy that sees tomorrow makes money in every backtest and in no market. Each cheat here must be caught; the honest one must pass. */
#include "pst-lookahead.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* How the strategy under test comes to its signals. */
typedef enum
{
  HONEST,          /* buys above the mean of the last five closes */
  PEEKS_BEHIND,    /* looks at the bar behind the one that it was told */
  KEEPS_BARS,      /* keeps a pointer to the first bar, and counts on from there */
  REMEMBERS,       /* knows the highest close from the last time that it saw the bars */
  READS_FILES,     /* reads what is to come from a file */
  FORGETS_NOTHING, /* an average over all bars ever: honest, and never warm */
} Way;

#define TEST_TYPE_CHEAT (test_cheat_get_type ())
G_DECLARE_FINAL_TYPE (TestCheat, test_cheat, TEST, CHEAT, PstSignalStrategy)
struct _TestCheat
{
  PstSignalStrategy parent_instance;
  Way way, columns;
  gint64 highest, highest_now;
};
G_DEFINE_FINAL_TYPE (TestCheat, test_cheat, PST_TYPE_SIGNAL_STRATEGY)

typedef struct
{
  gint64 closes[5];
  guint64 n;
  double mean;
  const PstBar *first;
  gint8 relation;
} State;

static void
init_state (PstSignalStrategy *strategy, gpointer data)
{
  TestCheat *self = TEST_CHEAT (strategy);

  ((State *)data)->relation = PST_SIGNAL_UNKNOWN;
  self->highest = self->highest_now;
  self->highest_now = 0;
}

static gint64
read_tomorrow (void)
{
  char byte = 0;
  int fd = g_open ("/etc/passwd", O_RDONLY | O_CLOEXEC, 0);

  g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  g_close (fd, NULL);
  return byte;
}

static gint
compare_with (TestCheat *self, State *state, const PstBar *bar)
{
  gint64 sum = 0;

  for (guint i = 0; i < 5; i++)
    sum += state->closes[i];
  switch (self->way)
    {
    case PEEKS_BEHIND:
      return (bar[1].close > bar->close) - (bar[1].close < bar->close);
    case KEEPS_BARS:
      return (state->first[state->n + 2].close > bar->close) - (state->first[state->n + 2].close < bar->close);
    case REMEMBERS:
      return bar->close >= self->highest ? -1 : 1;
    case READS_FILES:
      return bar->close * 5 + 0 * read_tomorrow () > sum ? 1 : -1;
    case FORGETS_NOTHING:
      return bar->close > state->mean ? 1 : -1;
    case HONEST:
    default:
      return (bar->close * 5 > sum) - (bar->close * 5 < sum);
    }
}

static gboolean
on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  TestCheat *self = TEST_CHEAT (strategy);
  State *state = data;

  if (state->first == NULL)
    state->first = bar;
  state->closes[state->n % 5] = bar->close;
  state->mean += ((double)bar->close - state->mean) / (double)(state->n + 1);
  self->highest_now = MAX (self->highest_now, bar->close);
  if (state->n >= 4)
    *signal = pst_signal_cross (&state->relation, compare_with (self, state, bar));
  state->n++;
  return TRUE;
}

static guint
get_warm_up (PstSignalStrategy *strategy)
{
  return 5;
}

static void
test_cheat_class_init (TestCheatClass *klass)
{
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = init_state;
  signal_class->on_bar = on_bar;
  signal_class->get_warm_up = get_warm_up;
}

static void
test_cheat_init (TestCheat *self)
{
}

#define N 600

static void
make_bars (PstBar *bars)
{
  PstRandom random;
  gint64 close = 10000;

  pst_random_init (&random, 3, "bars");
  for (guint i = 0; i < N; i++)
    {
      close += (gint64)pst_random_below (&random, 201) - 90;
      bars[i] = (PstBar){ close, close + 20, close - 20, close, 1000 };
    }
}

static void
check (Way way, PstLookaheadKind expected)
{
  g_autoptr (TestCheat) strategy = g_object_new (TEST_TYPE_CHEAT, NULL);
  PstBar bars[N + 8] = { 0 };
  PstLookahead result;

  make_bars (bars);
  strategy->way = way;
  pst_lookahead_check (PST_SIGNAL_STRATEGY (strategy), bars, N, 20, &result);
  g_assert_cmpint (result.kind, ==, expected);
  g_assert_cmpuint (result.n_signals, >, 0);
  if (expected == PST_LOOKAHEAD_NONE)
    g_assert_cmpuint (result.n_points, ==, 20);
  if (expected == PST_LOOKAHEAD_FUTURE)
    {
      g_assert_cmpuint (result.bar, <, result.cut);
      g_assert_cmpuint (result.signal, !=, result.cut_signal);
    }
}

static void
test_honest (void)
{
  check (HONEST, PST_LOOKAHEAD_NONE);
  check (FORGETS_NOTHING, PST_LOOKAHEAD_NONE);
}

static void
test_peeks_behind_its_bar (void)
{
  check (PEEKS_BEHIND, PST_LOOKAHEAD_FUTURE);
}

static void
test_keeps_a_pointer_to_the_bars (void)
{
  check (KEEPS_BARS, PST_LOOKAHEAD_FUTURE);
}

static void
test_remembers_an_earlier_run (void)
{
  g_autoptr (TestCheat) strategy = g_object_new (TEST_TYPE_CHEAT, NULL);
  PstBar bars[N + 8] = { 0 };
  PstLookahead result;

  make_bars (bars);
  strategy->way = REMEMBERS;
  pst_lookahead_check (PST_SIGNAL_STRATEGY (strategy), bars, N, 20, &result);
  g_assert_cmpint (result.kind, !=, PST_LOOKAHEAD_NONE);
}

static void
test_reads_files (void)
{
  if (!g_file_test ("/proc/thread-self/io", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("this kernel does not count what a thread reads");
      return;
    }
  check (READS_FILES, PST_LOOKAHEAD_FILES);
}

static void
test_warm_up (void)
{
  g_autoptr (TestCheat) strategy = g_object_new (TEST_TYPE_CHEAT, NULL);
  PstBar bars[N + 8] = { 0 };
  PstWarmUp result;

  make_bars (bars);
  pst_warm_up_check (PST_SIGNAL_STRATEGY (strategy), bars, N, 30, &result);
  g_assert_cmpuint (result.n_starts, ==, 30);
  g_assert_cmpuint (result.stated, ==, 5);
  g_assert_cmpuint (result.needed, <=, result.stated);
  g_assert_cmpuint (result.n_compared, ==, N / 2);
  strategy->way = FORGETS_NOTHING;
  pst_warm_up_check (PST_SIGNAL_STRATEGY (strategy), bars, N, 30, &result);
  g_assert_cmpuint (result.needed, >, 20);
}

/* Honest bar by bar, and over columns what @self does. */
static gsize
on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  TestCheat *self = TEST_CHEAT (strategy);
  const PstBarColumns *bars = pst_indicator_columns_get_bars (columns);
  State state = { 0 };

  init_state (strategy, &state);
  for (gsize i = 0; i < bars->n_bars; i++)
    {
      const PstBar bar = { bars->open[i], bars->high[i], bars->low[i], bars->close[i], bars->volume[i] };
      PstSignal signal = PST_SIGNAL_NONE;

      on_bar (strategy, &state, &bar, &signal);
      if (self->columns == PEEKS_BEHIND)
        signal = bars->close[i + 1] > bars->close[i] ? PST_SIGNAL_BUY : PST_SIGNAL_SELL;
      else if (self->columns == READS_FILES)
        signal = signal + 0 * read_tomorrow ();
      else if (self->columns == REMEMBERS && i == bars->n_bars / 2)
        signal = signal == PST_SIGNAL_NONE ? PST_SIGNAL_SELL : PST_SIGNAL_NONE;
      else if (self->columns == FORGETS_NOTHING && i == 77)
        signal = PST_SIGNAL_ENTER_SHORT;
      signals[i] = (guint8)signal;
    }
  return bars->n_bars;
}

static void
check_on_columns (Way way, PstLookaheadKind expected)
{
  g_autoptr (TestCheat) strategy = g_object_new (TEST_TYPE_CHEAT, NULL);
  PstSignalStrategyClass *klass = PST_SIGNAL_STRATEGY_GET_CLASS (strategy);
  PstBar bars[N + 8] = { 0 };
  PstLookahead result;

  make_bars (bars);
  strategy->columns = way;
  klass->on_columns = on_columns;
  pst_lookahead_check (PST_SIGNAL_STRATEGY (strategy), bars, N, 20, &result);
  klass->on_columns = NULL;
  g_assert_cmpint (result.kind, ==, expected);
  g_assert_cmpuint (result.n_signals, >, 0);
}

/* Sweeps go by columns: who is honest to a run may still cheat there. */
static void
test_over_columns (void)
{
  check_on_columns (HONEST, PST_LOOKAHEAD_NONE);
  check_on_columns (PEEKS_BEHIND, PST_LOOKAHEAD_FUTURE);
  /* What depends on how much data there is depends on the future. */
  check_on_columns (REMEMBERS, PST_LOOKAHEAD_FUTURE);
  /* Always the same, never ahead, and not what a run says. */
  check_on_columns (FORGETS_NOTHING, PST_LOOKAHEAD_COLUMNS);
  if (g_file_test ("/proc/thread-self/io", G_FILE_TEST_EXISTS))
    check_on_columns (READS_FILES, PST_LOOKAHEAD_FILES);
}

static void
test_hardly_any_bars (void)
{
  g_autoptr (TestCheat) strategy = g_object_new (TEST_TYPE_CHEAT, NULL);
  PstBar bars[N + 8] = { 0 };
  PstLookahead lookahead;
  PstWarmUp warm_up;

  make_bars (bars);
  for (gsize n = 0; n < 4; n++)
    {
      pst_lookahead_check (PST_SIGNAL_STRATEGY (strategy), bars, n, 20, &lookahead);
      g_assert_cmpint (lookahead.kind, ==, PST_LOOKAHEAD_NONE);
      pst_warm_up_check (PST_SIGNAL_STRATEGY (strategy), bars, n, 20, &warm_up);
      g_assert_cmpuint (warm_up.needed, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lookahead/honest", test_honest);
  g_test_add_func ("/lookahead/peeks-behind-its-bar", test_peeks_behind_its_bar);
  g_test_add_func ("/lookahead/keeps-a-pointer-to-the-bars", test_keeps_a_pointer_to_the_bars);
  g_test_add_func ("/lookahead/remembers-an-earlier-run", test_remembers_an_earlier_run);
  g_test_add_func ("/lookahead/reads-files", test_reads_files);
  g_test_add_func ("/lookahead/over-columns", test_over_columns);
  g_test_add_func ("/lookahead/warm-up", test_warm_up);
  g_test_add_func ("/lookahead/hardly-any-bars", test_hardly_any_bars);
  return g_test_run ();
}
