/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue that comes back after a failure is met by everyone at once, and bans who knocks too often (Binance: 300 connections in five minutes
 * from one address). Delays double, are spread by lot, and start again only after a connection that was worth the name; the budget holds
 * whatever else is said. */

#include "pst-back-off.h"

#include "../model/pst-time.h"

struct _PstBackOff
{
  PstBackOffLimits limits;
  PstRandom random;
  guint n_failures;
  gboolean connected;
  gint64 connected_ns;
  gint64 *attempts; /* the last @budget of them, a ring */
  guint n_attempts;
  guint next_attempt;
};

G_DEFINE_BOXED_TYPE (PstBackOff, pst_back_off, pst_back_off_copy, pst_back_off_free)

/**
 * pst_back_off_limits_init:
 * @limits: (out caller-allocates): the limits
 *
 * Sets every limit to its documented default. Any thread.
 */
void
pst_back_off_limits_init (PstBackOffLimits *limits)
{
  g_return_if_fail (limits != NULL);

  *limits
      = (PstBackOffLimits){ .first_ms = 500, .max_ms = 30000, .jitter_percent = 50, .stable_ms = 60000, .budget = 20, .budget_window_ms = 300000 };
}

/**
 * pst_back_off_limits_check:
 * @limits: the limits
 *
 * Looks for limits that cannot be. Any thread.
 *
 * Returns: (transfer none) (nullable): what is wrong; %NULL when nothing is
 */
const char *
pst_back_off_limits_check (const PstBackOffLimits *limits)
{
  g_return_val_if_fail (limits != NULL, "there are no limits");

  if (limits->first_ms == 0)
    return "the first delay must be above 0 ms";
  if (limits->max_ms < limits->first_ms)
    return "the longest delay must not be below the first";
  if (limits->jitter_percent > 100)
    return "jitter must be 0 to 100 percent";
  if (limits->budget > PST_BACK_OFF_BUDGET_MAX)
    return "the budget of connections must be 0 to 10000";
  if (limits->budget > 0 && limits->budget_window_ms == 0)
    return "the window of the budget must be above 0 ms";
  return NULL;
}

/**
 * pst_back_off_new:
 * @limits: limits that pst_back_off_limits_check() finds nothing wrong with
 * @random: the stream to draw from; copied
 *
 * Makes one, without failures and with the whole budget. Any thread; afterwards on the run's context.
 *
 * Returns: (transfer full): it
 */
PstBackOff *
pst_back_off_new (const PstBackOffLimits *limits, const PstRandom *random)
{
  PstBackOff *back_off;

  g_return_val_if_fail (limits != NULL && random != NULL, NULL);
  g_return_val_if_fail (pst_back_off_limits_check (limits) == NULL, NULL);

  back_off = g_new0 (PstBackOff, 1);
  back_off->limits = *limits;
  back_off->random = *random;
  back_off->attempts = g_new0 (gint64, limits->budget);
  return back_off;
}

/**
 * pst_back_off_copy:
 * @back_off: one
 *
 * Copies it with its memory. Any thread.
 *
 * Returns: (transfer full): the copy
 */
PstBackOff *
pst_back_off_copy (const PstBackOff *back_off)
{
  PstBackOff *copy;

  g_return_val_if_fail (back_off != NULL, NULL);

  copy = g_memdup2 (back_off, sizeof *back_off);
  copy->attempts = g_memdup2 (back_off->attempts, back_off->limits.budget * sizeof (gint64));
  return copy;
}

/**
 * pst_back_off_free:
 * @back_off: (transfer full): one
 *
 * Frees it. Any thread.
 */
void
pst_back_off_free (PstBackOff *back_off)
{
  g_free (back_off->attempts);
  g_free (back_off);
}

/**
 * pst_back_off_attempted:
 * @back_off: one
 * @now_ns: the run's clock
 *
 * Notes that an attempt begins: it counts against the budget. On the run's context.
 */
void
pst_back_off_attempted (PstBackOff *back_off, gint64 now_ns)
{
  g_return_if_fail (back_off != NULL);

  if (back_off->limits.budget == 0)
    return;
  back_off->attempts[back_off->next_attempt] = now_ns;
  back_off->next_attempt = (back_off->next_attempt + 1) % back_off->limits.budget;
  back_off->n_attempts = MIN (back_off->n_attempts + 1, back_off->limits.budget);
}

/**
 * pst_back_off_connected:
 * @back_off: one
 * @now_ns: the run's clock
 *
 * Notes that a connection stands. The delays start again from the first only if it then stands long enough. On the run's context.
 */
void
pst_back_off_connected (PstBackOff *back_off, gint64 now_ns)
{
  g_return_if_fail (back_off != NULL);

  back_off->connected = TRUE;
  back_off->connected_ns = now_ns;
}

/* first * 2^failures up to the maximum, of which the jitter's share is drawn. */
static gint64
draw_delay_ns (PstBackOff *back_off)
{
  const PstBackOffLimits *limits = &back_off->limits;
  guint64 delay_ms = limits->first_ms;
  guint64 spread_ns;

  for (guint i = 1; i < back_off->n_failures && delay_ms < limits->max_ms; i++)
    delay_ms *= 2;
  delay_ms = MIN (delay_ms, limits->max_ms);
  spread_ns = delay_ms * limits->jitter_percent * (PST_NS_PER_MS / 100);
  return delay_ms * PST_NS_PER_MS - pst_random_below (&back_off->random, spread_ns + 1);
}

/**
 * pst_back_off_failed:
 * @back_off: one
 * @now_ns: the run's clock
 * @retry_after_ms: what the venue asked to wait at least, in milliseconds; 0 when it asked for nothing
 *
 * Notes that an attempt failed or a connection ended, and says when to try again. On the run's context.
 *
 * Returns: the time of the next attempt, nanoseconds since the epoch, UTC; always after @now_ns
 */
gint64
pst_back_off_failed (PstBackOff *back_off, gint64 now_ns, guint retry_after_ms)
{
  gint64 next_ns;

  g_return_val_if_fail (back_off != NULL, now_ns);

  if (back_off->connected && now_ns - back_off->connected_ns >= back_off->limits.stable_ms * PST_NS_PER_MS)
    back_off->n_failures = 0;
  back_off->connected = FALSE;
  if (back_off->n_failures < G_MAXUINT)
    back_off->n_failures++;
  next_ns = now_ns + MAX (draw_delay_ns (back_off), 1);
  next_ns = MAX (next_ns, now_ns + retry_after_ms * PST_NS_PER_MS);
  return MAX (next_ns, pst_back_off_get_allowed_ns (back_off, now_ns));
}

/**
 * pst_back_off_get_allowed_ns:
 * @back_off: one
 * @now_ns: the run's clock
 *
 * Asks the budget: in any window of its length there are never more attempts than it allows. On the run's context.
 *
 * Returns: the earliest time of the next attempt, nanoseconds since the epoch, UTC; @now_ns when it may be now
 */
gint64
pst_back_off_get_allowed_ns (const PstBackOff *back_off, gint64 now_ns)
{
  g_return_val_if_fail (back_off != NULL, now_ns);

  if (back_off->limits.budget == 0 || back_off->n_attempts < back_off->limits.budget)
    return now_ns;
  /* The ring is full: the oldest attempt is the one that would be overwritten. */
  return MAX (now_ns, back_off->attempts[back_off->next_attempt] + back_off->limits.budget_window_ms * PST_NS_PER_MS);
}

/**
 * pst_back_off_get_n_failures:
 * @back_off: one
 *
 * Counts failures in a row. On the run's context.
 *
 * Returns: how many; 0 before the first
 */
guint
pst_back_off_get_n_failures (const PstBackOff *back_off)
{
  g_return_val_if_fail (back_off != NULL, 0);

  return back_off->n_failures;
}
