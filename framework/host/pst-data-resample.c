/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bucket is a stretch of time from its label to its end; a bar belongs to the one in which it begins. A bar is labelled with the begin of its
 * bucket and known at the end of it, also when the last trades were earlier. */
#include "pst-data-resample.h"

typedef struct
{
  gint64 from_ns, to_ns;
} Bucket;

typedef struct
{
  const PstDataHours *hours;
  gint64 period_ns;
  guint session;
} Clock;

/* The bucket of a time; FALSE while the market is closed. Times rise from call to call. */
static gboolean
find_bucket (Clock *clock, gint64 time_ns, Bucket *bucket)
{
  const PstMarketSession *session;

  if (clock->hours == NULL || clock->hours->sessions == NULL)
    {
      gint64 rest = time_ns % clock->period_ns;

      bucket->from_ns = time_ns - (rest < 0 ? rest + clock->period_ns : rest);
      bucket->to_ns = bucket->from_ns + clock->period_ns;
      return TRUE;
    }
  while (clock->session < clock->hours->sessions->len && g_array_index (clock->hours->sessions, PstMarketSession, clock->session).close_ns <= time_ns)
    clock->session++;
  if (clock->session == clock->hours->sessions->len)
    return FALSE;
  session = &g_array_index (clock->hours->sessions, PstMarketSession, clock->session);
  if (time_ns < session->open_ns)
    return FALSE;
  *bucket = (Bucket){ session->open_ns, session->close_ns };
  if (clock->period_ns < PST_NS_PER_DAY)
    {
      bucket->from_ns += (time_ns - session->open_ns) / clock->period_ns * clock->period_ns;
      bucket->to_ns = MIN (bucket->from_ns + clock->period_ns, session->close_ns);
    }
  return TRUE;
}

static gboolean
check_periods (gint64 from_period_ns, gint64 period_ns, GError **error)
{
  if (from_period_ns > 0 && period_ns > from_period_ns && period_ns % from_period_ns == 0 && period_ns <= PST_NS_PER_DAY)
    return TRUE;
  if (period_ns > PST_NS_PER_DAY)
    g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "the longest bars that are made are days (1d)");
  else if (from_period_ns <= 0)
    g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "the period of the bars is not known; import them with bar-period");
  else
    g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "the new period must be a multiple of the period of the bars");
  return FALSE;
}

typedef struct
{
  Bucket bucket;
  gint64 first_ns, last_ns; /* begin of its first bar, end of its last */
  gint64 values[5];
} Building;

static gboolean
add_bar (Building *building, const PstBarColumns *bars, gsize i, GError **error)
{
  building->values[1] = MAX (building->values[1], bars->high[i]);
  building->values[2] = MIN (building->values[2], bars->low[i]);
  building->values[3] = bars->close[i];
  if (pst_add_checked (building->values[4], bars->volume[i], &building->values[4]))
    return TRUE;
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW, "the volumes of %s do not fit 64 bits when they are summed", bars->instrument->id);
  return FALSE;
}

static void
finish (Building *building, gboolean partial, gboolean keep_partial, PstDataRows *rows, PstDataResampled *done)
{
  const gint64 values[] = { building->bucket.to_ns, building->bucket.from_ns, building->values[0], building->values[1],
                            building->values[2],    building->values[3],      building->values[4] };

  done->n_partial += partial;
  if (partial && !keep_partial)
    return;
  pst_data_rows_add_values (rows, values, 0, 0);
  done->n_bars++;
}

gboolean
pst_data_resample (const PstBarColumns *bars, const gint64 *label_ns, gint64 from_period_ns, gint64 period_ns, const PstDataHours *hours,
                   gboolean keep_partial, PstDataRows *rows, PstDataResampled *done, GError **error)
{
  Clock clock = { hours, period_ns, 0 };
  Building building = { { 0, 0 }, 0, 0, { 0 } };
  gboolean open = FALSE, is_first = TRUE;

  if (!check_periods (from_period_ns, period_ns, error))
    return FALSE;
  for (gsize i = 0; i < bars->n_bars; i++)
    {
      /* A bar may be labelled with its end. */
      gint64 begin_ns = label_ns[i] == bars->time_ns[i] ? label_ns[i] - from_period_ns : label_ns[i];
      Bucket bucket;

      if (!find_bucket (&clock, begin_ns, &bucket))
        {
          done->n_off_session++;
          continue;
        }
      if (open && bucket.from_ns == building.bucket.from_ns)
        {
          building.last_ns = bars->time_ns[i];
          if (!add_bar (&building, bars, i, error))
            return FALSE;
          continue;
        }
      if (open)
        {
          finish (&building, is_first && building.first_ns > building.bucket.from_ns, keep_partial, rows, done);
          is_first = FALSE;
        }
      open = TRUE;
      building = (Building){ bucket, begin_ns, bars->time_ns[i], { bars->open[i], bars->high[i], bars->low[i], bars->close[i], bars->volume[i] } };
    }
  if (open)
    finish (&building, (is_first && building.first_ns > building.bucket.from_ns) || building.last_ns < building.bucket.to_ns, keep_partial, rows,
            done);
  return TRUE;
}
