/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network and a venue in memory, for tests of sessions: a peer that the test plays, and every fault that a network has. All of it happens on
 * the simulated clock and by one seed: the same seed and inputs give the same messages at the same times.
 *
 *   g_autoptr (PstSimulatedTransport) wire = pst_simulated_transport_new (clock, seed);
 *   pst_simulated_transport_set_peer (wire, &(PstSimulatedPeer){ .on_sent = answer_subscribe }, test);
 *   pst_simulated_transport_fault_message (wire, 3, PST_FAULT_DROP, 0);
 *
 * The connection behaves as TCP does unless a fault says otherwise: in order, whole, once. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstFault:
 * @PST_FAULT_DROP: it never comes
 * @PST_FAULT_DUPLICATE: it comes twice
 * @PST_FAULT_REORDER: it comes behind the next one; never when there is none
 * @PST_FAULT_DELAY: it comes later, and all that follows waits behind it
 * @PST_FAULT_CORRUPT: one digit of it is another; it is dropped when it has none
 * @PST_FAULT_CUT: the connection breaks in its middle: it does not come, nor does what follows
 * @PST_FAULT_CUT_AFTER: it comes, and the connection breaks behind it
 * @PST_FAULT_N: how many there are
 *
 * What can happen to a message.
 */
typedef enum /*< prefix=PST_FAULT >*/
{
  PST_FAULT_DROP,
  PST_FAULT_DUPLICATE,
  PST_FAULT_REORDER,
  PST_FAULT_DELAY,
  PST_FAULT_CORRUPT,
  PST_FAULT_CUT,
  PST_FAULT_CUT_AFTER,
  PST_FAULT_N,
} PstFault;

#define PST_TYPE_SIMULATED_TRANSPORT (pst_simulated_transport_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstSimulatedTransport, pst_simulated_transport, PST, SIMULATED_TRANSPORT, PstTransport)

/**
 * PstSimulatedPeer:
 * @on_opened: (nullable): a connection stands; called just before the session hears it
 * @on_sent: (nullable): a message of the session arrived; @text has a NUL behind it
 * @on_request: (nullable): a request arrived: fill @reply, whose members are borrowed until the function is called again; it is a 404 before
 *
 * What the venue does. It speaks with pst_simulated_transport_push().
 */
typedef struct
{
  void (*on_opened) (PstSimulatedTransport *transport, const char *url, gpointer user_data);
  void (*on_sent) (PstSimulatedTransport *transport, const char *text, gsize length, gpointer user_data);
  void (*on_request) (PstSimulatedTransport *transport, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data);
} PstSimulatedPeer;

/* Each way takes a millisecond at first. */
PST_API PstSimulatedTransport *pst_simulated_transport_new (PstClock *clock, guint64 seed);
PST_API void pst_simulated_transport_set_peer (PstSimulatedTransport *transport, const PstSimulatedPeer *peer, gpointer user_data);
PST_API void pst_simulated_transport_set_latency (PstSimulatedTransport *transport, gint64 latency_ns);

/* The venue says something. FALSE without an open connection: nobody hears it. length < 0: NUL-terminated. */
PST_API gboolean pst_simulated_transport_push (PstSimulatedTransport *transport, const char *text, gssize length);
/* The venue closes, behind what it said: with a close code, or with 0 by cutting the connection. */
PST_API void pst_simulated_transport_hang_up (PstSimulatedTransport *transport, guint code, const char *text);

/* The next @n_opens are refused: by an HTTP status, or with 0 because nobody listens. */
PST_API void pst_simulated_transport_refuse_opens (PstSimulatedTransport *transport, guint n_opens, guint http_status);
/* The next @n_opens get no answer at all. */
PST_API void pst_simulated_transport_ignore_opens (PstSimulatedTransport *transport, guint n_opens);
/* A fault of the @nth message that the venue sends from now on (1: the next). @delay_ns counts for DELAY alone. */
PST_API void pst_simulated_transport_fault_message (PstSimulatedTransport *transport, guint nth, PstFault fault, gint64 delay_ns);
/* The same for what the session sends: DROP, CUT and CUT_AFTER, which loses every answer to a message that arrived. */
PST_API void pst_simulated_transport_fault_sent (PstSimulatedTransport *transport, guint nth, PstFault fault);
/* Faults by lot: how many of 1,000 messages have each; those that the test named come first. Delays are drawn up to @delay_max_ns. */
PST_API void pst_simulated_transport_set_fault_rates (PstSimulatedTransport *transport, const guint per_mille[PST_FAULT_N], gint64 delay_max_ns);
/* The next request not spoken for yet: @outcome ANSWERED gives @status without asking the peer; TIMED_OUT (no answer ever) and LOST come after
 * the peer carried it out, when @carried_out, else before; NOT_SENT and TOO_LARGE never reach it. */
PST_API void pst_simulated_transport_fault_request (PstSimulatedTransport *transport, PstHttpOutcome outcome, guint status, gboolean carried_out);
/* Messages that had a fault, of each kind and in both directions. */
PST_API guint64 pst_simulated_transport_get_n_faults (PstSimulatedTransport *transport, PstFault fault);

G_END_DECLS
