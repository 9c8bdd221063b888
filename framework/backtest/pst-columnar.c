/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which pipelines can be computed over columns, and computing one. */
#include "pst-columnar-private.h"

G_DEFINE_QUARK (pst - columnar - error - quark, pst_columnar_error)
G_DEFINE_FINAL_TYPE (PstColumnar, pst_columnar, G_TYPE_OBJECT)

static void
pst_columnar_finalize (GObject *object)
{
  PstColumnar *self = PST_COLUMNAR (object);

  g_clear_pointer (&self->bars, pst_bar_set_unref);
  g_ptr_array_unref (self->strategies);
  g_ptr_array_unref (self->members);
  g_clear_object (&self->venue);
  g_free (self->name);
  g_free (self->user_id);
  G_OBJECT_CLASS (pst_columnar_parent_class)->finalize (object);
}

static void
pst_columnar_class_init (PstColumnarClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pst_columnar_finalize;
}

static void
pst_columnar_init (PstColumnar *self)
{
  self->strategies = g_ptr_array_new_with_free_func (g_object_unref);
  self->members = g_ptr_array_new_with_free_func (g_object_unref);
}

static const char *
name_kind (PstComponent *component)
{
  return PST_IS_EXCHANGE (component) ? "exchange" : PST_IS_STRATEGY (component) ? "strategy" : "guard";
}

static gboolean
refuse (PstComponent *component, const char *what, GError **error)
{
  g_set_error (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED, "[%s %s]: %s", name_kind (component), pst_component_get_name (component),
               what);
  return FALSE;
}

static gboolean
take_strategy (PstColumnar *self, PstComponent *component, GError **error)
{
  if (!PST_IS_SIGNAL_STRATEGY (component))
    return refuse (component,
                   "only strategies that say their signals from bars can be computed over columns, and this one gives orders of its own; use "
                   "--engine event",
                   error);
  g_ptr_array_add (pst_signal_strategy_is_member (PST_SIGNAL_STRATEGY (component)) ? self->members : self->strategies, g_object_ref (component));
  return TRUE;
}

static gboolean
take_cash (PstColumnar *self, GError **error)
{
  g_autoptr (PstAccount) account = pst_account_new ();

  if (!pst_exchange_load_account (self->venue, account, error))
    return FALSE;
  for (guint i = 0; i < pst_account_get_n_balances (account); i++)
    {
      PstMoney balance = pst_account_get_nth (account, i);

      if (balance.currency != self->currency && balance.amount != 0)
        return refuse (PST_COMPONENT (self->venue),
                       "an account in several currencies needs rates; give it the pipeline's currency only, or use --engine event", error);
    }
  self->cash = pst_account_get_balance (account, self->currency);
  return TRUE;
}

static gboolean
take_exchange (PstColumnar *self, PstComponent *component, GError **error)
{
  PstExchange *exchange = PST_EXCHANGE (component);

  if (!pst_exchange_can_execute (exchange))
    {
      if (pst_calendar_is_always_open (pst_exchange_get_calendar (exchange)))
        return TRUE;
      return refuse (component, "fills by the hours of a market need the event engine; leave out calendar, or use --engine event", error);
    }
  if (self->venue != NULL)
    return refuse (component, "it is the second exchange that executes, and columns can be filled by one only; use --engine event", error);
  self->venue = g_object_ref (exchange);
  return pst_exchange_get_fill_rules (exchange, &self->rules, error) && take_cash (self, error);
}

static gboolean
take_component (PstColumnar *self, PstComponent *component, GError **error)
{
  switch (pst_component_get_kind (component))
    {
    case PST_COMPONENT_KIND_EXCHANGE:
      return take_exchange (self, component, error);
    case PST_COMPONENT_KIND_STRATEGY:
      return take_strategy (self, component, error);
    case PST_COMPONENT_KIND_GUARD:
      return refuse (component, "guards look at single orders in a run, which columns do not have; leave it out, or use --engine event", error);
    case PST_COMPONENT_KIND_STORE:
    case PST_COMPONENT_KIND_SERVICE:
    default:
      return TRUE;
    }
}

gboolean
pst_columnar_check_rules (PstSignalStrategy *const *strategies, guint n_strategies, GError **error)
{
  for (guint i = 0; i < n_strategies && n_strategies > 1; i++)
    {
      PstSignalRules rules;

      pst_signal_strategy_get_rules (strategies[i], &rules);
      if (pst_signal_rules_have_exits (&rules))
        return refuse (PST_COMPONENT (strategies[i]),
                       "stop-loss, take-profit and trailing-stop beside another strategy's positions need the event engine; leave them out, or the "
                       "other strategies",
                       error);
    }
  return TRUE;
}

static gboolean
check_instruments (const PstColumnar *self, GError **error)
{
  for (guint i = 0; i < pst_bar_set_get_n_instruments (self->bars); i++)
    {
      const PstInstrument *instrument = pst_bar_set_get_columns (self->bars, i)->instrument;

      if (instrument->settlement == PST_SETTLEMENT_POSITION && instrument->quote == self->currency)
        continue;
      g_set_error (
          error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED,
          instrument->quote == self->currency
              ? "%s is delivered, which moves balances of two currencies; set settlement=position on its feed, or use --engine event"
              : "%s is quoted in another currency than the pipeline's, which needs rates; set the pipeline's currency, or use --engine event",
          instrument->id);
      return FALSE;
    }
  return TRUE;
}

/**
 * pst_columnar_new:
 * @bars: what the feeds tell
 * @components: (array length=n_components): of the pipeline, in file order, attached and prepared
 * @n_components: how many
 * @run: user, pipeline's name and base currency
 * @error: return location for an error
 *
 * Errors: #PstColumnarError, %PST_EXCHANGE_ERROR_NOT_SUPPORTED. On the run's context.
 *
 * Returns: (transfer full) (nullable): the engine
 */
PstColumnar *
pst_columnar_new (PstBarSet *bars, PstComponent *const *components, guint n_components, const PstRunRecord *run, GError **error)
{
  g_autoptr (PstColumnar) self = g_object_new (PST_TYPE_COLUMNAR, NULL);

  self->bars = pst_bar_set_ref (bars);
  self->currency = run->currency;
  self->name = g_strdup (run->pipeline);
  self->user_id = g_strdup (run->user_id);
  for (guint i = 0; i < n_components; i++)
    if (!take_component (self, components[i], error))
      return NULL;
  if (self->venue == NULL || self->strategies->len == 0)
    {
      g_set_error (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED, "the pipeline has no %s; add %s",
                   self->venue == NULL ? "exchange that executes orders" : "strategy that gives signals",
                   self->venue == NULL ? "one with plugin=sim" : "one, for example plugin=sma-cross");
      return NULL;
    }
  if (!check_instruments (self, error)
      || !pst_columnar_check_rules ((PstSignalStrategy *const *)self->strategies->pdata, self->strategies->len, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * pst_columnar_get_bars:
 * @columnar: the engine
 *
 * Any thread.
 *
 * Returns: (transfer none): what it computes over
 */
PstBarSet *
pst_columnar_get_bars (PstColumnar *columnar)
{
  return columnar->bars;
}

void
pst_columnar_describe (PstColumnar *self, PstSignalStrategy *const *strategies, PstBacktestResult *result)
{
  gsize n_frames;
  const PstBarFrame *frames = pst_bar_set_get_frames (self->bars, &n_frames);
  g_autoptr (GStrvBuilder) plugins = g_strv_builder_new ();

  for (guint s = 0; s < self->strategies->len; s++)
    g_strv_builder_add (plugins, pst_component_get_plugin (PST_COMPONENT (strategies[s])));
  result->strategies = g_strv_builder_end (plugins);
  for (guint i = 0; i < pst_bar_set_get_n_instruments (self->bars); i++)
    g_ptr_array_add (result->instruments, pst_instrument_ref (pst_bar_set_get_columns (self->bars, i)->instrument));
  result->name = g_strdup (self->name);
  result->user_id = g_strdup (self->user_id);
  result->engine = g_strdup ("columnar");
  result->currency = self->currency;
  result->initial_equity = self->cash;
  result->n_sets = 1;
  result->n_bars = pst_bar_set_get_n_bars (self->bars);
  result->from_ns = frames[0].time_ns;
  result->to_ns = frames[n_frames - 1].time_ns;
}

PstBacktestResult *
pst_columnar_run_with (PstColumnar *self, PstSignalStrategy *const *strategies, GError **error)
{
  g_autoptr (PstColumnarScratch) scratch = pst_columnar_scratch_new (self, NULL);
  g_autoptr (PstBacktestResult) result = pst_backtest_result_new ();
  gint64 start_us = g_get_monotonic_time ();

  pst_columnar_describe (self, strategies, result);
  if (!pst_columnar_scratch_prepare (scratch, strategies, FALSE, error) || !pst_columnar_scratch_walk (scratch, PST_FILL_NEEDS_ALL, result, error))
    return NULL;
  result->took_ns = (g_get_monotonic_time () - start_us) * 1000;
  return g_steal_pointer (&result);
}

/**
 * pst_columnar_run:
 * @columnar: the engine
 * @error: return location for a #PstColumnarError
 *
 * Computes one backtest. Key, parameters, plugins and the data's hash are left to who made the components. Any thread, one at a time.
 *
 * Returns: (transfer full) (nullable): the result
 */
PstBacktestResult *
pst_columnar_run (PstColumnar *columnar, GError **error)
{
  return pst_columnar_run_with (columnar, (PstSignalStrategy *const *)columnar->strategies->pdata, error);
}
