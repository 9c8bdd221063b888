/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal is the source of truth: what a run was is computed from its records by the code that made them, and compared with what they say. It is
 * read twice: before anything is prepared, to see whether it is the same run and what its instruments were, and then to rebuild.
 *
 * What belongs to one report (the report, the order, the fill, the position) counts when all of it is there. What a kill broke off is kept as the
 * tail: the report is a fact, and the run that goes on applies it first. */
#include "pst-run-history.h"

#include <stdio.h>
#include <string.h>

PstRunHistory *
pst_run_history_new (PstRun *run)
{
  PstRunHistory *history = g_new0 (PstRunHistory, 1);

  history->run = run;
  history->tick_ns = history->cut_ns = G_MININT64;
  history->asked = g_array_new (FALSE, FALSE, sizeof (PstAskedChange));
  history->settled_trading = PST_TRADING_STATE_ACTIVE;
  history->snapshots = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  history->differences = g_string_new (NULL);
  return history;
}

static void
remembered_free (PstRemembered *remembered)
{
  g_object_unref (remembered->state);
  g_free (remembered);
}

void
pst_run_history_free (PstRunHistory *history)
{
  if (history == NULL)
    return;
  pst_expected_free (history->expected);
  g_array_unref (history->asked);
  g_hash_table_unref (history->snapshots);
  g_clear_pointer (&history->remembered, g_hash_table_unref);
  g_string_free (history->differences, TRUE);
  g_free (history);
}

static void differ (PstRunHistory *history, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
differ (PstRunHistory *history, const char *format, ...)
{
  va_list arguments;

  if (history->differences->len > 0)
    g_string_append (history->differences, "; ");
  va_start (arguments, format);
  g_string_append_vprintf (history->differences, format, arguments);
  va_end (arguments);
}

/* Whether it is the same run */

static void
compare_run (PstRunHistory *history, const PstRunRecord *then)
{
  static const char *const modes[] = { "none", "backtest", "paper", "live" };
  const PstRunRecord *now = &history->run->record;

  if (strcmp (then->pipeline, now->pipeline) != 0)
    differ (history, "its pipeline was \"%s\" and is \"%s\"", then->pipeline, now->pipeline);
  if (then->mode != now->mode)
    differ (history, "its mode was %s and is %s", modes[then->mode], modes[now->mode]);
  if (then->seed != now->seed)
    differ (history, "its seed was %" G_GUINT64_FORMAT " and is %" G_GUINT64_FORMAT, then->seed, now->seed);
  if (then->currency != now->currency)
    differ (history, "its currency was %s and is %s", then->currency->code, now->currency->code);
}

static void
compare_component (PstRunHistory *history, const PstComponentRecord *then)
{
  PstComponent *now = pst_pipeline_get_component (history->run->pipeline, then->index);

  history->n_components = then->index + 1;
  if (now == NULL)
    differ (history, "component %u \"%s\" of plugin \"%s\" is gone", then->index + 1, then->name, then->plugin);
  else if (pst_component_get_kind (now) != then->kind || strcmp (pst_component_get_name (now), then->name) != 0
           || strcmp (pst_component_get_plugin (now), then->plugin) != 0)
    differ (history, "component %u was \"%s\" of plugin \"%s\" and is \"%s\" of plugin \"%s\"", then->index + 1, then->name, then->plugin,
            pst_component_get_name (now), pst_component_get_plugin (now));
}

/* Orders and positions name instruments by index, so each gets the one that it had. */
static gboolean
expect_instrument (PstRunHistory *history, const PstInstrumentRecord *then, GError **error)
{
  const char *dot = strrchr (then->id, '.');
  g_autofree char *symbol = g_strndup (then->id, dot != NULL ? (gsize)(dot - then->id) : strlen (then->id));
  const PstInstrument draft = { .id = (char *)then->id,
                                .symbol = symbol,
                                .venue = (char *)(dot != NULL ? dot + 1 : ""),
                                .base = then->base,
                                .quote = then->quote,
                                .settlement = then->settlement,
                                .price_scale = then->price_scale,
                                .size_scale = then->size_scale };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, error);

  return instrument != NULL && pst_instrument_table_expect (history->run->instruments, instrument, error) != PST_INSTRUMENT_NONE;
}

/* The event comes before the record that ends the run, and a kill may come between them. */
static void
look_at_end (PstRunHistory *history, const PstRecord *record)
{
  history->ending = record->kind == PST_RECORD_AUDIT && strcmp (record->audit.action, "RUN_ENDED") == 0;
  if (!history->ending)
    return;
  history->end_state = strcmp (record->audit.after, "STOPPED") == 0 ? PST_RUN_STATE_STOPPED : PST_RUN_STATE_ERROR;
  pst_copy_text (history->end_reason, sizeof history->end_reason, record->audit.why);
}

/* A tick is over with its record, and what strategies remembered then stands before it. */
static void
look_at_time (PstRunHistory *history, const PstRecord *record)
{
  history->n_records = record->sequence;
  history->cut_ns = record->time_ns;
  if (record->kind == PST_RECORD_TICK)
    history->tick_ns = record->time_ns;
  else if (record->kind == PST_RECORD_RUN && record->run.state == PST_RUN_STATE_RUNNING)
    {
      history->begun = TRUE;
      history->start_ns = record->time_ns;
    }
  else
    return;
  history->n_settled = record->sequence;
}

static gboolean
compare (const PstRecord *record, gpointer user_data, GError **error)
{
  PstRunHistory *history = user_data;

  look_at_time (history, record);
  look_at_end (history, record);
  if (record->kind == PST_RECORD_RUN && record->run.state == PST_RUN_STATE_CREATED)
    compare_run (history, &record->run);
  else if (record->kind == PST_RECORD_COMPONENT)
    compare_component (history, &record->component);
  else if (record->kind == PST_RECORD_INSTRUMENT)
    return expect_instrument (history, &record->instrument, error);
  return TRUE;
}

typedef struct
{
  const PstRunSettings *settings;
  PstRunRecord run; /* as the last RUN record has it */
} End;

static gboolean
look_for_end (const PstRecord *record, gpointer user_data, GError **error)
{
  if (record->kind == PST_RECORD_RUN)
    ((End *)user_data)->run = record->run;
  return TRUE;
}

/* Whether @journal has the run's end. */
static gboolean
has_end (PstRunHistory *history, PstStore *journal)
{
  End end = { &history->run->settings, { 0 } };

  if (!pst_store_replay (journal, look_for_end, &end, NULL, NULL) || end.run.state < PST_RUN_STATE_STOPPED
      || strcmp (end.run.user_id, end.settings->user_id) != 0 || strcmp (end.run.run_id, end.settings->run_id) != 0)
    return FALSE;
  history->end_state = end.run.state;
  memcpy (history->end_reason, end.run.reason, sizeof history->end_reason);
  return TRUE;
}

/* The kill came between the journal's last record and another store's: the run ended, but not everywhere. */
static gboolean
ended_only_in (PstRunHistory *history, PstStore *journal)
{
  GPtrArray *stores = pst_pipeline_get_kind (history->run->pipeline, PST_COMPONENT_KIND_STORE);
  const PstRunSettings *settings = &history->run->settings;
  gboolean found, behind = FALSE;
  guint64 last;

  for (guint i = 0; i < stores->len && !behind; i++)
    behind = stores->pdata[i] != journal && pst_store_has_run (stores->pdata[i], settings->user_id, settings->run_id, &found, NULL) && found
             && pst_store_resume (stores->pdata[i], settings->user_id, settings->run_id, &last, NULL);
  return behind && has_end (history, journal);
}

/* The one with the most records: two journals may have been cut off at different ones. */
static gboolean
find_source (PstRunHistory *history, GError **error)
{
  GPtrArray *stores = pst_pipeline_get_kind (history->run->pipeline, PST_COMPONENT_KIND_STORE);
  const PstRunSettings *settings = &history->run->settings;
  g_autoptr (GError) first = NULL;
  PstStore *ended = NULL;
  guint64 most = 0;

  for (guint i = 0; i < stores->len; i++)
    {
      g_autoptr (GError) own = NULL;
      guint64 last;

      if (!pst_store_can_replay (stores->pdata[i]))
        continue;
      if (!pst_store_resume (stores->pdata[i], settings->user_id, settings->run_id, &last, &own))
        {
          if (!history->ended && g_error_matches (own, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT) && ended_only_in (history, stores->pdata[i]))
            {
              history->ended = TRUE;
              ended = stores->pdata[i];
            }
          g_prefix_error (&own, "[store %s]: ", pst_component_get_name (stores->pdata[i]));
          if (first == NULL)
            first = g_steal_pointer (&own);
        }
      else if (last > most)
        {
          most = last;
          history->source = stores->pdata[i];
        }
    }
  history->ended &= history->source == NULL;
  if (history->ended)
    history->source = ended;
  if (history->source != NULL)
    return TRUE;
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  else
    g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING,
                         "the run cannot go on: no store of the pipeline can be read back; only a pipeline with a journal ([store NAME] with "
                         "plugin=journal) can be resumed");
  return FALSE;
}

gboolean
pst_run_history_open (PstRunHistory *history, GError **error)
{
  guint n_components = pst_pipeline_get_n_components (history->run->pipeline);

  if (!find_source (history, error))
    return FALSE;
  if (!pst_store_replay (history->source, compare, history, NULL, error))
    {
      g_prefix_error (error, "[store %s]: ", pst_component_get_name (PST_COMPONENT (history->source)));
      return FALSE;
    }
  if (history->begun)
    for (guint i = history->n_components; i < n_components; i++)
      {
        PstComponent *component = pst_pipeline_get_component (history->run->pipeline, i);

        differ (history, "component %u \"%s\" of plugin \"%s\" is new", i + 1, pst_component_get_name (component),
                pst_component_get_plugin (component));
      }
  if (history->differences->len == 0)
    return TRUE;
  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING,
               "run \"%s\" cannot go on with another pipeline than it began with: %s; give it back as it was, or start a new run",
               history->run->settings.run_id, history->differences->str);
  return FALSE;
}

/* What it was */

static gboolean disagree (PstRunHistory *history, const PstRecord *record, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
disagree (PstRunHistory *history, const PstRecord *record, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STORE, "run \"%s\" cannot go on: record %" G_GUINT64_FORMAT " of store \"%s\" %s",
               history->run->settings.run_id, record->sequence, pst_component_get_name (PST_COMPONENT (history->source)), what);
  return FALSE;
}

/* What the accounts begin with is said by the pipeline; a run goes on with what it began with. */
static gboolean
compare_deposit (PstRunHistory *history, const PstRecord *record, GError **error)
{
  const PstCashRecord *cash = &record->cash;
  const PstAccount *account = pst_portfolio_get_account (history->run->portfolio, cash->exchange);
  PstMoney then = { cash->currency, cash->amount };
  PstMoney now = { cash->currency, account != NULL ? pst_account_get_balance (account, cash->currency) : 0 };
  g_autofree char *then_text = NULL, *now_text = NULL;

  history->n_deposits++;
  if (then.amount == now.amount)
    return TRUE;
  then_text = pst_money_to_string (&then);
  now_text = pst_money_to_string (&now);
  return disagree (history, record, error, "says that an account began with %s; by the pipeline as it is now it is %s", then_text, now_text);
}

static gboolean
same_position (const PstPosition *a, const PstPosition *b)
{
  return a->quantity == b->quantity && a->cost == b->cost && a->realised_profit == b->realised_profit && a->fees == b->fees
         && a->n_fills == b->n_fills && a->n_trades == b->n_trades && a->n_wins == b->n_wins && a->trade_profit == b->trade_profit;
}

static PstExchange *
exchange_of (PstRunHistory *history, guint32 index)
{
  PstComponent *component = pst_pipeline_get_component (history->run->pipeline, index);

  return component != NULL && PST_IS_EXCHANGE (component) ? PST_EXCHANGE (component) : NULL;
}

static gboolean
restore_fill (PstRunHistory *history, const PstRecord *record, const PstPosition *after, GError **error)
{
  PstRun *run = history->run;
  PstFill fill = record->fill;
  const PstOrder *order = pst_gate_find_order (run->gate, fill.order_id);
  PstStrategyTally *tally = pst_tally_get_strategy (run->tally, fill.strategy);

  if (exchange_of (history, fill.exchange) == NULL || fill.instrument >= pst_instrument_table_get_size (run->instruments))
    return disagree (history, record, error, "is a fill of an exchange or instrument that it does not name");
  fill.trade = order != NULL ? order->request.trade : 0;
  if (!pst_portfolio_apply (run->portfolio, &fill, error))
    return FALSE;
  if (fill.realised_profit != record->fill.realised_profit
      || !same_position (after, pst_portfolio_get_position (run->portfolio, fill.strategy, fill.instrument)))
    return disagree (history, record, error, "is a fill after which the position is not what it says");
  if (run->real_clock != NULL)
    pst_market_restore_price (run->market, fill.instrument, fill.price, fill.time_ns);
  run->tally->n_fills++;
  if (tally != NULL)
    tally->n_fills++;
  return TRUE;
}

/* Notes of the gate say what is asked for, those of one instant together, before each is reviewed. */
static void
note_asked (GArray *asked, const PstNoteRecord *note)
{
  PstAskedChange change;

  if (strcmp (note->name, "MODIFY_ASKED") == 0
      && sscanf (note->detail,
                 "order=%" G_GUINT64_FORMAT " quantity=%" G_GINT64_FORMAT " limit_price=%" G_GINT64_FORMAT " stop_price=%" G_GINT64_FORMAT,
                 &change.order_id, &change.quantity, &change.limit_price, &change.stop_price)
             == 4)
    g_array_append_val (asked, change);
}

/* The first of those of an order was reviewed. */
static gboolean
take_asked (GArray *asked, guint64 order_id, PstAskedChange *change)
{
  for (guint i = 0; i < asked->len; i++)
    if (g_array_index (asked, PstAskedChange, i).order_id == order_id)
      {
        *change = g_array_index (asked, PstAskedChange, i);
        g_array_remove_index (asked, i);
        return TRUE;
      }
  return FALSE;
}

/* The order is over: nothing of it is going to be reviewed any more. */
static void
drop_asked (GArray *asked, guint64 order_id)
{
  PstAskedChange change;

  while (take_asked (asked, order_id, &change))
    ;
}

static void
restore_order (PstRunHistory *history, const PstOrder *order)
{
  PstAskedChange change;

  pst_gate_restore_order (history->run->gate, order);
  if (order->state == PST_ORDER_STATE_PENDING_MODIFY && take_asked (history->asked, order->id, &change))
    pst_gate_restore_change (history->run->gate, order->id, change.quantity, change.limit_price, change.stop_price);
  else if (pst_order_state_is_final (order->state))
    drop_asked (history->asked, order->id);
}

static gboolean
apply_group (PstRunHistory *history, GError **error)
{
  const PstExecutionReport *report = &history->tail[0].report;
  const PstOrder *order = &history->tail[1].order;
  PstStrategyTally *tally = pst_tally_get_strategy (history->run->tally, order->strategy);

  history->n_tail = 0;
  restore_order (history, order);
  pst_gate_restore_execution (history->run->gate, order->id, order->exchange, report->execution_id);
  if (report->kind == PST_REPORT_REJECTED && tally != NULL)
    tally->n_rejected++;
  return report->kind != PST_REPORT_FILL || restore_fill (history, &history->tail[2], &history->tail[3].position, error);
}

/* Whether @record is the next that belongs to the report at hand. */
static gboolean
is_next_of_group (PstRunHistory *history, const PstRecord *record)
{
  const PstExecutionReport *report = &history->tail[0].report;

  switch (history->n_tail)
    {
    case 1:
      return record->kind == PST_RECORD_ORDER && record->order.id == report->order_id;
    case 2:
      return record->kind == PST_RECORD_FILL && record->fill.order_id == report->order_id;
    case 3:
      return record->kind == PST_RECORD_POSITION && record->position.strategy == history->tail[2].fill.strategy
             && record->position.instrument == history->tail[2].fill.instrument;
    default:
      return FALSE;
    }
}

static gboolean
take_group (PstRunHistory *history, const PstRecord *record, GError **error)
{
  history->tail[history->n_tail++] = *record;
  if (history->n_tail == (history->tail[0].report.kind == PST_REPORT_FILL ? 4u : 2u))
    return apply_group (history, error);
  return TRUE;
}

static void
restore_intent (PstRunHistory *history, const PstRecord *record)
{
  PstStrategyTally *tally = pst_tally_get_strategy (history->run->tally, record->order.strategy);

  restore_order (history, &record->order);
  if (tally != NULL)
    tally->n_orders++;
}

static void
restore_verdict (PstRunHistory *history, const PstVerdictRecord *verdict)
{
  const PstOrder *order = pst_gate_find_order (history->run->gate, verdict->order_id);
  PstStrategyTally *tally = order != NULL ? pst_tally_get_strategy (history->run->tally, order->strategy) : NULL;
  PstAskedChange change;

  take_asked (history->asked, verdict->order_id, &change);
  pst_tally_count_denial (history->run->tally, verdict->component, verdict->verdict.code);
  if (tally != NULL)
    tally->n_denied++;
}

static void
restore_state (PstRunHistory *history, const PstStateRecord *state)
{
  PstRemembered *remembered = g_hash_table_lookup (history->remembered, GUINT_TO_POINTER (state->component));

  history->n_states = MAX (history->n_states, state->number);
  if (remembered == NULL || remembered->number != state->number)
    {
      remembered = g_new0 (PstRemembered, 1);
      remembered->number = state->number;
      remembered->state = pst_state_file_new (NULL, "state");
      g_hash_table_insert (history->remembered, GUINT_TO_POINTER (state->component), remembered);
    }
  pst_state_file_set_string (remembered->state, state->key, state->value);
}

static void
restore_snapshot (PstRunHistory *history, const PstSnapshotRecord *snapshot)
{
  g_hash_table_insert (history->snapshots, GUINT_TO_POINTER (snapshot->instrument), g_memdup2 (&snapshot->number, sizeof snapshot->number));
}

static void
restore_trading_state (PstRunHistory *history, const PstRecord *record)
{
  history->has_trading = TRUE;
  history->trading = record->trading_state;
  history->trading_ns = record->time_ns;
  pst_gate_restore_trading_state (history->run->gate, record->trading_state.to);
}

static void
restore_tick (PstRunHistory *history, const PstRecord *record)
{
  pst_tally_restore (history->run->tally, record->time_ns, &record->tick);
}

static gboolean
restore_one (PstRunHistory *history, const PstRecord *record, GError **error)
{
  switch (record->kind)
    {
    case PST_RECORD_CASH:
      return compare_deposit (history, record, error);
    case PST_RECORD_REPORT:
      history->tail[0] = *record;
      history->n_tail = 1;
      break;
    case PST_RECORD_INTENT:
      restore_intent (history, record);
      break;
    case PST_RECORD_ORDER:
      /* The report at hand could not be applied: what follows is how the run broke off. */
      history->n_tail = 0;
      restore_order (history, &record->order);
      break;
    case PST_RECORD_FILL:
    case PST_RECORD_POSITION:
      return disagree (history, record, error, "is a fill or position that no report leads to");
    case PST_RECORD_VERDICT:
      restore_verdict (history, &record->verdict);
      break;
    case PST_RECORD_TICK:
      restore_tick (history, record);
      break;
    case PST_RECORD_TRADING_STATE:
      restore_trading_state (history, record);
      break;
    case PST_RECORD_ALERT:
      pst_tally_count_alert (history->run->tally, &record->alert);
      break;
    case PST_RECORD_NOTE:
      note_asked (history->asked, &record->note);
      break;
    case PST_RECORD_OPPORTUNITY:
      pst_tally_count_opportunity (history->run->tally, &record->opportunity);
      break;
    case PST_RECORD_SNAPSHOT:
      restore_snapshot (history, &record->snapshot);
      break;
    case PST_RECORD_STATE:
      restore_state (history, &record->state);
      break;
    case PST_RECORD_RUN:
    case PST_RECORD_COMPONENT:
    case PST_RECORD_INSTRUMENT:
    case PST_RECORD_AUDIT:
    default:
      break;
    }
  return TRUE;
}

/* It is going to happen again. A halt is in force from the beginning, in case that nobody comes to it: the state file may have it, too. */
static void
expect (PstRunHistory *history, const PstRecord *record)
{
  if (record->kind == PST_RECORD_TRADING_STATE)
    {
      if (!history->repeats_trading)
        history->settled_trading = pst_gate_get_trading_state (history->run->gate);
      history->repeats_trading = TRUE;
      restore_trading_state (history, record);
    }
  pst_expected_add (history->expected, record);
}

static gboolean
restore (const PstRecord *record, gpointer user_data, GError **error)
{
  PstRunHistory *history = user_data;

  pst_recorder_restore (history->run->recorder, record);
  if (history->repeats && record->sequence > history->n_settled)
    {
      expect (history, record);
      return TRUE;
    }
  /* The end of a run begins before its last tick is over, and may be done again behind it. */
  if (history->repeats && record->kind == PST_RECORD_NOTE && record->note.component == G_MAXUINT32 && record->time_ns == history->tick_ns)
    pst_expected_add (history->expected, record);
  if (history->n_tail > 0 && is_next_of_group (history, record))
    return take_group (history, record, error);
  return restore_one (history, record, error);
}

gboolean
pst_run_history_restore (PstRunHistory *history, GError **error)
{
  if (history->remembered == NULL)
    history->remembered = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)remembered_free);
  if (history->repeats)
    history->expected = pst_expected_new ();
  if (!pst_store_replay (history->source, restore, history, NULL, error))
    return FALSE;
  history->run->last_tick_record_ns = history->tick_ns;
  if (history->tick_ns == G_MININT64
      || !pst_add_checked (history->tick_ns, history->run->settings.tick_interval_ns, &history->run->next_tick_record_ns))
    history->run->next_tick_record_ns = G_MININT64;
  return TRUE;
}

/* What another store lacks */

typedef struct
{
  PstStore *store;
  guint64 last;
} Telling;

static gboolean
tell (const PstRecord *record, gpointer user_data, GError **error)
{
  Telling *telling = user_data;

  if (record->sequence <= telling->last)
    return TRUE;
  return pst_store_append (telling->store, record, error)
         && (record->kind != PST_RECORD_TICK || pst_store_commit (telling->store, PST_COMMIT_TICK, error));
}

gboolean
pst_run_history_tell (PstRunHistory *history, PstStore *store, guint64 last, GError **error)
{
  Telling telling = { store, last };
  const char *name = pst_component_get_name (PST_COMPONENT (store));

  if (last > history->n_records)
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STORE,
                   "store \"%s\" has %" G_GUINT64_FORMAT " records of run \"%s\", but store \"%s\" only %" G_GUINT64_FORMAT
                   ": the journal lost its end, and what stood there cannot be told again; start a new run",
                   name, last, history->run->settings.run_id, pst_component_get_name (PST_COMPONENT (history->source)), history->n_records);
      return FALSE;
    }
  if (last == history->n_records || store == history->source)
    return TRUE;
  if (pst_store_replay (history->source, tell, &telling, NULL, error))
    return TRUE;
  g_prefix_error (error, "[store %s]: ", name);
  return FALSE;
}

/* What venues told */

typedef struct
{
  PstRunHistory *history;
  guint64 end; /* the last record that counts */
  PstExecutionReport report;
  gboolean has_report;
  PstOrder order; /* behind the report of a fill */
  gboolean has_order;
  GArray *asked; /* PstAskedChange */
} Giving;

/* (nullable): NULL when the order's venue takes none back. */
static PstExchange *
giver_of (PstRunHistory *history, const PstOrder *order)
{
  PstExchange *exchange = exchange_of (history, order->exchange);

  return exchange != NULL && pst_exchange_can_restore_orders (exchange) ? exchange : NULL;
}

static gboolean
give_sent (Giving *giving, const PstOrder *order, GError **error)
{
  PstExchange *exchange = giver_of (giving->history, order);
  PstAskedChange change;
  PstOrder sent = *order;

  if (exchange == NULL)
    return TRUE;
  if (order->state == PST_ORDER_STATE_PENDING_MODIFY && take_asked (giving->asked, order->id, &change))
    {
      sent.request.quantity = change.quantity != 0 ? change.quantity : sent.request.quantity;
      sent.request.limit_price = change.limit_price != 0 ? change.limit_price : sent.request.limit_price;
      sent.request.stop_price = change.stop_price != 0 ? change.stop_price : sent.request.stop_price;
    }
  return pst_exchange_restore_order (exchange, &sent, NULL, error);
}

/* An order's state changed without a word of its venue: it was sent, something was sent about it, or it ended with an earlier process. */
static gboolean
give_change (Giving *giving, const PstOrder *order, GError **error)
{
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_CANCELED, .time_ns = order->updated_time_ns };
  PstExchange *exchange = giver_of (giving->history, order);

  if (order->state == PST_ORDER_STATE_SUBMITTED || order->state == PST_ORDER_STATE_PENDING_CANCEL || order->state == PST_ORDER_STATE_PENDING_MODIFY)
    return give_sent (giving, order, error);
  return exchange == NULL || order->state != PST_ORDER_STATE_CANCELED || pst_exchange_restore_order (exchange, order, &report, error);
}

static gboolean
give_order (Giving *giving, const PstOrder *order, GError **error)
{
  PstExchange *exchange = giver_of (giving->history, order);

  if (pst_order_state_is_final (order->state))
    drop_asked (giving->asked, order->id);
  if (!giving->has_report || giving->report.order_id != order->id)
    return give_change (giving, order, error);
  giving->has_report = FALSE;
  giving->order = *order;
  giving->has_order = giving->report.kind == PST_REPORT_FILL;
  return giving->has_order || exchange == NULL || pst_exchange_restore_order (exchange, order, &giving->report, error);
}

static gboolean
give_fill (Giving *giving, const PstFill *fill, GError **error)
{
  PstExchange *exchange = exchange_of (giving->history, fill->exchange);

  if (!pst_exchange_restore_fill (exchange, fill, error))
    return FALSE;
  if (!giving->has_order || giving->order.id != fill->order_id || !pst_exchange_can_restore_orders (exchange))
    return TRUE;
  giving->has_order = FALSE;
  return pst_exchange_restore_order (exchange, &giving->order, &giving->report, error);
}

/* What was told of an order that was over left a note only, but it was an answer. */
static gboolean
give_late (Giving *giving, const PstNoteRecord *note, GError **error)
{
  PstExecutionReport report = { 0 };
  const PstOrder *order;
  PstExchange *exchange;
  int kind;

  if (strcmp (note->name, "LATE_REPORT") != 0 || sscanf (note->detail, "order=%" G_GUINT64_FORMAT " kind=%d", &report.order_id, &kind) != 2)
    return TRUE;
  order = pst_gate_find_order (giving->history->run->gate, report.order_id);
  exchange = order != NULL ? giver_of (giving->history, order) : NULL;
  report.kind = (PstReportKind)kind;
  return exchange == NULL || pst_exchange_restore_order (exchange, order, &report, error);
}

static gboolean
give (const PstRecord *record, gpointer user_data, GError **error)
{
  Giving *giving = user_data;
  PstAskedChange change;

  if (record->sequence > giving->end)
    return TRUE;
  switch ((guint)record->kind)
    {
    case PST_RECORD_REPORT:
      giving->report = record->report;
      giving->has_report = TRUE;
      return TRUE;
    case PST_RECORD_ORDER:
      return give_order (giving, &record->order, error);
    case PST_RECORD_FILL:
      return give_fill (giving, &record->fill, error);
    case PST_RECORD_NOTE:
      note_asked (giving->asked, &record->note);
      return give_late (giving, &record->note, error);
    case PST_RECORD_VERDICT:
      take_asked (giving->asked, record->verdict.order_id, &change);
      return TRUE;
    default:
      return TRUE;
    }
}

gboolean
pst_run_history_give (PstRunHistory *history, GError **error)
{
  g_autoptr (GArray) asked = g_array_new (FALSE, FALSE, sizeof (PstAskedChange));
  Giving giving = { .history = history,
                    .asked = asked,
                    .end = history->repeats      ? history->n_settled
                           : history->n_tail > 0 ? history->tail[0].sequence - 1
                                                 : history->n_records };

  return pst_store_replay (history->source, give, &giving, NULL, error);
}

gboolean
pst_run_history_give_report (PstRunHistory *history, const PstExecutionReport *report, const PstOrder *order, GError **error)
{
  PstExchange *exchange = giver_of (history, order);

  return exchange == NULL || pst_exchange_restore_order (exchange, order, report, error);
}
