/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard: denies orders above a quantity. The smallest whole plugin: one option, one decision, one code. */

#include <penstock.h>

#define TEMPLATE_GUARD_TYPE (template_guard_get_type ())
G_DECLARE_FINAL_TYPE (TemplateGuard, template_guard, PLUGIN, TEMPLATE_GUARD, PstGuard)

struct _TemplateGuard
{
  PstGuard parent_instance;

  PstDecimal quantity_max;
};

G_DEFINE_FINAL_TYPE (TemplateGuard, template_guard, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("template-guard", GUARD, TemplateGuard, template_guard_get_type)

enum
{
  PROP_QUANTITY_MAX = 1,
  N_PROPS,
};

/* Runs on the run's context for each order; must not block. Orders that only reduce a position pass: a limit must never stand in
 * the way of an exit. */
static void
template_guard_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  TemplateGuard *self = PLUGIN_TEMPLATE_GUARD (guard);
  const PstOrderRequest *request = &review->order->request;
  const PstDecimal quantity = { request->quantity, review->instrument->size_scale };
  gint64 held = request->side == PST_SIDE_SELL ? review->net_quantity : -review->net_quantity;

  if (pst_decimal_compare (&quantity, &self->quantity_max) <= 0 || request->quantity <= held)
    {
      pst_verdict_pass (verdict);
    }
  else
    {
      g_autofree char *asked = pst_decimal_to_string (&quantity);
      g_autofree char *allowed = pst_decimal_to_string (&self->quantity_max);

      pst_verdict_deny (verdict, "quantity_above_maximum", "quantity=%s quantity_max=%s", asked, allowed);
    }
}

static void
template_guard_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  TemplateGuard *self = PLUGIN_TEMPLATE_GUARD (object);

  if (property_id == PROP_QUANTITY_MAX)
    g_value_set_boxed (value, &self->quantity_max);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
template_guard_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TemplateGuard *self = PLUGIN_TEMPLATE_GUARD (object);

  if (property_id == PROP_QUANTITY_MAX)
    self->quantity_max = *(const PstDecimal *)g_value_get_boxed (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
template_guard_class_init (TemplateGuardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = template_guard_get_property;
  object_class->set_property = template_guard_set_property;
  PST_GUARD_CLASS (klass)->review = template_guard_review;

  /* G_PARAM_CONSTRUCT sets the default once, so that it stands in one place. */
  g_object_class_install_property (object_class, PROP_QUANTITY_MAX,
                                   pst_param_spec_decimal ("quantity-max", "Largest quantity", "Orders above it are denied unless they only reduce",
                                                           "0", "1000000000", "100", PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
}

static void
template_guard_init (TemplateGuard *self)
{
}
