/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a view keeps; shared by its own files only: pst-host-view.c takes records, pst-host-view-list.c tells what they say. */
#pragma once

#include "pst-host-ring.h"
#include "pst-host-view.h"

G_BEGIN_DECLS

typedef struct
{
  GParamSpec *option;
  char *value; /* NULL: not to be shown */
} PstHostOption;

typedef struct
{
  const char *name, *plugin; /* interned */
  PstComponentKind kind;
  GPtrArray *options; /* PstHostOption */
  char **actions;     /* what an operator may have it do */
  guint64 n_denied;   /* of a guard */
  PstVerdict denial;  /* the last */
  gint64 denied_ns;
  GHashTable *state; /* key to value, both owned: what it remembers */
  guint64 state_number;
  gint64 state_ns;
  PstStoreStatus status; /* of a store */
} PstHostComponent;

/* @key: index of the strategy in the high half, of the instrument in the low. */
typedef struct
{
  gint64 key;
  PstPosition position;
} PstHostPosition;

typedef struct
{
  gint64 time_ns;
  PstTickRecord tick;
} PstHostPoint;

typedef struct
{
  gint64 time_ns;
  PstAlertRecord alert;
} PstHostAlert;

/* What became of a change of an option that was asked for. */
typedef struct
{
  guint64 number;
  char *refusal; /* NULL: it was made */
} PstHostChange;

struct _PstHostView
{
  GMutex lock;
  GCond changed;
  GPtrArray *components; /* PstHostComponent, by index */
  GArray *instruments;   /* PstInstrumentRecord, by index */
  GHashTable *orders;    /* id to PstOrder */
  guint n_open;
  PstHostRing closed;    /* guint64: ids of orders that are final, in the order in which they became so */
  PstHostRing fills;     /* PstFill */
  PstHostRing points;    /* PstHostPoint */
  PstHostRing alerts;    /* PstHostAlert */
  GHashTable *positions; /* PstHostPosition */
  PstRunRecord run;
  gint64 last_ns;
  guint64 n_records, n_orders, n_denied, n_rejected;
  PstTradingState trading;
  PstTradingStateRecord trading_record; /* the last change */
  gint64 trading_ns;
  guint64 n_changes_asked, n_changes_taken;
  GQueue changes; /* PstHostChange: the newest */
};

G_END_DECLS
