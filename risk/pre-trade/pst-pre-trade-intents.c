/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Within a run intents are compared as numbers. Those of an earlier run stand there as texts: the instrument may have another index now, another
 * scale, or may not be there yet. Their table is empty when the window has passed once, and costs nothing from then on. */

#include "pst-pre-trade-intents.h"

#include <string.h>

/* What makes two orders the same, whoever asked for them. */
typedef struct
{
  guint32 instrument, side, type;
  gint64 quantity, limit_price, stop_price;
  gint64 time_ns; /* not compared */
} Intent;

static Intent
intent_of (const PstOrderRequest *request, gint64 now_ns)
{
  return (Intent){ request->instrument, request->side, request->type, request->quantity, request->limit_price, request->stop_price, now_ns };
}

static guint
intent_hash (gconstpointer data)
{
  const Intent *intent = data;
  guint64 hash = intent->instrument;

  hash = hash * 31 + intent->side;
  hash = hash * 31 + intent->type;
  hash = hash * 1000003 + (guint64)intent->quantity;
  hash = hash * 1000003 + (guint64)intent->limit_price;
  hash = hash * 1000003 + (guint64)intent->stop_price;
  return (guint)(hash ^ hash >> 32);
}

static gboolean
intent_equal (gconstpointer a, gconstpointer b)
{
  const Intent *x = a, *y = b;

  return x->instrument == y->instrument && x->side == y->side && x->type == y->type && x->quantity == y->quantity && x->limit_price == y->limit_price
         && x->stop_price == y->stop_price;
}

void
pst_intents_init (PstIntents *intents)
{
  *intents = (PstIntents){ .lost_ns = G_MININT64 };
  intents->recent = g_hash_table_new (intent_hash, intent_equal);
  intents->earlier = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&intents->order);
  g_queue_init (&intents->texts);
}

static void
forget_all (PstIntents *intents)
{
  g_hash_table_remove_all (intents->recent);
  g_queue_clear_full (&intents->order, g_free);
  g_queue_clear (&intents->texts);
  g_hash_table_remove_all (intents->earlier);
  intents->lost_ns = G_MININT64;
}

void
pst_intents_clear (PstIntents *intents)
{
  forget_all (intents);
  g_hash_table_unref (intents->recent);
  g_hash_table_unref (intents->earlier);
}

void
pst_intents_start (PstIntents *intents, PstContext *context, const gint64 *window_ns)
{
  forget_all (intents);
  intents->context = context;
  intents->window_ns = window_ns;
}

static gboolean
is_over (const PstIntents *intents, gint64 time_ns, gint64 now_ns)
{
  gint64 age_ns;

  return !pst_subtract_checked (now_ns, time_ns, &age_ns) || age_ns >= *intents->window_ns;
}

/* An intent is forgotten when the window is over: at its end it may be asked for again. */
static void
forget_old (PstIntents *intents, gint64 now_ns)
{
  Intent *oldest;
  char *text;

  while ((oldest = g_queue_peek_head (&intents->order)) != NULL && is_over (intents, oldest->time_ns, now_ns))
    {
      g_hash_table_remove (intents->recent, oldest);
      g_free (g_queue_pop_head (&intents->order));
    }
  while ((text = g_queue_peek_head (&intents->texts)) != NULL && is_over (intents, *(gint64 *)g_hash_table_lookup (intents->earlier, text), now_ns))
    {
      g_queue_pop_head (&intents->texts);
      g_hash_table_remove (intents->earlier, text);
    }
}

/* Without zeros at the end, so that the same number is the same text at every scale. */
static void
print_number (gint64 mantissa, guint scale, char buffer[PST_DECIMAL_TEXT_SIZE])
{
  gsize length = pst_mantissa_print (mantissa, scale, buffer);

  while (scale > 0 && buffer[length - 1] == '0')
    buffer[--length] = '\0';
  if (buffer[length - 1] == '.')
    buffer[length - 1] = '\0';
}

/* (transfer full) (nullable): "BUY LIMIT 1.5 20000 0 BTC/USD.KRAKEN" */
static char *
describe (const PstIntents *intents, const Intent *intent)
{
  static const char *const types[] = { "", "MARKET", "LIMIT", "STOP_MARKET", "STOP_LIMIT" };
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (intents->context), intent->instrument);
  char quantity[PST_DECIMAL_TEXT_SIZE], limit[PST_DECIMAL_TEXT_SIZE], stop[PST_DECIMAL_TEXT_SIZE];

  if (intent->type >= G_N_ELEMENTS (types))
    return NULL;
  print_number (intent->quantity, instrument->size_scale, quantity);
  print_number (intent->limit_price, instrument->price_scale, limit);
  print_number (intent->stop_price, instrument->price_scale, stop);
  return g_strjoin (" ", intent->side == PST_SIDE_BUY ? "BUY" : "SELL", types[intent->type], quantity, limit, stop, instrument->id, NULL);
}

/* When the same was asked for; NULL: it was not. */
static const gint64 *
find_earlier (PstIntents *intents, const Intent *intent)
{
  g_autofree char *text = g_queue_is_empty (&intents->texts) ? NULL : describe (intents, intent);

  return text != NULL ? g_hash_table_lookup (intents->earlier, text) : NULL;
}

static gboolean
deny_known (const PstIntents *intents, gint64 time_ns, gint64 now_ns, PstVerdict *verdict)
{
  pst_verdict_deny (verdict, "duplicate_intent", "age_ns=%" G_GINT64_FORMAT " window_ns=%" G_GINT64_FORMAT, now_ns - time_ns, *intents->window_ns);
  return FALSE;
}

gboolean
pst_intents_check (PstIntents *intents, const PstOrderRequest *request, PstVerdict *verdict)
{
  gint64 now_ns = pst_context_now_ns (intents->context);
  Intent intent = intent_of (request, now_ns);
  const Intent *known;
  const gint64 *earlier_ns;

  if (*intents->window_ns == 0)
    return TRUE;
  forget_old (intents, now_ns);
  known = g_hash_table_lookup (intents->recent, &intent);
  if (known != NULL)
    return deny_known (intents, known->time_ns, now_ns, verdict);
  earlier_ns = find_earlier (intents, &intent);
  if (earlier_ns != NULL)
    return deny_known (intents, *earlier_ns, now_ns, verdict);
  if (g_queue_get_length (&intents->order) >= PST_INTENTS_MAX)
    pst_verdict_deny (verdict, "duplicate_intent", "intents=%d", PST_INTENTS_MAX);
  else if (intents->lost_ns != G_MININT64 && !is_over (intents, intents->lost_ns, now_ns))
    pst_verdict_deny (verdict, "duplicate_intent", "unknown_before_restart_ns=%" G_GINT64_FORMAT " window_ns=%" G_GINT64_FORMAT,
                      now_ns - intents->lost_ns, *intents->window_ns);
  else
    return TRUE;
  return FALSE;
}

void
pst_intents_add (PstIntents *intents, const PstOrderRequest *request)
{
  Intent intent = intent_of (request, pst_context_now_ns (intents->context)), *kept;

  if (*intents->window_ns == 0 || g_hash_table_contains (intents->recent, &intent))
    return;
  kept = g_memdup2 (&intent, sizeof intent);
  g_hash_table_add (intents->recent, kept);
  g_queue_push_tail (&intents->order, kept);
}

static void
save_one (PstStateFile *state, guint number, gint64 time_ns, const char *text)
{
  g_autofree char *key = g_strdup_printf ("intent.%u", number), *value = NULL;
  char time[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, time);
  value = g_strconcat (time, " ", text, NULL);
  pst_state_file_set_string (state, key, value);
}

/* The newest are kept, those of this run first of all; of the others only when the last of them was. */
void
pst_intents_save (PstIntents *intents, PstStateFile *state)
{
  guint n_kept = 0;

  if (*intents->window_ns == 0)
    return;
  forget_old (intents, pst_context_now_ns (intents->context));
  for (GList *link = intents->order.tail; link != NULL; link = link->prev)
    {
      const Intent *intent = link->data;
      g_autofree char *text = n_kept < PST_INTENTS_KEPT_MAX ? describe (intents, intent) : NULL;

      if (text == NULL)
        {
          pst_state_file_set_time (state, "lost", MAX (intent->time_ns, intents->lost_ns));
          return;
        }
      save_one (state, n_kept++, intent->time_ns, text);
    }
  for (GList *link = intents->texts.tail; link != NULL; link = link->prev)
    {
      gint64 time_ns = *(gint64 *)g_hash_table_lookup (intents->earlier, link->data);

      if (n_kept == PST_INTENTS_KEPT_MAX)
        {
          pst_state_file_set_time (state, "lost", MAX (time_ns, intents->lost_ns));
          return;
        }
      save_one (state, n_kept++, time_ns, link->data);
    }
  if (intents->lost_ns != G_MININT64)
    pst_state_file_set_time (state, "lost", intents->lost_ns);
}

/* A clock that went back meanwhile makes nothing younger than it is: then it was asked for just now. */
static gboolean
load_one (PstIntents *intents, const char *value, gint64 now_ns)
{
  const char *space = strchr (value, ' ');
  gint64 time_ns, *kept;
  char *text;

  if (space == NULL || space[1] == '\0' || !pst_time_parse (value, space - value, &time_ns, NULL))
    return FALSE;
  time_ns = MIN (time_ns, now_ns);
  if (is_over (intents, time_ns, now_ns) || g_hash_table_contains (intents->earlier, space + 1))
    return TRUE;
  text = g_strdup (space + 1);
  kept = g_memdup2 (&time_ns, sizeof time_ns);
  g_hash_table_insert (intents->earlier, text, kept);
  /* The newest stands first in the state. */
  g_queue_push_head (&intents->texts, text);
  return TRUE;
}

static gboolean
load_all (PstIntents *intents, PstStateFile *state, gint64 now_ns, GError **error)
{
  g_autofree char *lost = NULL;

  for (guint i = 0; i < PST_INTENTS_KEPT_MAX; i++)
    {
      g_autofree char *key = g_strdup_printf ("intent.%u", i), *value = NULL;

      if (!pst_state_file_get_string (state, key, &value, NULL))
        break;
      if (load_one (intents, value, now_ns))
        continue;
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "\"%s\" is no intent with its time", value);
      return FALSE;
    }
  if (!pst_state_file_get_string (state, "lost", &lost, NULL))
    return TRUE;
  if (!pst_state_file_get_time (state, "lost", &intents->lost_ns, error))
    return FALSE;
  intents->lost_ns = MIN (intents->lost_ns, now_ns);
  return TRUE;
}

/* What cannot be understood may have been anything, at any time until now. */
gboolean
pst_intents_load (PstIntents *intents, PstStateFile *state, GError **error)
{
  gint64 now_ns = pst_context_now_ns (intents->context);

  if (*intents->window_ns == 0 || load_all (intents, state, now_ns, error))
    return TRUE;
  intents->lost_ns = now_ns;
  return FALSE;
}
