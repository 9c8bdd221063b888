/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last look at an order before it is sent: can it be traded, do we know what it is worth, does it look like a slip, and can it be paid. The order
 * of the checks is fixed, so that the same mistake has the same code; whatever cannot be computed is denied. */

#include "pst-pre-trade-private.h"

/* More orders than this within a duplicate window are denied; forgetting some would let duplicates through. */
#define RECENT_MAX 100000

#define PST_TYPE_PRE_TRADE (pst_pre_trade_get_type ())
G_DECLARE_FINAL_TYPE (PstPreTrade, pst_pre_trade, PST, PRE_TRADE, PstGuard)

struct _PstPreTrade
{
  PstGuard parent_instance;

  PstPreTradeOptions options;
  GHashTable *recent; /* of Intent: what was asked for within the duplicate window */
  GQueue order;       /* the same, oldest first */
};

G_DEFINE_FINAL_TYPE (PstPreTrade, pst_pre_trade, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("pre-trade", GUARD, PstPreTrade, pst_pre_trade_get_type)

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

static void
forget_all (PstPreTrade *self)
{
  g_hash_table_remove_all (self->recent);
  g_queue_clear_full (&self->order, g_free);
}

/* An intent is forgotten when the window is over: at its end it may be asked for again. */
static void
forget_old (PstPreTrade *self, gint64 now_ns)
{
  Intent *oldest;

  while ((oldest = g_queue_peek_head (&self->order)) != NULL && now_ns - oldest->time_ns >= self->options.duplicate_window_ns)
    {
      g_hash_table_remove (self->recent, oldest);
      g_free (g_queue_pop_head (&self->order));
    }
}

static gboolean
check_duplicate (PstPreTrade *self, const PstPreTradeCheck *check)
{
  gint64 now_ns = pst_context_now_ns (check->context);
  Intent intent = intent_of (&check->review->order->request, now_ns);
  const Intent *known;

  if (self->options.duplicate_window_ns == 0 || check->review->before != NULL)
    return TRUE;
  forget_old (self, now_ns);
  known = g_hash_table_lookup (self->recent, &intent);
  if (known != NULL)
    pst_verdict_deny (check->verdict, "duplicate_intent", "age_ns=%" G_GINT64_FORMAT " window_ns=%" G_GINT64_FORMAT, now_ns - known->time_ns,
                      self->options.duplicate_window_ns);
  else if (g_queue_get_length (&self->order) >= RECENT_MAX)
    pst_verdict_deny (check->verdict, "duplicate_intent", "intents=%d", RECENT_MAX);
  else
    return TRUE;
  return FALSE;
}

static void
remember (PstPreTrade *self, const PstPreTradeCheck *check)
{
  Intent intent = intent_of (&check->review->order->request, pst_context_now_ns (check->context)), *kept;

  if (self->options.duplicate_window_ns == 0 || check->review->before != NULL || g_hash_table_contains (self->recent, &intent))
    return;
  kept = g_memdup2 (&intent, sizeof intent);
  g_hash_table_add (self->recent, kept);
  g_queue_push_tail (&self->order, kept);
}

static gboolean
check_all (PstPreTrade *self, const PstPreTradeCheck *check)
{
  gboolean exits = pst_review_only_reduces (check->review);

  return pst_pre_trade_check_tradable (check) && pst_pre_trade_check_age (check) && pst_pre_trade_check_grid (check)
         && pst_pre_trade_check_minimum (check) && pst_pre_trade_check_collar (check) && (exits || pst_pre_trade_check_maximum (check))
         && (exits || pst_pre_trade_check_value (check)) && (exits || check_duplicate (self, check)) && pst_pre_trade_check_self_cross (check)
         && (exits || pst_pre_trade_check_open_orders (check)) && pst_pre_trade_check_balance (check);
}

static void
pst_pre_trade_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstPreTrade *self = PST_PRE_TRADE (guard);
  PstPreTradeCheck check = { &self->options, pst_component_get_context (PST_COMPONENT (guard)), review, verdict };

  if (!check_all (self, &check))
    return;
  remember (self, &check);
  pst_verdict_pass (verdict);
}

static gboolean
pst_pre_trade_prepare (PstComponent *component, GError **error)
{
  return pst_pre_trade_options_read (&PST_PRE_TRADE (component)->options, error);
}

static gboolean
pst_pre_trade_start (PstComponent *component, GError **error)
{
  forget_all (PST_PRE_TRADE (component));
  return TRUE;
}

static void
pst_pre_trade_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (!pst_pre_trade_options_get (&PST_PRE_TRADE (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_pre_trade_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_pre_trade_options_set (&PST_PRE_TRADE (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_pre_trade_finalize (GObject *object)
{
  PstPreTrade *self = PST_PRE_TRADE (object);

  forget_all (self);
  g_hash_table_unref (self->recent);
  pst_pre_trade_options_clear (&self->options);
  G_OBJECT_CLASS (pst_pre_trade_parent_class)->finalize (object);
}

static void
pst_pre_trade_class_init (PstPreTradeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_pre_trade_get_property;
  object_class->set_property = pst_pre_trade_set_property;
  object_class->finalize = pst_pre_trade_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = pst_pre_trade_prepare;
  PST_COMPONENT_CLASS (klass)->start = pst_pre_trade_start;
  PST_GUARD_CLASS (klass)->review = pst_pre_trade_review;
  pst_pre_trade_options_install (object_class);
}

static void
pst_pre_trade_init (PstPreTrade *self)
{
  self->recent = g_hash_table_new (intent_hash, intent_equal);
  g_queue_init (&self->order);
  pst_pre_trade_options_init (&self->options);
}
