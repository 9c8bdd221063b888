/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the guard remembers over a restart: what was lost, and what followed from it. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 day;     /* the session day of @daily */
  PstMoney daily; /* realised profit after fees; below 0 is a loss */
  PstMoney cumulative;
  gboolean daily_breached;
  gboolean cumulative_breached;
  gboolean unknown;    /* something could not be counted */
  gboolean unreadable; /* the file; never in the file */
} PstLossLimitsState;

/* In @currency. An error is for the caller to take as the worst. */
gboolean pst_loss_limits_state_read (PstLossLimitsState *state, PstStateFile *file, const PstCurrency *currency, GError **error);
void pst_loss_limits_state_write (const PstLossLimitsState *state, PstStateFile *file);
/* In @currency. No file: @found is FALSE and nothing is lost yet. An error is for the caller to take as the worst. */
gboolean pst_loss_limits_state_load (PstLossLimitsState *state, const char *path, const PstCurrency *currency, gboolean *found, GError **error);
/* On the disk when it returns TRUE. */
gboolean pst_loss_limits_state_save (const PstLossLimitsState *state, const char *path, GError **error);

G_END_DECLS
