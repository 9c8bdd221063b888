/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Within a run they are told apart by indices, which cost nothing; what an earlier run did stands under names, since a restart may give strategies
 * and instruments other indices. */

#include "pst-repeats.h"

#include <string.h>

/* Of each, over a restart: a value of the state. */
#define TIMES_KEPT_MAX 8

/* What a strategy does again. */
typedef struct
{
  guint32 strategy, instrument, side;
} Repeated;

static guint
repeated_hash (gconstpointer data)
{
  const Repeated *repeated = data;

  return (repeated->strategy * 31 + repeated->instrument) * 31 + repeated->side;
}

static gboolean
repeated_equal (gconstpointer a, gconstpointer b)
{
  const Repeated *x = a, *y = b;

  return x->strategy == y->strategy && x->instrument == y->instrument && x->side == y->side;
}

void
pst_repeats_init (PstRepeats *repeats)
{
  *repeats = (PstRepeats){ 0 };
  repeats->windows = g_hash_table_new_full (repeated_hash, repeated_equal, g_free, (GDestroyNotify)pst_time_window_free);
  repeats->earlier = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)pst_time_window_free);
  repeats->others = g_array_new (FALSE, FALSE, sizeof (gint64));
}

void
pst_repeats_clear (PstRepeats *repeats)
{
  g_hash_table_unref (repeats->windows);
  g_hash_table_unref (repeats->earlier);
  g_array_unref (repeats->others);
}

void
pst_repeats_forget (PstRepeats *repeats)
{
  g_hash_table_remove_all (repeats->windows);
  g_hash_table_remove_all (repeats->earlier);
  g_array_set_size (repeats->others, 0);
}

void
pst_repeats_start (PstRepeats *repeats, PstContext *context, guint max)
{
  pst_repeats_forget (repeats);
  repeats->context = context;
  repeats->max = max;
}

/* (transfer full): "BUY cross BTC/USD.KRAKEN" */
static char *
describe (const PstRepeats *repeats, const Repeated *repeated)
{
  PstComponent *strategy = pst_context_get_component (repeats->context, repeated->strategy);

  return g_strjoin (" ", repeated->side == PST_SIDE_BUY ? "BUY" : "SELL", strategy != NULL ? pst_component_get_name (strategy) : "-",
                    pst_instrument_table_get (pst_context_get_instruments (repeats->context), repeated->instrument)->id, NULL);
}

/* (transfer full): what is known of it from an earlier run, or nothing. */
static PstTimeWindow *
begin (PstRepeats *repeats, const Repeated *repeated)
{
  g_autofree char *text = g_hash_table_size (repeats->earlier) > 0 ? describe (repeats, repeated) : NULL, *key = NULL;
  PstTimeWindow *window = NULL;

  if (text != NULL && g_hash_table_steal_extended (repeats->earlier, text, (gpointer *)&key, (gpointer *)&window))
    return window;
  window = pst_time_window_new (repeats->max);
  pst_time_window_fill (window, repeats->others, G_MAXINT64);
  return window;
}

PstTimeWindow *
pst_repeats_find (PstRepeats *repeats, const PstOrder *order)
{
  const Repeated key = { order->strategy, order->request.instrument, order->request.side };
  PstTimeWindow *window = g_hash_table_lookup (repeats->windows, &key);

  if (window == NULL)
    {
      window = begin (repeats, &key);
      g_hash_table_insert (repeats->windows, g_memdup2 (&key, sizeof key), window);
    }
  return window;
}

typedef struct
{
  char *text;
  GArray *times;
} Kept;

static void
kept_clear (gpointer data)
{
  Kept *kept = data;

  g_free (kept->text);
  g_array_unref (kept->times);
}

/* Those that were repeated most come first, and the same ones always. */
static gint
kept_compare (gconstpointer a, gconstpointer b)
{
  const Kept *x = a, *y = b;

  return x->times->len != y->times->len ? (x->times->len < y->times->len ? 1 : -1) : strcmp (x->text, y->text);
}

static void
add_kept (GArray *list, char *text, const PstTimeWindow *window, gint64 now_ns, gint64 length_ns)
{
  Kept kept = { text, pst_time_window_list (window, now_ns, length_ns) };

  if (kept.times->len > 0)
    g_array_append_val (list, kept);
  else
    kept_clear (&kept);
}

static GArray *
list_kept (PstRepeats *repeats, gint64 now_ns, gint64 length_ns)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Kept));
  GHashTableIter iter;
  gpointer key, value;

  g_array_set_clear_func (list, kept_clear);
  g_hash_table_iter_init (&iter, repeats->windows);
  while (g_hash_table_iter_next (&iter, &key, &value))
    add_kept (list, describe (repeats, key), value, now_ns, length_ns);
  g_hash_table_iter_init (&iter, repeats->earlier);
  while (g_hash_table_iter_next (&iter, &key, &value))
    add_kept (list, g_strdup (key), value, now_ns, length_ns);
  g_array_sort (list, kept_compare);
  return list;
}

/* The one that was repeated most, at the time of the one that was last: too much for each of them, and too little for none. */
static void
save_others (PstRepeats *repeats, PstStateFile *state, const GArray *list)
{
  g_autoptr (GArray) times = g_array_copy (repeats->others);

  for (guint i = PST_REPEATS_KEPT_MAX; i < list->len; i++)
    {
      const Kept *kept = &g_array_index (list, Kept, i);
      gint64 last_ns = g_array_index (kept->times, gint64, kept->times->len - 1);

      for (guint n = 0; n < times->len; n++)
        g_array_index (times, gint64, n) = MAX (g_array_index (times, gint64, n), last_ns);
      while (times->len < kept->times->len)
        {
          const gint64 time_ns = times->len > 0 ? g_array_index (times, gint64, 0) : last_ns;

          g_array_prepend_val (times, time_ns);
        }
    }
  pst_state_file_set_times (state, "repeat.others", (const gint64 *)times->data, times->len, TIMES_KEPT_MAX);
}

void
pst_repeats_save (PstRepeats *repeats, PstStateFile *state, gint64 now_ns, gint64 length_ns)
{
  g_autoptr (GArray) list = list_kept (repeats, now_ns, length_ns);

  for (guint i = 0; i < MIN (list->len, PST_REPEATS_KEPT_MAX); i++)
    {
      const Kept *kept = &g_array_index (list, Kept, i);
      g_autofree char *what = g_strdup_printf ("repeat.%u", i), *when = g_strdup_printf ("repeat.%u.times", i);

      pst_state_file_set_string (state, what, kept->text);
      pst_state_file_set_times (state, when, (const gint64 *)kept->times->data, kept->times->len, TIMES_KEPT_MAX);
    }
  save_others (repeats, state, list);
}

gboolean
pst_repeats_load (PstRepeats *repeats, PstStateFile *state, gint64 now_ns, GError **error)
{
  for (guint i = 0; i < PST_REPEATS_KEPT_MAX; i++)
    {
      g_autofree char *what = g_strdup_printf ("repeat.%u", i), *when = g_strdup_printf ("repeat.%u.times", i), *text = NULL;
      g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
      PstTimeWindow *window;

      if (!pst_state_file_get_string (state, what, &text, NULL))
        break;
      if (!pst_state_file_get_times (state, when, times, PST_TIME_WINDOW_MAX, error))
        return FALSE;
      window = pst_time_window_new (repeats->max);
      pst_time_window_fill (window, times, now_ns);
      g_hash_table_replace (repeats->earlier, g_steal_pointer (&text), window);
    }
  if (!pst_state_file_get_times (state, "repeat.others", repeats->others, PST_TIME_WINDOW_MAX, error))
    return FALSE;
  for (guint i = 0; i < repeats->others->len; i++)
    g_array_index (repeats->others, gint64, i) = MIN (g_array_index (repeats->others, gint64, i), now_ns);
  return TRUE;
}
