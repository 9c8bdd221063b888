/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything under way is an event with a timer of the clock. Events of a connection die with it; a request lives on its own. */

#include "pst-simulated-transport.h"

#include <string.h>

typedef enum
{
  EVENT_OPENED,
  EVENT_REFUSED,
  EVENT_MESSAGE, /* to the session */
  EVENT_SENT,    /* to the peer */
  EVENT_HUNG_UP,
  EVENT_GOODBYE,
  EVENT_REQUEST, /* to the peer */
  EVENT_REPLY,
} EventKind;

typedef struct
{
  PstSimulatedTransport *transport;
  EventKind kind;
  guint timer;
  GString *text;
  guint code;
  gboolean cut;
  guint64 id;
  PstHttpRequest request;
  PstHttpReply *reply;
} Event;

typedef struct
{
  guint nth; /* 0: for the next request */
  PstFault fault;
  gint64 delay_ns;
  PstHttpOutcome outcome;
  guint status;
  gboolean carried_out;
} Plan;

struct _PstSimulatedTransport
{
  PstTransport parent_instance;

  PstRandom random;
  PstSimulatedPeer peer;
  gpointer peer_data;
  gint64 latency_ns;
  gint64 inbound_ns; /* when the last message arrives */
  gint64 outbound_ns;
  char *url;
  guint n_refused;
  guint refused_status;
  guint n_ignored;
  guint n_pushed; /* since the last fault of them was planned */
  guint n_sent;
  GArray *message_plans;
  GArray *sent_plans;
  GArray *request_plans;
  guint per_mille[PST_FAULT_N];
  gint64 delay_max_ns;
  guint64 n_faults[PST_FAULT_N];
  GPtrArray *connection; /* events that die with it */
  GPtrArray *requests;
  Event *held; /* to come behind the next message */
};

/**
 * PstSimulatedTransport:
 *
 * A network and a venue in memory.
 */

G_DEFINE_FINAL_TYPE (PstSimulatedTransport, pst_simulated_transport, PST_TYPE_TRANSPORT)

static PstClock *
clock_of (PstSimulatedTransport *wire)
{
  return pst_transport_get_clock (PST_TRANSPORT (wire));
}

static gint64
now_of (PstSimulatedTransport *wire)
{
  return pst_clock_now_ns (clock_of (wire));
}

static void
event_free (gpointer data)
{
  Event *event = data;

  if (event->timer != 0)
    pst_clock_remove_timer (clock_of (event->transport), event->timer);
  if (event->text != NULL)
    g_string_free (event->text, TRUE);
  g_free ((char *)event->request.method);
  g_free ((char *)event->request.url);
  g_strfreev ((char **)event->request.headers);
  g_free ((guint8 *)event->request.body);
  g_clear_pointer (&event->reply, pst_http_reply_free);
  g_free (event);
}

static Event *
event_new (PstSimulatedTransport *wire, EventKind kind, const char *text, gsize length)
{
  Event *event = g_new0 (Event, 1);

  event->transport = wire;
  event->kind = kind;
  event->text = g_string_new_len (text != NULL ? text : "", text != NULL ? (gssize)length : 0);
  return event;
}

static void
drop_connection (PstSimulatedTransport *wire)
{
  g_ptr_array_set_size (wire->connection, 0);
  g_clear_pointer (&wire->held, event_free);
  wire->inbound_ns = wire->outbound_ns = 0;
}

static void
finish (PstSimulatedTransport *wire, PstClosed closed)
{
  drop_connection (wire);
  pst_transport_take_closed (PST_TRANSPORT (wire), &closed);
}

static void on_due (PstClock *clock, gint64 due_ns, gpointer user_data);

static GPtrArray *
list_of (Event *event)
{
  return event->kind == EVENT_REQUEST || event->kind == EVENT_REPLY ? event->transport->requests : event->transport->connection;
}

static void
schedule (Event *event, gint64 due_ns)
{
  g_ptr_array_add (list_of (event), event);
  event->timer = pst_clock_add_timer (clock_of (event->transport), due_ns, on_due, event, NULL);
}

static void
take_out (Event *event)
{
  guint index;

  if (g_ptr_array_find (list_of (event), event, &index))
    g_ptr_array_steal_index (list_of (event), index);
}

static void
take_opened (PstSimulatedTransport *wire)
{
  if (wire->peer.on_opened != NULL)
    wire->peer.on_opened (wire, wire->url, wire->peer_data);
  pst_transport_take_opened (PST_TRANSPORT (wire));
}

static void
take_refused (PstSimulatedTransport *wire, const Event *event)
{
  finish (wire, (PstClosed){ .reason = PST_CLOSE_REFUSED, .http_status = event->code, .text = event->code != 0 ? "refused by status" : "refused" });
}

static void
take_sent (PstSimulatedTransport *wire, const Event *event)
{
  if (wire->peer.on_sent != NULL)
    wire->peer.on_sent (wire, event->text->str, event->text->len, wire->peer_data);
  if (event->cut)
    finish (wire, (PstClosed){ .reason = PST_CLOSE_LOST, .text = "cut behind what was sent" });
}

static void
take_hung_up (PstSimulatedTransport *wire, const Event *event)
{
  if (event->code == 0)
    finish (wire, (PstClosed){ .reason = PST_CLOSE_LOST, .text = event->text->str });
  else
    finish (wire, (PstClosed){ .reason = PST_CLOSE_BY_PEER, .clean = TRUE, .code = event->code, .text = event->text->str });
}

/* A request is where the peer is: it is carried out, and an answer may go back. */
static void
take_request (PstSimulatedTransport *wire, const Event *event)
{
  PstHttpReply reply = { .outcome = PST_HTTP_ANSWERED, .status = 404, .body = "", .text = "" };
  Event *answer;

  if (wire->peer.on_request != NULL)
    wire->peer.on_request (wire, &event->request, &reply, wire->peer_data);
  if (event->cut)
    return; /* never answered: the time limit ends it */
  if (event->code == PST_HTTP_LOST)
    reply = (PstHttpReply){ .outcome = PST_HTTP_LOST, .body = "", .text = "cut before the answer" };
  answer = event_new (wire, EVENT_REPLY, NULL, 0);
  answer->id = event->id;
  answer->reply = pst_http_reply_copy (&reply);
  schedule (answer, now_of (wire) + wire->latency_ns);
}

static void
on_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Event *event = user_data;
  g_autoptr (PstSimulatedTransport) wire = g_object_ref (event->transport);

  event->timer = 0;
  take_out (event);
  switch (event->kind)
    {
    case EVENT_OPENED:
      take_opened (wire);
      break;
    case EVENT_REFUSED:
      take_refused (wire, event);
      break;
    case EVENT_MESSAGE:
      if (pst_transport_take_message (PST_TRANSPORT (wire), event->text->str, event->text->len) && event->cut)
        finish (wire, (PstClosed){ .reason = PST_CLOSE_LOST, .text = "cut behind a message" });
      break;
    case EVENT_SENT:
      take_sent (wire, event);
      break;
    case EVENT_HUNG_UP:
      take_hung_up (wire, event);
      break;
    case EVENT_GOODBYE:
      finish (wire, (PstClosed){ .reason = PST_CLOSE_REQUESTED, .clean = TRUE, .code = 1000, .text = "closed" });
      break;
    case EVENT_REQUEST:
      take_request (wire, event);
      break;
    case EVENT_REPLY:
    default:
      pst_transport_take_reply (PST_TRANSPORT (wire), event->id, event->reply);
    }
  event_free (event);
}

static gboolean
pst_simulated_transport_open (PstTransport *transport, const char *url, GError **error)
{
  PstSimulatedTransport *wire = PST_SIMULATED_TRANSPORT (transport);
  Event *event;

  drop_connection (wire);
  g_free (wire->url);
  wire->url = g_strdup (url);
  if (wire->n_ignored > 0)
    {
      wire->n_ignored--;
      return TRUE;
    }
  event = event_new (wire, wire->n_refused > 0 ? EVENT_REFUSED : EVENT_OPENED, NULL, 0);
  if (wire->n_refused > 0)
    {
      wire->n_refused--;
      event->code = wire->refused_status;
    }
  schedule (event, now_of (wire) + 2 * wire->latency_ns);
  return TRUE;
}

/* The fault that was planned for the @n-th. */
static gboolean
find_plan (GArray *plans, guint n, Plan *plan)
{
  for (guint i = 0; i < plans->len; i++)
    if (g_array_index (plans, Plan, i).nth == n)
      {
        *plan = g_array_index (plans, Plan, i);
        g_array_remove_index (plans, i);
        return TRUE;
      }
  return FALSE;
}

static gboolean
pst_simulated_transport_send (PstTransport *transport, const char *text, gsize length, GError **error)
{
  PstSimulatedTransport *wire = PST_SIMULATED_TRANSPORT (transport);
  Event *event;
  Plan plan;
  gboolean faulty = find_plan (wire->sent_plans, ++wire->n_sent, &plan);

  wire->outbound_ns = MAX (wire->outbound_ns, now_of (wire) + wire->latency_ns);
  if (faulty)
    wire->n_faults[plan.fault]++;
  if (faulty && plan.fault == PST_FAULT_DROP)
    return TRUE;
  event = event_new (wire, faulty && plan.fault == PST_FAULT_CUT ? EVENT_HUNG_UP : EVENT_SENT, text, length);
  if (event->kind == EVENT_HUNG_UP)
    g_string_assign (event->text, "cut in what was sent");
  event->cut = faulty && plan.fault == PST_FAULT_CUT_AFTER;
  schedule (event, wire->outbound_ns);
  return TRUE;
}

static void
pst_simulated_transport_close (PstTransport *transport)
{
  PstSimulatedTransport *wire = PST_SIMULATED_TRANSPORT (transport);

  schedule (event_new (wire, EVENT_GOODBYE, NULL, 0), MAX (wire->outbound_ns, now_of (wire) + wire->latency_ns) + wire->latency_ns);
}

static void
pst_simulated_transport_cut (PstTransport *transport)
{
  drop_connection (PST_SIMULATED_TRANSPORT (transport));
}

static void
answer_at_once (PstSimulatedTransport *wire, guint64 id, PstHttpOutcome outcome, guint status)
{
  PstHttpReply reply = { .outcome = outcome, .status = status, .body = "", .text = outcome == PST_HTTP_ANSWERED ? "" : "a fault of the test's" };
  Event *event = event_new (wire, EVENT_REPLY, NULL, 0);

  event->id = id;
  event->reply = pst_http_reply_copy (&reply);
  schedule (event, now_of (wire) + 2 * wire->latency_ns);
}

static gboolean
pst_simulated_transport_request (PstTransport *transport, guint64 id, const PstHttpRequest *request, GError **error)
{
  PstSimulatedTransport *wire = PST_SIMULATED_TRANSPORT (transport);
  Event *event;
  Plan plan;
  gboolean faulty = find_plan (wire->request_plans, 0, &plan);

  if (faulty && !plan.carried_out)
    {
      if (plan.outcome != PST_HTTP_TIMED_OUT)
        answer_at_once (wire, id, plan.outcome, plan.status);
      return TRUE;
    }
  event = event_new (wire, EVENT_REQUEST, NULL, 0);
  event->id = id;
  event->request = *request;
  event->request.method = g_strdup (request->method);
  event->request.url = g_strdup (request->url);
  event->request.headers = (const char *const *)g_strdupv ((char **)request->headers);
  event->request.body = g_memdup2 (request->body, request->body_length);
  event->cut = faulty && plan.outcome == PST_HTTP_TIMED_OUT;
  event->code = faulty ? plan.outcome : PST_HTTP_ANSWERED;
  schedule (event, now_of (wire) + wire->latency_ns);
  return TRUE;
}

/* What is on its way to the peer still arrives; only the answer has nobody to go to. */
static void
pst_simulated_transport_cancel_request (PstTransport *transport, guint64 id)
{
  PstSimulatedTransport *wire = PST_SIMULATED_TRANSPORT (transport);

  for (guint i = 0; i < wire->requests->len; i++)
    {
      Event *event = wire->requests->pdata[i];

      if (event->id == id && event->kind == EVENT_REPLY)
        {
          g_ptr_array_remove_index (wire->requests, i);
          return;
        }
    }
}

static void
pst_simulated_transport_dispose (GObject *object)
{
  PstSimulatedTransport *wire = PST_SIMULATED_TRANSPORT (object);

  G_OBJECT_CLASS (pst_simulated_transport_parent_class)->dispose (object);
  drop_connection (wire);
  g_ptr_array_set_size (wire->requests, 0);
}

static void
pst_simulated_transport_finalize (GObject *object)
{
  PstSimulatedTransport *wire = PST_SIMULATED_TRANSPORT (object);

  g_clear_pointer (&wire->connection, g_ptr_array_unref);
  g_clear_pointer (&wire->requests, g_ptr_array_unref);
  g_clear_pointer (&wire->message_plans, g_array_unref);
  g_clear_pointer (&wire->sent_plans, g_array_unref);
  g_clear_pointer (&wire->request_plans, g_array_unref);
  g_clear_pointer (&wire->url, g_free);
  G_OBJECT_CLASS (pst_simulated_transport_parent_class)->finalize (object);
}

static void
pst_simulated_transport_class_init (PstSimulatedTransportClass *klass)
{
  PstTransportClass *transport_class = PST_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pst_simulated_transport_dispose;
  G_OBJECT_CLASS (klass)->finalize = pst_simulated_transport_finalize;
  transport_class->open = pst_simulated_transport_open;
  transport_class->send = pst_simulated_transport_send;
  transport_class->close = pst_simulated_transport_close;
  transport_class->cut = pst_simulated_transport_cut;
  transport_class->request = pst_simulated_transport_request;
  transport_class->cancel_request = pst_simulated_transport_cancel_request;
}

static void
pst_simulated_transport_init (PstSimulatedTransport *wire)
{
  wire->latency_ns = PST_NS_PER_MS;
  wire->message_plans = g_array_new (FALSE, FALSE, sizeof (Plan));
  wire->sent_plans = g_array_new (FALSE, FALSE, sizeof (Plan));
  wire->request_plans = g_array_new (FALSE, FALSE, sizeof (Plan));
  wire->connection = g_ptr_array_new_with_free_func (event_free);
  wire->requests = g_ptr_array_new_with_free_func (event_free);
}

/**
 * pst_simulated_transport_new:
 * @clock: the test's simulated clock
 * @seed: of what is drawn by lot; print it
 *
 * Makes a network without faults and a peer that says nothing.
 *
 * Returns: (transfer full): the transport, CLOSED
 */
PstSimulatedTransport *
pst_simulated_transport_new (PstClock *clock, guint64 seed)
{
  PstSimulatedTransport *wire;

  g_return_val_if_fail (PST_IS_CLOCK (clock), NULL);

  wire = g_object_new (PST_TYPE_SIMULATED_TRANSPORT, "clock", clock, NULL);
  pst_random_init (&wire->random, seed, "simulated-transport");
  return wire;
}

/**
 * pst_simulated_transport_set_peer:
 * @transport: the transport
 * @peer: the venue; copied
 * @user_data: passed to its functions
 *
 * Sets what the venue does.
 */
void
pst_simulated_transport_set_peer (PstSimulatedTransport *transport, const PstSimulatedPeer *peer, gpointer user_data)
{
  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport) && peer != NULL);

  transport->peer = *peer;
  transport->peer_data = user_data;
}

/**
 * pst_simulated_transport_set_latency:
 * @transport: the transport
 * @latency_ns: how long each way takes, in nanoseconds, at least 0
 *
 * Sets the latency of what is sent from now on.
 */
void
pst_simulated_transport_set_latency (PstSimulatedTransport *transport, gint64 latency_ns)
{
  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport) && latency_ns >= 0);

  transport->latency_ns = latency_ns;
}

/* Another digit in the place of one, both drawn by lot. */
static gboolean
corrupt (PstSimulatedTransport *wire, GString *text)
{
  guint n_digits = 0, chosen;

  for (gsize i = 0; i < text->len; i++)
    n_digits += g_ascii_isdigit (text->str[i]);
  if (n_digits == 0)
    return FALSE;
  chosen = (guint)pst_random_below (&wire->random, n_digits);
  for (gsize i = 0; i < text->len; i++)
    if (g_ascii_isdigit (text->str[i]) && chosen-- == 0)
      {
        text->str[i] = (char)('0' + (text->str[i] - '0' + 1 + pst_random_below (&wire->random, 9)) % 10);
        break;
      }
  return TRUE;
}

/* The fault of the next message; PST_FAULT_N for none. */
static PstFault
choose_fault (PstSimulatedTransport *wire, gint64 *delay_ns)
{
  Plan plan;
  guint lot;

  if (find_plan (wire->message_plans, ++wire->n_pushed, &plan))
    {
      *delay_ns = plan.delay_ns;
      return plan.fault;
    }
  lot = (guint)pst_random_below (&wire->random, 1000);
  for (guint fault = 0; fault < PST_FAULT_N; fault++)
    {
      if (lot < wire->per_mille[fault])
        {
          *delay_ns = (gint64)pst_random_below (&wire->random, (guint64)wire->delay_max_ns + 1);
          return fault;
        }
      lot -= wire->per_mille[fault];
    }
  return PST_FAULT_N;
}

static void
send_on (PstSimulatedTransport *wire, Event *event)
{
  schedule (event, wire->inbound_ns);
  if (wire->held != NULL)
    schedule (g_steal_pointer (&wire->held), wire->inbound_ns);
}

/**
 * pst_simulated_transport_push:
 * @transport: the transport
 * @text: a message of the venue's
 * @length: in bytes; below 0 when @text ends with a NUL
 *
 * Has the venue send a message, with the faults that were asked for.
 *
 * Returns: %FALSE when there is no open connection, and nobody hears it
 */
gboolean
pst_simulated_transport_push (PstSimulatedTransport *transport, const char *text, gssize length)
{
  g_autoptr (GString) copy = NULL;
  PstTransportState state;
  PstFault fault;
  gint64 delay_ns = 0;
  Event *event;

  g_return_val_if_fail (PST_IS_SIMULATED_TRANSPORT (transport) && text != NULL, FALSE);

  state = pst_transport_get_state (PST_TRANSPORT (transport));
  if (state != PST_TRANSPORT_OPEN && state != PST_TRANSPORT_OPENING)
    return FALSE;
  event = event_new (transport, EVENT_MESSAGE, text, length < 0 ? strlen (text) : (gsize)length);
  fault = choose_fault (transport, &delay_ns);
  transport->inbound_ns = MAX (transport->inbound_ns, now_of (transport) + transport->latency_ns);
  if (fault != PST_FAULT_N)
    transport->n_faults[fault]++;
  if (fault == PST_FAULT_DELAY)
    transport->inbound_ns += delay_ns;
  if (fault == PST_FAULT_DROP || (fault == PST_FAULT_CORRUPT && !corrupt (transport, event->text)))
    {
      event_free (event);
      return TRUE;
    }
  if (fault == PST_FAULT_REORDER && transport->held == NULL)
    {
      transport->held = event;
      return TRUE;
    }
  if (fault == PST_FAULT_CUT)
    {
      event->kind = EVENT_HUNG_UP;
      g_string_assign (event->text, "cut in the middle of a message");
    }
  event->cut = fault == PST_FAULT_CUT_AFTER;
  copy = g_string_new_len (event->text->str, (gssize)event->text->len);
  send_on (transport, event);
  if (fault == PST_FAULT_DUPLICATE)
    send_on (transport, event_new (transport, EVENT_MESSAGE, copy->str, copy->len));
  return TRUE;
}

/**
 * pst_simulated_transport_hang_up:
 * @transport: the transport
 * @code: the close code, RFC 6455 section 7.4; 0 to cut the connection without a word
 * @text: (nullable): the reason
 *
 * Has the venue end the connection, behind what it said before.
 */
void
pst_simulated_transport_hang_up (PstSimulatedTransport *transport, guint code, const char *text)
{
  Event *event;

  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport));

  if (pst_transport_get_state (PST_TRANSPORT (transport)) == PST_TRANSPORT_CLOSED)
    return;
  event = event_new (transport, EVENT_HUNG_UP, text, text != NULL ? strlen (text) : 0);
  event->code = code;
  transport->inbound_ns = MAX (transport->inbound_ns, now_of (transport) + transport->latency_ns);
  schedule (event, transport->inbound_ns);
}

/**
 * pst_simulated_transport_refuse_opens:
 * @transport: the transport
 * @n_opens: how many
 * @http_status: the status of the refusal (429, 503 ...); 0: nobody listens
 *
 * Has the next connections refused.
 */
void
pst_simulated_transport_refuse_opens (PstSimulatedTransport *transport, guint n_opens, guint http_status)
{
  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport));

  transport->n_refused = n_opens;
  transport->refused_status = http_status;
}

/**
 * pst_simulated_transport_ignore_opens:
 * @transport: the transport
 * @n_opens: how many
 *
 * Has the next connections left without an answer, so that the transport's time limit ends them.
 */
void
pst_simulated_transport_ignore_opens (PstSimulatedTransport *transport, guint n_opens)
{
  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport));

  transport->n_ignored = n_opens;
}

/**
 * pst_simulated_transport_fault_message:
 * @transport: the transport
 * @nth: which of the venue's messages, from 1 for the next
 * @fault: what happens to it
 * @delay_ns: how long %PST_FAULT_DELAY takes, in nanoseconds
 *
 * Plans a fault of one message to the session.
 */
void
pst_simulated_transport_fault_message (PstSimulatedTransport *transport, guint nth, PstFault fault, gint64 delay_ns)
{
  Plan plan = { .fault = fault, .delay_ns = delay_ns };

  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport) && nth > 0 && fault < PST_FAULT_N && delay_ns >= 0);

  plan.nth = transport->n_pushed + nth;
  g_array_append_val (transport->message_plans, plan);
}

/**
 * pst_simulated_transport_fault_sent:
 * @transport: the transport
 * @nth: which of the session's messages, from 1 for the next
 * @fault: %PST_FAULT_DROP, %PST_FAULT_CUT or %PST_FAULT_CUT_AFTER
 *
 * Plans a fault of one message to the venue.
 */
void
pst_simulated_transport_fault_sent (PstSimulatedTransport *transport, guint nth, PstFault fault)
{
  Plan plan = { .fault = fault };

  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport) && nth > 0);
  g_return_if_fail (fault == PST_FAULT_DROP || fault == PST_FAULT_CUT || fault == PST_FAULT_CUT_AFTER);

  plan.nth = transport->n_sent + nth;
  g_array_append_val (transport->sent_plans, plan);
}

/**
 * pst_simulated_transport_set_fault_rates:
 * @transport: the transport
 * @per_mille: (array fixed-size=7): of each fault, how many of 1,000 messages to the session have it; 1,000 in all at most
 * @delay_max_ns: longest delay, in nanoseconds
 *
 * Has faults happen by lot.
 */
void
pst_simulated_transport_set_fault_rates (PstSimulatedTransport *transport, const guint per_mille[PST_FAULT_N], gint64 delay_max_ns)
{
  guint sum = 0;

  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport) && delay_max_ns >= 0);

  for (guint i = 0; i < PST_FAULT_N; i++)
    sum += transport->per_mille[i] = per_mille[i];
  g_assert_cmpuint (sum, <=, 1000);
  transport->delay_max_ns = delay_max_ns;
}

/**
 * pst_simulated_transport_fault_request:
 * @transport: the transport
 * @outcome: what becomes of the next request that has no plan yet
 * @status: the HTTP status of %PST_HTTP_ANSWERED (429, 503 ...)
 * @carried_out: whether the venue carries it out all the same; only with %PST_HTTP_TIMED_OUT and %PST_HTTP_LOST
 *
 * Plans the outcome of an HTTP request. Plans are used in order.
 */
void
pst_simulated_transport_fault_request (PstSimulatedTransport *transport, PstHttpOutcome outcome, guint status, gboolean carried_out)
{
  Plan plan = { .outcome = outcome, .status = status, .carried_out = carried_out };

  g_return_if_fail (PST_IS_SIMULATED_TRANSPORT (transport));
  g_return_if_fail (!carried_out || outcome == PST_HTTP_TIMED_OUT || outcome == PST_HTTP_LOST);

  g_array_append_val (transport->request_plans, plan);
}

/**
 * pst_simulated_transport_get_n_faults:
 * @transport: the transport
 * @fault: a fault
 *
 * Counts what went wrong, in both directions.
 *
 * Returns: how many messages had this fault
 */
guint64
pst_simulated_transport_get_n_faults (PstSimulatedTransport *transport, PstFault fault)
{
  g_return_val_if_fail (PST_IS_SIMULATED_TRANSPORT (transport) && fault < PST_FAULT_N, 0);

  return transport->n_faults[fault];
}
