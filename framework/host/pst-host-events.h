/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of events from the threads of runs to the host's context: bounded, coalesced, at a bounded rate. A run's thread never waits for it. */
#pragma once

#include "pst-host-view.h"

G_BEGIN_DECLS

/* One a host. */
typedef struct _PstHostPublisher PstHostPublisher;
/* One a run. */
typedef struct _PstHostFeed PstHostFeed;

/* (transfer full): publishes for @controller, to which no reference is kept, on the thread's default context, whose time @clock tells. @waiting_max:
 * of one run; @per_second: of one run. */
PstHostPublisher *pst_host_publisher_new (PstController *controller, PstClock *clock, guint waiting_max, guint per_second);
PstHostPublisher *pst_host_publisher_ref (PstHostPublisher *publisher);
void pst_host_publisher_unref (PstHostPublisher *publisher);

/* Nothing is published any more, nothing waits. In the publisher's context. */
void pst_host_publisher_close (PstHostPublisher *publisher);

/* (transfer full) */
PstHostFeed *pst_host_feed_new (PstHostPublisher *publisher, const char *user, const char *run_id, PstHostView *view);
PstHostFeed *pst_host_feed_ref (PstHostFeed *feed);
void pst_host_feed_unref (PstHostFeed *feed);
/* Any thread: what clients may want to know of a record; most kinds are passed over. */
void pst_host_feed_take (PstHostFeed *feed, const PstRecord *record);
/* Any thread: an event of the host's own; @detail "a{sv}", a floating one is taken. Never left out. */
void pst_host_feed_tell (PstHostFeed *feed, const char *kind, GVariant *detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostPublisher, pst_host_publisher_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostFeed, pst_host_feed_unref)

G_END_DECLS
