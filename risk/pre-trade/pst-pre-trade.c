/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last look at an order before it is sent: can it be traded, do we know what it is worth, does it look like a slip, and can it be paid. The order
 * of the checks is fixed, so that the same mistake has the same code; whatever cannot be computed is denied. */

#include "pst-pre-trade-intents.h"
#include "pst-pre-trade-private.h"

#define PST_TYPE_PRE_TRADE (pst_pre_trade_get_type ())
G_DECLARE_FINAL_TYPE (PstPreTrade, pst_pre_trade, PST, PRE_TRADE, PstGuard)

struct _PstPreTrade
{
  PstGuard parent_instance;

  PstPreTradeOptions options;
  PstIntents intents; /* what passed within the duplicate window */
};

G_DEFINE_FINAL_TYPE (PstPreTrade, pst_pre_trade, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("pre-trade", GUARD, PstPreTrade, pst_pre_trade_get_type)

static gboolean
check_duplicate (PstPreTrade *self, const PstPreTradeCheck *check)
{
  return check->review->before != NULL || pst_intents_check (&self->intents, &check->review->order->request, check->verdict);
}

static gboolean
check_all (PstPreTrade *self, const PstPreTradeCheck *check)
{
  gboolean exits = pst_review_only_reduces (check->review);

  return (exits || pst_pre_trade_check_forbidden (check)) && pst_pre_trade_check_tradable (check) && pst_pre_trade_check_hours (check)
         && pst_pre_trade_check_age (check) && pst_pre_trade_check_grid (check) && pst_pre_trade_check_minimum (check)
         && pst_pre_trade_check_collar (check) && (exits || pst_pre_trade_check_maximum (check)) && (exits || pst_pre_trade_check_position (check))
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
  if (review->before == NULL)
    pst_intents_add (&self->intents, &review->order->request);
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
  PstPreTrade *self = PST_PRE_TRADE (component);

  pst_intents_start (&self->intents, pst_component_get_context (component), &self->options.duplicate_window_ns);
  return TRUE;
}

static void
pst_pre_trade_save_state (PstComponent *component, PstStateFile *state)
{
  pst_intents_save (&PST_PRE_TRADE (component)->intents, state);
}

static gboolean
pst_pre_trade_load_state (PstComponent *component, PstStateFile *state, GError **error)
{
  return pst_intents_load (&PST_PRE_TRADE (component)->intents, state, error);
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

  pst_intents_clear (&self->intents);
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
  PST_COMPONENT_CLASS (klass)->check_options = pst_pre_trade_prepare;
  PST_COMPONENT_CLASS (klass)->start = pst_pre_trade_start;
  PST_GUARD_CLASS (klass)->review = pst_pre_trade_review;
  PST_COMPONENT_CLASS (klass)->save_state = pst_pre_trade_save_state;
  PST_COMPONENT_CLASS (klass)->load_state = pst_pre_trade_load_state;
  pst_pre_trade_options_install (object_class);
}

static void
pst_pre_trade_init (PstPreTrade *self)
{
  pst_intents_init (&self->intents);
  pst_pre_trade_options_init (&self->options);
}
