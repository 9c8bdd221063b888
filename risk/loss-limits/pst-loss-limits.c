/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts what was lost, fill by fill, and ends trading when it is too much. Realised profit after fees, in the limits' currency, exact; what is in
 * another currency is valued at the marks, rounded towards the loss, and what cannot be valued counts as a breach. A breach stands until its day is
 * over, or until an operator resets it: a profit that comes later does not undo it. */

#include "pst-loss-limits-private.h"

#define PST_TYPE_LOSS_LIMITS (pst_loss_limits_get_type ())
G_DECLARE_FINAL_TYPE (PstLossLimits, pst_loss_limits, PST, LOSS_LIMITS, PstGuard)

struct _PstLossLimits
{
  PstGuard parent_instance;

  PstLossLimitsOptions options;
  const PstCurrency *currency; /* of the limits; NULL: there is none */
  const char *path;            /* where the state is kept in this run */
  PstSessionDay session;
  PstLossLimitsState state;
  PstTradeProfits *trades; /* NULL while it is not started */
  GArray *held;            /* guint32: instruments with a position */
  gboolean unsaved;        /* the state on the disk is not what it is */
  gboolean owes_request;   /* the trading state, from before the run was under way */
};

G_DEFINE_FINAL_TYPE (PstLossLimits, pst_loss_limits, PST_TYPE_GUARD)

PST_DEFINE_PLUGIN ("loss-limits", GUARD, PstLossLimits, pst_loss_limits_get_type)

static PstContext *
get_context (PstLossLimits *self)
{
  return pst_component_get_context (PST_COMPONENT (self));
}

static void
keep_state (PstLossLimits *self)
{
  g_autoptr (GError) error = NULL;
  gboolean was_unsaved = self->unsaved;

  /* What could not be read is evidence; it is replaced when an operator has said that it does not count. */
  self->unsaved = !self->state.unreadable && !pst_loss_limits_state_save (&self->state, self->path, &error);
  if (self->unsaved && !was_unsaved)
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Loss limits state not saved", "%s", error->message);
}

/* Why nothing may be opened; NULL when all is well. */
static const char *
find_reason (PstLossLimits *self)
{
  if (self->state.unreadable)
    return "state_unreadable";
  if (self->state.unknown)
    return "loss_unknown";
  if (self->state.cumulative_breached)
    return "cumulative_loss_limit_breached";
  return self->state.daily_breached ? "daily_loss_limit_breached" : NULL;
}

static void
request_state (PstLossLimits *self, const char *reason)
{
  PstContext *context = get_context (self);

  switch (self->options.on_breach)
    {
    case PST_LOSS_LIMITS_KILL:
      pst_guard_halt (PST_GUARD (self), reason);
      break;
    case PST_LOSS_LIMITS_HALT:
      pst_context_request_trading_state (context, PST_COMPONENT (self), PST_TRADING_STATE_HALTED, reason);
      break;
    case PST_LOSS_LIMITS_REDUCE:
      pst_context_request_trading_state (context, PST_COMPONENT (self), PST_TRADING_STATE_REDUCING, reason);
      break;
    case PST_LOSS_LIMITS_DENY:
    default:
      break;
    }
}

/* @limit: (nullable): the option that was reached */
static void
raise_breach (PstLossLimits *self, const char *reason, const char *limit)
{
  g_autofree char *daily = pst_money_to_string (&self->state.daily), *cumulative = pst_money_to_string (&self->state.cumulative);
  g_autofree char *value = g_strdup_printf ("daily=%s cumulative=%s", daily, cumulative);

  keep_state (self);
  pst_guard_remember (PST_GUARD (self));
  pst_guard_audit_breach (PST_GUARD (self), reason, limit, value);
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Loss limit breached", "%s: realised today %s, in all %s", reason,
                             daily, cumulative);
  request_state (self, reason);
}

/* What an amount is worth by the marks, rounded towards the loss. */
static gboolean
convert (PstLossLimits *self, gint64 amount, const PstCurrency *from, gint64 *result)
{
  return pst_context_convert (get_context (self), amount, from, self->currency, PST_ROUND_FLOOR, result);
}

/* The day never goes back: not when clocks do, and not when the state comes from a later day. */
static void
turn_day (PstLossLimits *self)
{
  gint64 day = pst_session_day_find (&self->session, pst_context_now_ns (get_context (self)), self->state.day);

  if (day <= self->state.day)
    return;
  self->state.day = day;
  self->state.daily.amount = 0;
  self->state.daily_breached = FALSE;
}

/* What positions are worth less than they cost, at most 0. FALSE when it cannot be told. */
static gboolean
find_open_losses (PstLossLimits *self, gint64 *losses)
{
  PstContext *context = get_context (self);

  *losses = 0;
  if (!self->options.include_open_losses)
    return TRUE;
  for (guint i = 0; i < self->held->len; i++)
    {
      guint32 index = g_array_index (self->held, guint32, i);
      const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (context), index);
      const PstPosition *position = pst_context_get_position (context, G_MAXUINT32, index);
      const PstMark *mark = pst_context_get_mark (context, index);
      gint64 value, loss;

      if (!mark->valid || !pst_position_value (position, instrument, mark->price, &value) || !pst_subtract_checked (value, position->cost, &loss))
        return FALSE;
      if (loss < 0 && (!convert (self, loss, instrument->quote, &loss) || !pst_add_checked (*losses, loss, losses)))
        return FALSE;
    }
  return pst_trade_profits_find_open_losses (self->trades, self->currency, losses);
}

static gboolean
is_reached (const PstMoney *limit, const PstMoney *realised, gint64 open_losses)
{
  return limit != NULL && (__int128)realised->amount + open_losses <= -(__int128)limit->amount;
}

/* FALSE when open losses cannot be told. */
static gboolean
check_limits (PstLossLimits *self)
{
  gint64 open_losses;
  gboolean known = find_open_losses (self, &open_losses);

  if (!self->state.daily_breached && is_reached (self->options.daily_limit, &self->state.daily, open_losses))
    {
      self->state.daily_breached = TRUE;
      raise_breach (self, "daily_loss_limit_breached", "daily-loss-limit");
    }
  if (!self->state.cumulative_breached && is_reached (self->options.cumulative_limit, &self->state.cumulative, open_losses))
    {
      self->state.cumulative_breached = TRUE;
      raise_breach (self, "cumulative_loss_limit_breached", "cumulative-loss-limit");
    }
  return known;
}

/* Whether it is a leg of a trade: what that holds is told by the trade, not by positions of instruments. */
static gboolean
is_marked (PstLossLimits *self, const PstFill *fill)
{
  return fill->trade != 0
         && pst_instrument_table_get (pst_context_get_instruments (get_context (self)), fill->instrument)->settlement == PST_SETTLEMENT_DELIVERY;
}

static void
follow_position (PstLossLimits *self, guint32 instrument, gboolean marked)
{
  gboolean holds = !marked && pst_context_get_position (get_context (self), G_MAXUINT32, instrument)->quantity != 0;

  for (guint i = 0; i < self->held->len; i++)
    if (g_array_index (self->held, guint32, i) == instrument)
      {
        if (!holds)
          g_array_remove_index (self->held, i);
        return;
      }
  if (holds)
    g_array_append_val (self->held, instrument);
}

/* What a fill realised after its fee, in the limits' currency. The legs of a marked trade are one: what each of them does to a position of its
 * instrument is no profit and no loss. */
static gboolean
find_realised (PstLossLimits *self, const PstFill *fill, gint64 *sum)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (get_context (self)), fill->instrument);
  gint64 profit, fee = 0;

  if (is_marked (self, fill))
    {
      PstTradeGain gain;

      return pst_trade_profits_take (self->trades, instrument, fill, &gain) && convert (self, gain.profit, gain.currency, sum);
    }
  return convert (self, fill->realised_profit, instrument->quote, &profit)
         && (fill->fee == 0 || (pst_subtract_checked (0, fill->fee, &fee) && convert (self, fee, fill->fee_currency, &fee)))
         && pst_add_checked (profit, fee, sum);
}

static gboolean
count_fill (PstLossLimits *self, const PstFill *fill)
{
  gint64 sum, daily, cumulative;

  if (!find_realised (self, fill, &sum) || !pst_add_checked (self->state.daily.amount, sum, &daily)
      || !pst_add_checked (self->state.cumulative.amount, sum, &cumulative))
    return FALSE;
  if (sum == 0)
    return TRUE;
  self->state.daily.amount = daily;
  self->state.cumulative.amount = cumulative;
  keep_state (self);
  return TRUE;
}

static void
pst_loss_limits_on_fill (PstGuard *guard, const PstFill *fill)
{
  PstLossLimits *self = PST_LOSS_LIMITS (guard);

  if (self->currency == NULL)
    return;
  follow_position (self, fill->instrument, is_marked (self, fill));
  turn_day (self);
  if (!count_fill (self, fill) && !self->state.unknown)
    {
      self->state.unknown = TRUE;
      raise_breach (self, "loss_unknown", NULL);
    }
  check_limits (self);
}

static void
pst_loss_limits_on_frame (PstGuard *guard, const PstFrame *frame)
{
  PstLossLimits *self = (PstLossLimits *)guard;

  if (G_UNLIKELY (self->owes_request))
    {
      self->owes_request = FALSE;
      turn_day (self);
      if (find_reason (self) != NULL)
        request_state (self, find_reason (self));
    }
  if (G_LIKELY (!self->options.include_open_losses || self->currency == NULL
                || (self->held->len == 0 && pst_trade_profits_get_n_trades (self->trades) == 0)))
    return;
  turn_day (self);
  check_limits (self);
}

static void
deny (PstLossLimits *self, const char *reason, PstVerdict *verdict)
{
  g_autofree char *daily = pst_money_to_string (&self->state.daily), *cumulative = pst_money_to_string (&self->state.cumulative);

  pst_verdict_deny (verdict, reason, "daily=%s cumulative=%s", daily, cumulative);
}

static void
pst_loss_limits_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstLossLimits *self = PST_LOSS_LIMITS (guard);
  gboolean known;

  if (self->currency == NULL)
    {
      pst_verdict_pass (verdict);
      return;
    }
  turn_day (self);
  known = check_limits (self);
  if (self->unsaved)
    keep_state (self);
  if (pst_review_only_reduces (review))
    pst_verdict_pass (verdict);
  else if (find_reason (self) != NULL)
    deny (self, find_reason (self), verdict);
  else if (!known)
    deny (self, "loss_unknown", verdict);
  else if (self->unsaved)
    deny (self, "state_unwritable", verdict);
  else
    pst_verdict_pass (verdict);
}

/* What breached nothing goes on being counted: a release of everything is no reason to forget a loss that is within its limit. */
static void
pst_loss_limits_release (PstLossLimits *self, const char *reason)
{
  const char *why = reason != NULL && reason[0] != '\0' ? reason : "operator", *breach = find_reason (self);
  PstLossLimitsState state = self->state;

  if (self->currency == NULL || breach == NULL || !pst_component_is_started (PST_COMPONENT (self)))
    return;
  if (state.daily_breached || state.unknown || state.unreadable)
    state.daily.amount = 0;
  if (state.cumulative_breached || state.unknown || state.unreadable)
    state.cumulative.amount = 0;
  self->state = (PstLossLimitsState){ .day = state.day, .daily = state.daily, .cumulative = state.cumulative };
  keep_state (self);
  pst_guard_remember (PST_GUARD (self));
  pst_context_audit (get_context (self), PST_COMPONENT (self), "GUARD_RELEASED", why, breach, "counted from nothing");
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "risk", "Loss limits released", "%s", why);
}

static gboolean
pst_loss_limits_prepare (PstComponent *component, GError **error)
{
  PstLossLimits *self = PST_LOSS_LIMITS (component);
  const PstMoney *daily = self->options.daily_limit, *cumulative = self->options.cumulative_limit;

  if (daily != NULL && cumulative != NULL && daily->currency != cumulative->currency)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                   "daily-loss-limit is in %s and cumulative-loss-limit in %s; write both in one currency", daily->currency->code,
                   cumulative->currency->code);
      return FALSE;
    }
  self->currency = daily != NULL ? daily->currency : cumulative != NULL ? cumulative->currency : NULL;
  return pst_session_day_init (&self->session, self->options.time_zone, self->options.day_start, self->options.calendar, error);
}

/* Losses are summed in one currency from the start on. A limit that is reached already is breached at once. */
static gboolean
pst_loss_limits_check_options (PstComponent *component, GError **error)
{
  PstLossLimits *self = PST_LOSS_LIMITS (component);
  const PstMoney *limits[] = { self->options.daily_limit, self->options.cumulative_limit };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (limits[i] != NULL && limits[i]->currency != self->currency)
      {
        g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "losses are summed in %s since the run began; write the limit in that",
                     self->currency != NULL ? self->currency->code : "no currency");
        return FALSE;
      }
  if (self->currency != NULL)
    check_limits (self);
  return TRUE;
}

static void
load_state (PstLossLimits *self)
{
  g_autoptr (GError) error = NULL;
  gboolean found, readable = pst_loss_limits_state_load (&self->state, self->path, self->currency, &found, &error);

  if (!readable)
    {
      self->state = (PstLossLimitsState){ .daily = { self->currency, 0 }, .cumulative = { self->currency, 0 }, .unreadable = TRUE };
      pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "risk", "Loss limit breached",
                                 "%s; it counts as breached until it is released", error->message);
    }
  if (!readable || !found)
    self->state.day = pst_session_day_find (&self->session, pst_context_now_ns (get_context (self)), G_MININT64);
}

static gboolean
pst_loss_limits_start (PstComponent *component, GError **error)
{
  PstLossLimits *self = PST_LOSS_LIMITS (component);
  PstContext *context = get_context (self);

  g_array_set_size (self->held, 0);
  g_clear_pointer (&self->trades, pst_trade_profits_free);
  self->trades = pst_trade_profits_new (context);
  self->unsaved = FALSE;
  self->owes_request = FALSE;
  if (self->currency == NULL)
    return TRUE;
  for (guint32 i = 0; i < pst_instrument_table_get_size (pst_context_get_instruments (context)); i++)
    follow_position (self, i, FALSE);
  self->path = pst_context_get_mode (context) != PST_MODE_BACKTEST && self->options.state_file != NULL && *self->options.state_file != '\0'
                   ? self->options.state_file
                   : NULL;
  load_state (self);
  turn_day (self);
  self->owes_request = find_reason (self) != NULL;
  return TRUE;
}

static void
pst_loss_limits_save_state (PstComponent *component, PstStateFile *state)
{
  PstLossLimits *self = PST_LOSS_LIMITS (component);

  if (self->currency != NULL)
    pst_loss_limits_state_write (&self->state, state);
}

/* Only where the losses have no file of their own. */
static gboolean
pst_loss_limits_load_state (PstComponent *component, PstStateFile *file, GError **error)
{
  PstLossLimits *self = PST_LOSS_LIMITS (component);
  PstLossLimitsState state = { 0 };
  gboolean readable;

  if (self->currency == NULL || self->path != NULL)
    return TRUE;
  readable = pst_loss_limits_state_read (&state, file, self->currency, error);
  if (readable)
    self->state = state;
  else
    self->state.unreadable = TRUE;
  turn_day (self);
  self->owes_request = find_reason (self) != NULL;
  return readable;
}

static void
pst_loss_limits_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (!pst_loss_limits_options_get (&PST_LOSS_LIMITS (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_loss_limits_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_loss_limits_options_set (&PST_LOSS_LIMITS (object)->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_loss_limits_finalize (GObject *object)
{
  PstLossLimits *self = PST_LOSS_LIMITS (object);

  pst_loss_limits_options_clear (&self->options);
  pst_session_day_clear (&self->session);
  g_array_unref (self->held);
  g_clear_pointer (&self->trades, pst_trade_profits_free);
  G_OBJECT_CLASS (pst_loss_limits_parent_class)->finalize (object);
}

static void
pst_loss_limits_class_init (PstLossLimitsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pst_loss_limits_get_property;
  object_class->set_property = pst_loss_limits_set_property;
  object_class->finalize = pst_loss_limits_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = pst_loss_limits_prepare;
  PST_COMPONENT_CLASS (klass)->check_options = pst_loss_limits_check_options;
  PST_COMPONENT_CLASS (klass)->start = pst_loss_limits_start;
  PST_GUARD_CLASS (klass)->review = pst_loss_limits_review;
  PST_GUARD_CLASS (klass)->on_frame = pst_loss_limits_on_frame;
  PST_GUARD_CLASS (klass)->on_fill = pst_loss_limits_on_fill;
  PST_COMPONENT_CLASS (klass)->save_state = pst_loss_limits_save_state;
  PST_COMPONENT_CLASS (klass)->load_state = pst_loss_limits_load_state;
  pst_loss_limits_options_install (object_class);
  /**
   * PstLossLimits::release:
   * @self: the guard
   * @reason: (nullable): who releases it, and why
   *
   * Ends every breach; what breached is counted from nothing again. Trading stays halted until an operator makes it active. On the run's context.
   */
  g_signal_new_class_handler ("release", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (pst_loss_limits_release), NULL,
                              NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pst_loss_limits_init (PstLossLimits *self)
{
  self->held = g_array_new (FALSE, FALSE, sizeof (guint32));
}
