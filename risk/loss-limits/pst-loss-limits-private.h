/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the guard's own files share. */
#pragma once

#include "pst-loss-limits-state.h"
#include "pst-session-day.h"

G_BEGIN_DECLS

typedef enum
{
  PST_LOSS_LIMITS_HALT,
  PST_LOSS_LIMITS_REDUCE,
  PST_LOSS_LIMITS_DENY,
  PST_LOSS_LIMITS_KILL,
} PstLossLimitsBreach;

typedef struct
{
  PstMoney *daily_limit;
  PstMoney *cumulative_limit;
  gboolean include_open_losses;
  char *time_zone;
  char *day_start;
  char *calendar;
  PstLossLimitsBreach on_breach;
  char *state_file;
} PstLossLimitsOptions;

void pst_loss_limits_options_install (GObjectClass *object_class);
/* FALSE: there is no such option. */
gboolean pst_loss_limits_options_get (const PstLossLimitsOptions *options, guint property_id, GValue *value);
gboolean pst_loss_limits_options_set (PstLossLimitsOptions *options, guint property_id, const GValue *value);
void pst_loss_limits_options_clear (PstLossLimitsOptions *options);

G_END_DECLS
