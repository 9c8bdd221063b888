/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run's audit chain: turns the records that pass the recorder into audit events, and hangs each event on the one before. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Facts about orders that wait for the end of the tick; one more and they are told at once. */
#define PST_AUDIT_WAITING_MAX 256

/**
 * PstAuditLevel:
 * @PST_AUDIT_OFF: no chain
 * @PST_AUDIT_STATE: the run, trading states, alerts, what components do of their own accord
 * @PST_AUDIT_ORDERS: also every order that is sent, denied or refused
 *
 * What goes into the chain.
 */
typedef enum
{
  PST_AUDIT_OFF,
  PST_AUDIT_STATE,
  PST_AUDIT_ORDERS,
} PstAuditLevel;

/* When the event of a record is told. */
typedef enum
{
  PST_AUDIT_NEVER,
  PST_AUDIT_BEFORE, /* ahead of the record, behind which nothing may stand */
  PST_AUDIT_AFTER,
  PST_AUDIT_WAIT, /* at the end of the tick: an order does not wait for hashes */
} PstAuditTurn;

/**
 * PstAuditTrail:
 *
 * Used on the run's context.
 */
typedef struct _PstAuditTrail PstAuditTrail;

PstAuditTrail *pst_audit_trail_new (PstAuditLevel level, const char *user_id, const char *run_id);
void pst_audit_trail_free (PstAuditTrail *trail);
/* Learns names and scales from the record, and says when its event is told. */
PstAuditTurn pst_audit_trail_weigh (PstAuditTrail *trail, const PstRecord *fact);
/* The event of a record that was weighed as one. @failing: the run is halted by a store's failure, not by a person. */
void pst_audit_trail_make_event (PstAuditTrail *trail, const PstRecord *fact, gboolean failing, PstRecord *event);
/* Numbers and hashes an AUDIT record that has its sequence number and time. */
void pst_audit_trail_seal (PstAuditTrail *trail, PstRecord *event);
/* Goes on behind an AUDIT record of an earlier part of the run. */
void pst_audit_trail_restore (PstAuditTrail *trail, const PstRecord *event);
const PstAuditHead *pst_audit_trail_get_head (const PstAuditTrail *trail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstAuditTrail, pst_audit_trail_free)

G_END_DECLS
