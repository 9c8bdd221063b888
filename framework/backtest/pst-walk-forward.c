/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Windows are cut at logical times that are there, so that no gap of the market makes an empty one. */
#include "pst-walk-forward.h"

#include <string.h>

/**
 * pst_walk_length_parse:
 * @what: "in-sample", for messages
 * @text: (nullable): bars ("500") or a duration ("365d")
 * @length: (out): what it says
 * @error: where to say why not
 *
 * Reads the length of a window. Any thread.
 *
 * Returns: %FALSE with a %PST_VALUE_ERROR
 */
gboolean
pst_walk_length_parse (const char *what, const char *text, PstWalkLength *length, GError **error)
{
  g_autoptr (GParamSpec) option = g_param_spec_ref_sink (pst_param_spec_duration (what, what, what, "1s", "36500d", "1d", PST_OPTION_READWRITE));
  g_auto (GValue) value = G_VALUE_INIT;

  *length = (PstWalkLength){ 0 };
  if (text == NULL || *text == '\0')
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "walking forward needs %s: how long that window is, in bars (500) or days (365d)",
                   what);
      return FALSE;
    }
  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT32, &length->n_bars, NULL))
    return TRUE;
  length->n_bars = 0;
  if (pst_option_parse (option, text, &value, NULL))
    {
      length->duration_ns = g_value_get_int64 (&value);
      return TRUE;
    }
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "%s=%s is no length: write bars (500) or a duration (365d)", what, text);
  return FALSE;
}

/* The place behind a window that begins at @first. */
static gsize
end_of (const gint64 *times, gsize n_times, gsize first, const PstWalkLength *length)
{
  gsize low = first, high = n_times;
  gint64 end_ns;

  if (length->n_bars > 0)
    return first + MIN (length->n_bars, n_times - first);
  if (!pst_add_checked (times[first], length->duration_ns, &end_ns))
    return n_times;
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (times[middle] < end_ns)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Of the in-sample window that ends before @end; a duration's begins at the first time that is young enough. */
static gsize
begin_of (const gint64 *times, gsize end, const PstWalkLength *length, gboolean is_anchored)
{
  gsize first = end;

  if (is_anchored)
    return 0;
  if (length->n_bars > 0)
    return end - MIN (length->n_bars, end);
  while (first > 0 && times[end] - times[first - 1] <= length->duration_ns)
    first--;
  return first;
}

static gboolean
fail_short (gsize n_times, GError **error)
{
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE,
               "the data have %" G_GSIZE_FORMAT " bars in time, which is no more than one in-sample window: nothing is left to trade; choose shorter "
               "windows",
               n_times);
  return FALSE;
}

/**
 * pst_walk_windows:
 * @times: (array length=n_times): all logical times, rising
 * @n_times: how many
 * @is_anchored: whether all in-sample windows begin with the data
 * @in_sample: how long the first window is that is searched; of a rolling walk each
 * @out_of_sample: how long a window is that is traded
 * @error: where to say why not
 *
 * Cuts time into windows: the traded ones follow each other without a gap. Any thread.
 *
 * Returns: (transfer full) (nullable) (element-type PstWalkWindow): the windows; %NULL with %PST_VALUE_ERROR_RANGE
 */
GArray *
pst_walk_windows (const gint64 *times, gsize n_times, gboolean is_anchored, const PstWalkLength *in_sample, const PstWalkLength *out_of_sample,
                  GError **error)
{
  g_autoptr (GArray) windows = g_array_new (FALSE, FALSE, sizeof (PstWalkWindow));
  gsize out = n_times > 0 ? end_of (times, n_times, 0, in_sample) : 0;

  while (out < n_times)
    {
      gsize end = end_of (times, n_times, out, out_of_sample);
      PstWalkWindow window = { .in_from_ns = times[begin_of (times, out, in_sample, is_anchored)],
                               .in_to_ns = times[out - 1],
                               .out_from_ns = times[out],
                               .out_to_ns = times[end - 1],
                               .out_first = out };

      g_array_append_val (windows, window);
      if (windows->len > PST_WALK_WINDOWS_MAX)
        {
          g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE, "the walk has more than %d windows; choose a longer out-of-sample window",
                       PST_WALK_WINDOWS_MAX);
          return NULL;
        }
      out = end;
    }
  if (windows->len == 0 && !fail_short (n_times, error))
    return NULL;
  return g_steal_pointer (&windows);
}

gboolean
pst_walk_join (GArray *curve, const PstBacktestResult *result, const PstWalkWindow *window, gint64 initial)
{
  gint64 start = curve->len ? g_array_index (curve, PstEquityPoint, curve->len - 1).equity : initial;

  for (guint i = 0; i < result->equity->len; i++)
    {
      PstEquityPoint point = g_array_index (result->equity, PstEquityPoint, i);

      if (point.time_ns < window->out_from_ns || point.time_ns > window->out_to_ns)
        continue;
      if (!pst_mantissa_multiply_divide (point.equity, start, result->initial_equity, PST_ROUND_HALF_EVEN, &point.equity)
          || !pst_mantissa_multiply_divide (point.cash, start, result->initial_equity, PST_ROUND_HALF_EVEN, &point.cash)
          || !pst_mantissa_multiply_divide (point.exposure, start, result->initial_equity, PST_ROUND_HALF_EVEN, &point.exposure))
        return FALSE;
      g_array_append_val (curve, point);
    }
  return TRUE;
}
