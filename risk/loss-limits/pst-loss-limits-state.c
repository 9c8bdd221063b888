/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guard's state and its text. The day stands there as its date, for people. */

#include "pst-loss-limits-state.h"

#define GROUP "loss-limits"

static gboolean
read_all (PstStateFile *file, PstLossLimitsState *state, GError **error)
{
  gint64 day_ns;

  if (!pst_state_file_get_time (file, "day", &day_ns, error) || !pst_state_file_get_money (file, "daily", &state->daily, error)
      || !pst_state_file_get_money (file, "cumulative", &state->cumulative, error)
      || !pst_state_file_get_boolean (file, "daily-breached", &state->daily_breached, error)
      || !pst_state_file_get_boolean (file, "cumulative-breached", &state->cumulative_breached, error)
      || !pst_state_file_get_boolean (file, "unknown", &state->unknown, error))
    return FALSE;
  state->day = pst_time_floor_day (day_ns) / PST_NS_PER_DAY;
  return TRUE;
}

gboolean
pst_loss_limits_state_read (PstLossLimitsState *state, PstStateFile *file, const PstCurrency *currency, GError **error)
{
  if (!read_all (file, state, error))
    return FALSE;
  if (state->daily.currency == currency && state->cumulative.currency == currency)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "what was lost is counted in another currency than %s; name another state-file",
               currency->code);
  return FALSE;
}

gboolean
pst_loss_limits_state_load (PstLossLimitsState *state, const char *path, const PstCurrency *currency, gboolean *found, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);

  *state = (PstLossLimitsState){ .daily = { currency, 0 }, .cumulative = { currency, 0 } };
  *found = FALSE;
  if (!pst_state_file_load (file, error))
    return FALSE;
  if (pst_state_file_is_empty (file))
    return TRUE;
  *found = TRUE;
  return pst_loss_limits_state_read (state, file, currency, error);
}

void
pst_loss_limits_state_write (const PstLossLimitsState *state, PstStateFile *file)
{
  pst_state_file_set_time (file, "day", state->day * PST_NS_PER_DAY);
  pst_state_file_set_money (file, "daily", &state->daily);
  pst_state_file_set_money (file, "cumulative", &state->cumulative);
  pst_state_file_set_boolean (file, "daily-breached", state->daily_breached);
  pst_state_file_set_boolean (file, "cumulative-breached", state->cumulative_breached);
  pst_state_file_set_boolean (file, "unknown", state->unknown || state->unreadable);
}

gboolean
pst_loss_limits_state_save (const PstLossLimitsState *state, const char *path, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);

  pst_loss_limits_state_write (state, file);
  return pst_state_file_save (file, error);
}
