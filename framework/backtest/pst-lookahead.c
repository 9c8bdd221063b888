/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cut does not only end the bars: what stands behind it in memory are other prices, so that who looks there is led astray. That bytes were read is
 * told by the kernel's own count for this thread. */
#include "pst-lookahead.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Bars behind the last one, for who looks there too. */
#define GUARD 64

typedef struct
{
  PstSignalStrategy *strategy;
  const PstBar *bars;
  gsize n_bars;
  PstBar *copy; /* n_bars and GUARD */
  guint8 *full, *cut;
  int io_fd;       /* -1: not to be had */
  gint64 *columns; /* NULL: it is told bar by bar; else room for six columns of the copy */
} Check;

/* What a cheat finds where the future was: up, down, up, down. */
static PstBar
make_false_bar (const PstBar *bar, gsize number, gboolean turned)
{
  gboolean up = (number / 3 % 2 == 0) != turned;
  PstBar made = *bar;

  made.open = up ? bar->open + bar->open / 2 : bar->open / 2;
  made.close = up ? bar->close + bar->close / 2 : bar->close / 2;
  made.high = MAX (made.open, made.close) + ABS (bar->high - bar->close);
  made.low = MIN (made.open, made.close) / 2;
  made.volume = up ? bar->volume / 2 : bar->volume;
  return made;
}

static void
prepare_copy (Check *check, gsize from, gsize cut, gboolean turned)
{
  gsize n = check->n_bars - from;

  memcpy (check->copy, check->bars + from, cut * sizeof (PstBar));
  for (gsize i = cut; i < n + GUARD; i++)
    check->copy[i] = make_false_bar (&check->bars[from + MIN (i, n - 1)], i, turned);
}

/* By its own form for them; what stands behind @n stands behind the columns too. */
static gsize
evaluate_columns (Check *check, gsize n, guint8 *signals)
{
  gsize room = check->n_bars + GUARD;
  gint64 *c[6];
  g_autoptr (PstIndicatorColumns) columns = pst_indicator_columns_new (NULL);
  PstBarColumns bars = { .n_bars = n };

  for (guint k = 0; k < G_N_ELEMENTS (c); k++)
    c[k] = check->columns + k * room;
  for (gsize i = 0; i < room; i++)
    {
      const PstBar *bar = &check->copy[i];

      c[0][i] = (gint64)i + 1;
      c[1][i] = bar->open;
      c[2][i] = bar->high;
      c[3][i] = bar->low;
      c[4][i] = bar->close;
      c[5][i] = bar->volume;
    }
  bars.time_ns = c[0];
  bars.open = c[1];
  bars.high = c[2];
  bars.low = c[3];
  bars.close = c[4];
  bars.volume = c[5];
  pst_indicator_columns_begin (columns, 0, &bars);
  return pst_signal_strategy_evaluate_columns (check->strategy, columns, signals);
}

/* Those that it did not take say nothing. */
static void
evaluate (Check *check, gsize n, guint8 *signals)
{
  gsize n_taken
      = check->columns != NULL ? evaluate_columns (check, n, signals) : pst_signal_strategy_evaluate (check->strategy, check->copy, n, signals);

  memset (signals + n_taken, PST_SIGNAL_NONE, n - n_taken);
}

/* Bytes that this thread has read, by read(2) and its like; 0 when the kernel does not tell. */
static guint64
count_read (const Check *check)
{
  char text[512];
  const char *line;
  gssize n = check->io_fd < 0 ? 0 : pread (check->io_fd, text, sizeof text - 1, 0);

  if (n <= 0)
    return 0;
  text[n] = '\0';
  line = strstr (text, "rchar: ");
  return line != NULL ? g_ascii_strtoull (line + strlen ("rchar: "), NULL, 10) : 0;
}

static gboolean
find_difference (const guint8 *full, const guint8 *cut, gsize n, PstLookahead *result)
{
  for (gsize i = 0; i < n; i++)
    if (full[i] != cut[i])
      {
        result->bar = i;
        result->signal = full[i];
        result->cut_signal = cut[i];
        return TRUE;
      }
  return FALSE;
}

/* How much is read beyond what counting itself reads. */
static gboolean
reads_files (Check *check)
{
  guint64 before = count_read (check), own = count_read (check) - before, start = count_read (check);

  evaluate (check, check->n_bars, check->full);
  return count_read (check) - start > own + 16; /* the count's own text may grow by some digits */
}

static void
check_cuts (Check *check, guint n_points, PstLookahead *result)
{
  for (guint i = 1; i <= n_points; i++)
    {
      gsize cut = check->n_bars * i / (n_points + 1);

      if (cut == 0)
        continue;
      result->n_points++;
      for (guint turned = 0; turned < 2; turned++)
        {
          prepare_copy (check, 0, cut, turned);
          evaluate (check, cut, check->cut);
          if (!find_difference (check->full, check->cut, cut, result))
            continue;
          result->kind = PST_LOOKAHEAD_FUTURE;
          result->cut = cut;
          return;
        }
    }
  prepare_copy (check, 0, check->n_bars, FALSE);
  evaluate (check, check->n_bars, check->cut);
  if (find_difference (check->full, check->cut, check->n_bars, result))
    {
      result->kind = PST_LOOKAHEAD_MEMORY;
      result->cut = check->n_bars;
    }
}

static void
check_init (Check *check, PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars)
{
  *check = (Check){ .strategy = strategy, .bars = bars, .n_bars = n_bars };
  check->copy = g_new (PstBar, n_bars + GUARD);
  check->full = g_new0 (guint8, n_bars + 1);
  check->cut = g_new0 (guint8, n_bars + 1);
  check->io_fd = open ("/proc/thread-self/io", O_RDONLY | O_CLOEXEC);
}

static void
check_clear (Check *check)
{
  if (check->io_fd >= 0)
    close (check->io_fd);
  g_free (check->copy);
  g_free (check->columns);
  g_free (check->full);
  g_free (check->cut);
}

/* One form of the strategy: all bars, those before each cut, all again. */
static void
check_form (Check *check, guint n_points, PstLookahead *result)
{
  gboolean reads;

  prepare_copy (check, 0, check->n_bars, FALSE);
  evaluate (check, check->n_bars, check->full); /* whatever is loaded at first use is loaded now */
  reads = reads_files (check);
  check_cuts (check, n_points, result);
  if (result->kind == PST_LOOKAHEAD_NONE && reads)
    result->kind = PST_LOOKAHEAD_FILES;
}

/* What sweeps go by must be neither ahead nor other. */
static void
check_columns (Check *check, guint n_points, PstLookahead *result)
{
  g_autofree guint8 *told = g_memdup2 (check->full, check->n_bars + 1);

  result->n_points = 0;
  check->columns = g_new (gint64, 6 * (check->n_bars + GUARD));
  check_form (check, n_points, result);
  if (result->kind == PST_LOOKAHEAD_NONE && find_difference (told, check->full, check->n_bars, result))
    {
      result->kind = PST_LOOKAHEAD_COLUMNS;
      result->cut = check->n_bars;
    }
}

/**
 * pst_lookahead_check:
 * @strategy: a strategy whose options are set
 * @bars: (array length=n_bars): of one instrument
 * @n_bars: how many
 * @n_points: at how many places they are cut
 * @result: (out caller-allocates): what was found
 *
 * Evaluates all bars, then those before each cut with other prices behind it, then all again, and compares: bar by bar, and over columns when the
 * strategy has a form for them, which must say the same. Any thread, one at a time for a strategy.
 */
void
pst_lookahead_check (PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars, guint n_points, PstLookahead *result)
{
  Check check;

  *result = (PstLookahead){ 0 };
  if (n_bars == 0)
    return;
  check_init (&check, strategy, bars, n_bars);
  check_form (&check, n_points, result);
  for (gsize i = 0; i < n_bars; i++)
    result->n_signals += check.full[i] != PST_SIGNAL_NONE;
  if (result->kind == PST_LOOKAHEAD_NONE && PST_SIGNAL_STRATEGY_GET_CLASS (strategy)->on_columns != NULL)
    check_columns (&check, n_points, result);
  check_clear (&check);
}

/* Bars from @start on, after which the signals are those of the whole for good. */
static gsize
measure_start (Check *check, gsize start)
{
  gsize n = check->n_bars - start, needed = 0;

  prepare_copy (check, start, n, FALSE);
  evaluate (check, n, check->cut);
  for (gsize i = 0; i < n; i++)
    if (check->cut[i] != check->full[start + i])
      needed = i + 1;
  return needed;
}

/**
 * pst_warm_up_check:
 * @strategy: a strategy whose options are set
 * @bars: (array length=n_bars): of one instrument
 * @n_bars: how many
 * @n_starts: how many starts to try
 * @result: (out caller-allocates): what was found
 *
 * Lets the strategy begin at several bars and tells from which on it says what it says when it has seen all. Any thread, one at a time for a
 * strategy.
 */
void
pst_warm_up_check (PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars, guint n_starts, PstWarmUp *result)
{
  Check check;

  *result = (PstWarmUp){ .stated = pst_signal_strategy_get_warm_up (strategy) };
  if (n_bars < 2)
    return;
  check_init (&check, strategy, bars, n_bars);
  prepare_copy (&check, 0, n_bars, FALSE);
  evaluate (&check, n_bars, check.full);
  for (gsize i = 0; i < n_bars; i++)
    result->n_signals += check.full[i] != PST_SIGNAL_NONE;
  for (guint i = 1; i <= n_starts; i++)
    {
      gsize start = MAX (n_bars / 2 * i / n_starts, 1), needed = measure_start (&check, start);

      result->n_starts++;
      result->n_compared = n_bars - start;
      if (needed <= result->needed)
        continue;
      result->needed = needed;
      result->worst_start = start;
    }
  check_clear (&check);
}

char *
pst_signal_to_string (guint8 signal)
{
  static const char *const names[] = { "enter-long", "exit-long", "enter-short", "exit-short" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (signal & (1u << i))
      g_string_append_printf (text, "%s%s", text->len ? "+" : "", names[i]);
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}
