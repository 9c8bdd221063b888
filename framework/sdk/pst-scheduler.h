/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Has a strategy act at the times of a schedule: once for each, only while the market is open, and never again after a restart. Its options are the
 * strategy's own: schedule, every, day-of-month, weekday, time, anchor, calendar, on-closed. */
#pragma once

#include "pst-schedule.h"
#include "pst-state-file.h"
#include "pst-strategy.h"

G_BEGIN_DECLS

/**
 * PstScheduler:
 *
 * Used on the run's context.
 */
typedef struct _PstScheduler PstScheduler;

/**
 * PstSchedulerFuncs:
 * @due: act now, for the schedule's time @scheduled_ns. The market is open
 * @skipped: that time passes without an act; @reason is one of market_closed, already_deferred, same_time, not_running, calendar_unknown
 * @deferred: the market is closed then; @due comes at @until_ns, when it opens
 *
 * What a strategy does about a time. Exactly one of @due and @skipped comes for each, after at most one @deferred (one more each time that the host
 * was not running at the open).
 */
typedef struct
{
  void (*due) (PstStrategy *strategy, gint64 scheduled_ns);
  void (*skipped) (PstStrategy *strategy, gint64 scheduled_ns, const char *reason);
  void (*deferred) (PstStrategy *strategy, gint64 scheduled_ns, gint64 until_ns);
} PstSchedulerFuncs;

/* How many properties pst_scheduler_install_options() installs. */
#define PST_SCHEDULER_N_OPTIONS 8

/* @unit: what schedule is when nobody says. Numbers its properties from @first_id on. */
PST_API void pst_scheduler_install_options (GObjectClass *klass, guint first_id, PstScheduleUnit unit);
PST_API PstScheduler *pst_scheduler_new (PstStrategy *strategy, PstScheduleUnit unit, const PstSchedulerFuncs *funcs);
PST_API void pst_scheduler_free (PstScheduler *scheduler);
/* @n: which of its options, from 0. FALSE: there is no such one. */
PST_API gboolean pst_scheduler_set_option (PstScheduler *scheduler, guint n, const GValue *value);
PST_API gboolean pst_scheduler_get_option (PstScheduler *scheduler, guint n, GValue *value);
/* In the strategy's prepare(): checks the options, and reads the calendar when the option names one. */
PST_API gboolean pst_scheduler_prepare (PstScheduler *scheduler, GError **error);
/* In start(): the calendar of @instrument's market counts, when no option names one. PST_INSTRUMENT_NONE: it is not known yet; call again with a
 * frame. */
PST_API void pst_scheduler_start (PstScheduler *scheduler, guint32 instrument);
PST_API gboolean pst_scheduler_is_started (const PstScheduler *scheduler);
/* In stop(). */
PST_API void pst_scheduler_stop (PstScheduler *scheduler);
/* In save_state() and load_state(). */
PST_API void pst_scheduler_save_state (const PstScheduler *scheduler, PstStateFile *state);
PST_API gboolean pst_scheduler_load_state (PstScheduler *scheduler, PstStateFile *state, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstScheduler, pst_scheduler_free)

G_END_DECLS
