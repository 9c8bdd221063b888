/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One place for all of it: whatever is worth an audit event passes the recorder anyway, so no part of the engine needs to remember to tell. What
 * components do of their own accord they tell by pst_context_audit(). */
#include "pst-audit-trail.h"

#include "pst-recorder.h"

#include <string.h>

struct _PstAuditTrail
{
  PstAuditLevel level;
  PstAuditHead head;
  char user_id[PST_NAME_SIZE];
  GPtrArray *names;    /* of components, by index */
  GArray *instruments; /* PstInstrumentRecord by index */
};

/**
 * pst_audit_trail_new:
 * @level: what goes into the chain; not %PST_AUDIT_OFF
 * @user_id: whose run
 * @run_id: its name
 *
 * Returns: (transfer full): a chain without records
 */
PstAuditTrail *
pst_audit_trail_new (PstAuditLevel level, const char *user_id, const char *run_id)
{
  PstAuditTrail *trail = g_new0 (PstAuditTrail, 1);

  trail->level = level;
  g_strlcpy (trail->user_id, user_id, sizeof trail->user_id);
  pst_audit_genesis (user_id, run_id, &trail->head);
  trail->names = g_ptr_array_new_with_free_func (g_free);
  trail->instruments = g_array_new (FALSE, TRUE, sizeof (PstInstrumentRecord));
  return trail;
}

/**
 * pst_audit_trail_free:
 * @trail: (nullable) (transfer full): a chain
 */
void
pst_audit_trail_free (PstAuditTrail *trail)
{
  if (trail == NULL)
    return;
  g_ptr_array_unref (trail->names);
  g_array_unref (trail->instruments);
  g_free (trail);
}

/* The engine's own note of a run that goes on. */
static gboolean
is_resumption (const PstNoteRecord *note)
{
  return note->component == G_MAXUINT32 && strcmp (note->name, "RUN_RESUMED") == 0;
}

/* The engine's own notes of an operator's commands. */
static gboolean
is_command (const PstNoteRecord *note)
{
  return (note->component == G_MAXUINT32 && strcmp (note->name, "FLATTEN") == 0) || strcmp (note->name, "OPERATOR_ACTION") == 0
         || is_resumption (note);
}

static const char *
action_of_order (const PstOrder *order)
{
  switch (order->state)
    {
    case PST_ORDER_STATE_SUBMITTED:
      return "ORDER_SENT";
    case PST_ORDER_STATE_PENDING_MODIFY:
      return "MODIFY_SENT";
    case PST_ORDER_STATE_PENDING_CANCEL:
      return "CANCEL_SENT";
    case PST_ORDER_STATE_REJECTED:
      return "ORDER_REJECTED";
    case PST_ORDER_STATE_UNKNOWN:
      return "ORDER_UNKNOWN";
    case PST_ORDER_STATE_INITIALIZED:
    case PST_ORDER_STATE_DENIED:
    case PST_ORDER_STATE_ACCEPTED:
    case PST_ORDER_STATE_TRIGGERED:
    case PST_ORDER_STATE_PARTIALLY_FILLED:
    case PST_ORDER_STATE_FILLED:
    case PST_ORDER_STATE_CANCELED:
    case PST_ORDER_STATE_EXPIRED:
    default:
      return NULL;
    }
}

static void
learn (PstAuditTrail *trail, const PstRecord *fact)
{
  if (fact->kind == PST_RECORD_COMPONENT && fact->component.index == trail->names->len)
    g_ptr_array_add (trail->names, g_strdup (fact->component.name));
  else if (fact->kind == PST_RECORD_INSTRUMENT && fact->instrument.index == trail->instruments->len)
    g_array_append_val (trail->instruments, fact->instrument);
}

/**
 * pst_audit_trail_weigh:
 * @trail: a chain
 * @fact: a record on its way to the stores
 *
 * Every record of a run goes through here: a comparison for nearly all of them.
 *
 * Returns: when its event is to be told
 */
PstAuditTurn
pst_audit_trail_weigh (PstAuditTrail *trail, const PstRecord *fact)
{
  switch (fact->kind)
    {
    case PST_RECORD_ORDER:
      return trail->level == PST_AUDIT_ORDERS && action_of_order (&fact->order) != NULL ? PST_AUDIT_WAIT : PST_AUDIT_NEVER;
    case PST_RECORD_VERDICT:
      return trail->level == PST_AUDIT_ORDERS && !fact->verdict.verdict.passed ? PST_AUDIT_WAIT : PST_AUDIT_NEVER;
    case PST_RECORD_RUN:
      if (fact->run.state == PST_RUN_STATE_CREATED)
        return PST_AUDIT_NEVER;
      return fact->run.state == PST_RUN_STATE_RUNNING ? PST_AUDIT_AFTER : PST_AUDIT_BEFORE;
    case PST_RECORD_TRADING_STATE:
    case PST_RECORD_ALERT:
      return PST_AUDIT_AFTER;
    case PST_RECORD_NOTE:
      return is_command (&fact->note) ? PST_AUDIT_AFTER : PST_AUDIT_NEVER;
    case PST_RECORD_COMPONENT:
    case PST_RECORD_INSTRUMENT:
      learn (trail, fact);
      return PST_AUDIT_NEVER;
    case PST_RECORD_CASH:
    case PST_RECORD_INTENT:
    case PST_RECORD_REPORT:
    case PST_RECORD_FILL:
    case PST_RECORD_POSITION:
    case PST_RECORD_TICK:
    case PST_RECORD_OPPORTUNITY:
    case PST_RECORD_SNAPSHOT:
    case PST_RECORD_AUDIT:
    case PST_RECORD_STATE:
    default:
      return PST_AUDIT_NEVER;
    }
}

static void
set_actor (PstAuditTrail *trail, PstAuditRecord *audit, PstAuditActor kind, guint32 component)
{
  audit->component = G_MAXUINT32;
  audit->actor_kind = kind;
  if (kind == PST_AUDIT_ACTOR_OPERATOR)
    pst_copy_text (audit->actor, sizeof audit->actor, trail->user_id);
  if (kind != PST_AUDIT_ACTOR_COMPONENT)
    return;
  audit->component = component;
  if (component < trail->names->len)
    pst_copy_text (audit->actor, sizeof audit->actor, trail->names->pdata[component]);
}

/* A component, or without one the host itself. */
static void
set_component (PstAuditTrail *trail, PstAuditRecord *audit, guint32 component)
{
  set_actor (trail, audit, component != G_MAXUINT32 ? PST_AUDIT_ACTOR_COMPONENT : PST_AUDIT_ACTOR_SYSTEM, component);
}

#define SET(field, text) pst_copy_text ((field), sizeof (field), (text))

static void
make_run_event (PstAuditTrail *trail, const PstRunRecord *run, PstAuditRecord *audit)
{
  static const char *const modes[] = { "", "BACKTEST", "PAPER", "LIVE" };
  char text[PST_AUDIT_AFTER_SIZE];

  if (run->state != PST_RUN_STATE_RUNNING)
    {
      set_actor (trail, audit, PST_AUDIT_ACTOR_SYSTEM, G_MAXUINT32);
      SET (audit->action, "RUN_ENDED");
      SET (audit->why, run->reason);
      SET (audit->before, "RUNNING");
      SET (audit->after, run->state == PST_RUN_STATE_STOPPED ? "STOPPED" : "ERROR");
      return;
    }
  set_actor (trail, audit, PST_AUDIT_ACTOR_OPERATOR, G_MAXUINT32);
  SET (audit->action, "RUN_STARTED");
  SET (audit->before, "CREATED");
  g_snprintf (text, sizeof text, "pipeline=%s", run->pipeline);
  SET (audit->why, text);
  g_snprintf (text, sizeof text, "RUNNING mode=%s seed=%" G_GUINT64_FORMAT, run->mode < G_N_ELEMENTS (modes) ? modes[run->mode] : "", run->seed);
  SET (audit->after, text);
}

static void
make_trading_state_event (PstAuditTrail *trail, const PstTradingStateRecord *state, gboolean failing, PstAuditRecord *audit)
{
  static const char *const states[] = { "", "ACTIVE", "REDUCING", "HALTED" };

  if (state->component != G_MAXUINT32)
    set_component (trail, audit, state->component);
  else
    set_actor (trail, audit, failing ? PST_AUDIT_ACTOR_SYSTEM : PST_AUDIT_ACTOR_OPERATOR, G_MAXUINT32);
  SET (audit->action, "TRADING_STATE_CHANGED");
  SET (audit->why, state->reason);
  SET (audit->before, state->from < G_N_ELEMENTS (states) ? states[state->from] : "");
  SET (audit->after, state->to < G_N_ELEMENTS (states) ? states[state->to] : "");
}

static void
make_alert_event (PstAuditTrail *trail, const PstAlertRecord *alert, PstAuditRecord *audit)
{
  static const char *const severities[] = { "", "INFO", "WARNING", "ERROR", "CRITICAL" };
  char text[PST_AUDIT_AFTER_SIZE];

  set_component (trail, audit, alert->component);
  SET (audit->action, "ALERT_RAISED");
  SET (audit->why, alert->title);
  g_snprintf (text, sizeof text, "severity=%s category=%s", alert->severity < G_N_ELEMENTS (severities) ? severities[alert->severity] : "",
              alert->category);
  SET (audit->after, text);
}

static void
make_verdict_event (PstAuditTrail *trail, const PstVerdictRecord *verdict, PstAuditRecord *audit)
{
  set_component (trail, audit, verdict->component);
  SET (audit->action, "ORDER_DENIED");
  audit->order_id = verdict->order_id;
  SET (audit->why, verdict->verdict.code[0] != '\0' ? verdict->verdict.code : "guard_failed");
  SET (audit->after, verdict->verdict.detail);
}

/* "BUY 1.50000000 BTC/USD.KRAKEN LIMIT 50000.1" */
static void
describe_order (PstAuditTrail *trail, const PstOrderRequest *request, char *text, gsize size)
{
  static const char *const types[] = { "", "MARKET", "LIMIT", "STOP_MARKET", "STOP_LIMIT" };
  const PstInstrumentRecord *instrument;
  char quantity[PST_DECIMAL_TEXT_SIZE], limit[PST_DECIMAL_TEXT_SIZE] = "", stop[PST_DECIMAL_TEXT_SIZE] = "";

  if (request->instrument >= trail->instruments->len)
    {
      g_strlcpy (text, "of an unknown instrument", size);
      return;
    }
  instrument = &g_array_index (trail->instruments, PstInstrumentRecord, request->instrument);
  pst_mantissa_print (request->quantity, instrument->size_scale, quantity);
  if (request->limit_price != 0)
    pst_mantissa_print (request->limit_price, instrument->price_scale, limit);
  if (request->stop_price != 0)
    pst_mantissa_print (request->stop_price, instrument->price_scale, stop);
  g_snprintf (text, size, "%s %s %s %s%s%s%s%s", request->side == PST_SIDE_BUY ? "BUY" : "SELL", quantity, instrument->id,
              request->type < G_N_ELEMENTS (types) ? types[request->type] : "", *limit != '\0' ? " " : "", limit, *stop != '\0' ? " stop " : "",
              stop);
}

static void
make_order_event (PstAuditTrail *trail, const PstOrder *order, PstAuditRecord *audit)
{
  char text[PST_AUDIT_AFTER_SIZE];

  if (order->request.flags & PST_ORDER_FLAG_OPERATOR_EXIT)
    set_actor (trail, audit, PST_AUDIT_ACTOR_OPERATOR, G_MAXUINT32);
  else
    set_component (trail, audit,
                   order->state == PST_ORDER_STATE_REJECTED || order->state == PST_ORDER_STATE_UNKNOWN ? order->exchange : order->strategy);
  SET (audit->action, action_of_order (order));
  audit->order_id = order->id;
  SET (audit->why, order->reason);
  SET (audit->before, order->client_id);
  describe_order (trail, &order->request, text, sizeof text);
  SET (audit->after, text);
}

/* "reason=..." and "action=... reason=...": the reason comes last and is free text. */
static void
make_command_event (PstAuditTrail *trail, const PstNoteRecord *note, PstAuditRecord *audit)
{
  const char *reason = strstr (note->detail, "reason=");
  g_autofree char *command = g_strndup (note->detail, reason != NULL ? (gsize)(reason - note->detail) : 0), *after = NULL;

  set_actor (trail, audit, is_resumption (note) ? PST_AUDIT_ACTOR_SYSTEM : PST_AUDIT_ACTOR_OPERATOR, G_MAXUINT32);
  SET (audit->action, note->name);
  if (is_resumption (note))
    SET (audit->after, command);
  SET (audit->why, reason != NULL ? reason + strlen ("reason=") : note->detail);
  if (note->component < trail->names->len)
    {
      after = g_strdup_printf ("%scomponent=%s", command, (const char *)trail->names->pdata[note->component]);
      SET (audit->after, after);
    }
}

/**
 * pst_audit_trail_make_event:
 * @trail: a chain
 * @fact: a record that pst_audit_trail_weigh() found worth an event
 * @failing: whether a store has failed: then it is not a person who halts the run
 * @event: (out caller-allocates): its event, at the record's time, not sealed
 */
void
pst_audit_trail_make_event (PstAuditTrail *trail, const PstRecord *fact, gboolean failing, PstRecord *event)
{
  PstAuditRecord *audit = &event->audit;

  memset (event, 0, sizeof *event);
  event->kind = PST_RECORD_AUDIT;
  event->time_ns = fact->time_ns;
  if (fact->kind == PST_RECORD_RUN)
    make_run_event (trail, &fact->run, audit);
  else if (fact->kind == PST_RECORD_TRADING_STATE)
    make_trading_state_event (trail, &fact->trading_state, failing, audit);
  else if (fact->kind == PST_RECORD_ALERT)
    make_alert_event (trail, &fact->alert, audit);
  else if (fact->kind == PST_RECORD_VERDICT)
    make_verdict_event (trail, &fact->verdict, audit);
  else if (fact->kind == PST_RECORD_ORDER)
    make_order_event (trail, &fact->order, audit);
  else
    make_command_event (trail, &fact->note, audit);
}

/**
 * pst_audit_trail_seal:
 * @trail: a chain
 * @event: (inout): an AUDIT record with its sequence number and time
 *
 * Hangs it on the chain.
 */
void
pst_audit_trail_seal (PstAuditTrail *trail, PstRecord *event)
{
  pst_audit_seal (event, &trail->head);
}

/**
 * pst_audit_trail_restore:
 * @trail: a chain that goes on where another process was cut off
 * @event: a sealed AUDIT record of that part
 *
 * The next event hangs on this one.
 */
void
pst_audit_trail_restore (PstAuditTrail *trail, const PstRecord *event)
{
  trail->head.number = event->audit.number;
  memcpy (trail->head.hash, event->audit.hash, sizeof trail->head.hash);
}

/**
 * pst_audit_trail_get_head:
 * @trail: a chain
 *
 * Returns: (transfer none): where it ends
 */
const PstAuditHead *
pst_audit_trail_get_head (const PstAuditTrail *trail)
{
  return &trail->head;
}
