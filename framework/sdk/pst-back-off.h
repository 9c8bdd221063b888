/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When to connect again. Pure: it is told the time and says when, and knows neither a clock nor a connection. */
#pragma once

#include "pst-random.h"

G_BEGIN_DECLS

/**
 * PstBackOffLimits:
 * @first_ms: delay after the first failure. 500
 * @max_ms: longest delay; it doubles up to here. 30,000
 * @jitter_percent: how much of a delay is drawn by lot, 0 to 100, so that many hosts do not come back at once. 50
 * @stable_ms: how long a connection must have stood before its end counts as a first failure again. 60,000
 * @budget: most attempts within the window; 0 for no limit. 20
 * @budget_window_ms: length of the sliding window. 300,000
 *
 * The limits of reconnecting, with their defaults.
 */
typedef struct
{
  guint first_ms;
  guint max_ms;
  guint jitter_percent;
  guint stable_ms;
  guint budget;
  guint budget_window_ms;
} PstBackOffLimits;

#define PST_BACK_OFF_BUDGET_MAX 10000u

#define PST_TYPE_BACK_OFF (pst_back_off_get_type ())

/**
 * PstBackOff:
 *
 * Decides when a connection is tried again.
 */
typedef struct _PstBackOff PstBackOff;

PST_API GType pst_back_off_get_type (void);
PST_API void pst_back_off_limits_init (PstBackOffLimits *limits);
/* NULL or a static sentence that says what cannot be. */
PST_API const char *pst_back_off_limits_check (const PstBackOffLimits *limits);
/* Draws from a copy of @random, whose own stream does not move. */
PST_API PstBackOff *pst_back_off_new (const PstBackOffLimits *limits, const PstRandom *random);
PST_API PstBackOff *pst_back_off_copy (const PstBackOff *back_off);
PST_API void pst_back_off_free (PstBackOff *back_off);

/* An attempt begins now. */
PST_API void pst_back_off_attempted (PstBackOff *back_off, gint64 now_ns);
/* It succeeded. */
PST_API void pst_back_off_connected (PstBackOff *back_off, gint64 now_ns);
/* It failed, or the connection ended. @retry_after_ms: what the venue asked to wait at least, or 0. Returns when to try next. */
PST_API gint64 pst_back_off_failed (PstBackOff *back_off, gint64 now_ns, guint retry_after_ms);
/* The earliest time that the budget allows for an attempt; @now_ns when it allows one now. */
PST_API gint64 pst_back_off_get_allowed_ns (const PstBackOff *back_off, gint64 now_ns);
/* Failures in a row, from 0. */
PST_API guint pst_back_off_get_n_failures (const PstBackOff *back_off);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstBackOff, pst_back_off_free)

G_END_DECLS
