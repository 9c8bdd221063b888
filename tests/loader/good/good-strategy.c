/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plugin as it should be, for tests of the host: a strategy with an option of nearly every type. */

#include <penstock.h>

struct _PstGoodStrategy
{
  PstStrategy parent_instance;

  char *symbol;
  char *label;
  int fast;
  PstSide side;
  gboolean eager;
  PstMoney *budget;
  PstDecimal *rate;
  gint64 pause_ns;
};

G_DECLARE_FINAL_TYPE (PstGoodStrategy, pst_good_strategy, PST, GOOD_STRATEGY, PstStrategy)
G_DEFINE_FINAL_TYPE (PstGoodStrategy, pst_good_strategy, PST_TYPE_STRATEGY)

enum
{
  PROP_0,
  PROP_SYMBOL,
  PROP_LABEL,
  PROP_FAST,
  PROP_SIDE,
  PROP_EAGER,
  PROP_BUDGET,
  PROP_RATE,
  PROP_PAUSE,
};

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstGoodStrategy *self = PST_GOOD_STRATEGY (object);

  switch (id)
    {
    case PROP_SYMBOL:
      g_free (self->symbol);
      self->symbol = g_value_dup_string (value);
      break;
    case PROP_LABEL:
      g_free (self->label);
      self->label = g_value_dup_string (value);
      break;
    case PROP_FAST:
      self->fast = g_value_get_int (value);
      break;
    case PROP_SIDE:
      self->side = (PstSide)g_value_get_enum (value);
      break;
    case PROP_EAGER:
      self->eager = g_value_get_boolean (value);
      break;
    case PROP_BUDGET:
      g_clear_pointer (&self->budget, pst_money_free);
      self->budget = g_value_dup_boxed (value);
      break;
    case PROP_RATE:
      g_clear_pointer (&self->rate, pst_decimal_free);
      self->rate = g_value_dup_boxed (value);
      break;
    case PROP_PAUSE:
      self->pause_ns = g_value_get_int64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstGoodStrategy *self = PST_GOOD_STRATEGY (object);

  switch (id)
    {
    case PROP_SYMBOL:
      g_value_set_string (value, self->symbol);
      break;
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_FAST:
      g_value_set_int (value, self->fast);
      break;
    case PROP_SIDE:
      g_value_set_enum (value, (int)self->side);
      break;
    case PROP_EAGER:
      g_value_set_boolean (value, self->eager);
      break;
    case PROP_BUDGET:
      g_value_set_boxed (value, self->budget);
      break;
    case PROP_RATE:
      g_value_set_boxed (value, self->rate);
      break;
    case PROP_PAUSE:
      g_value_set_int64 (value, self->pause_ns);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  PstGoodStrategy *self = PST_GOOD_STRATEGY (object);

  g_free (self->symbol);
  g_free (self->label);
  g_clear_pointer (&self->budget, pst_money_free);
  g_clear_pointer (&self->rate, pst_decimal_free);
  G_OBJECT_CLASS (pst_good_strategy_parent_class)->finalize (object);
}

static void
pst_good_strategy_class_init (PstGoodStrategyClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  g_object_class_install_property (object_class, PROP_SYMBOL,
                                   g_param_spec_string ("symbol", "Symbol", "What to trade", NULL, PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (object_class, PROP_LABEL, g_param_spec_string ("label", "Label", "A text", NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (
      object_class, PROP_FAST, g_param_spec_int ("fast", "Fast", "Bars of the fast average", 1, 10000, 10, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (
      object_class, PROP_SIDE,
      g_param_spec_enum ("side", "Side", "Which side", PST_TYPE_SIDE, PST_SIDE_BUY, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_EAGER,
                                   g_param_spec_boolean ("eager", "Eager", "Whether it is", FALSE, PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (object_class, PROP_BUDGET, pst_param_spec_money ("budget", "Budget", "How much", TRUE, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_RATE,
                                   pst_param_spec_decimal ("rate", "Rate", "A fraction", "0", "1", "0.5", PST_OPTION_READWRITE | PST_OPTION_RATE));
  g_object_class_install_property (object_class, PROP_PAUSE,
                                   pst_param_spec_duration ("pause", "Pause", "How long", "1ms", "1d", "1s", PST_OPTION_READWRITE));
  g_signal_new ("crossed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
pst_good_strategy_init (PstGoodStrategy *self)
{
}

PST_DEFINE_PLUGIN ("good-strategy", STRATEGY, PstGoodStrategy, pst_good_strategy_get_type)
