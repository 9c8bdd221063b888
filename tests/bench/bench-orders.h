/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run whose ticks are full of orders, told to a store of the ledger as the engine tells them. */
#pragma once

#include "pst-sql.h"

#include <penstock-check.h>

G_BEGIN_DECLS

typedef struct
{
  PstHarness *harness;
  PstStore *store;
  PstSqlLedger *ledger; /* (nullable): makes batches that no store takes */
  GPtrArray *records;   /* the beginning */
  guint64 sequence;
  guint64 n_orders;
  guint64 n_ticks;
  gint64 time_ns;
} BenchOrders;

/* Ends the program with what went wrong. */
void bench_must (gboolean done, const GError *error);
/* A run in its middle: created, its component and instrument told, RUNNING. @place: a path or a URI. */
void bench_orders_begin (BenchOrders *orders, const char *place, const char *user);
/* One tick: @n_orders that are asked for, its valuation, its commit. @deny: each is refused at once, so that none stays open. */
void bench_orders_tick (BenchOrders *orders, guint n_orders, gboolean deny);
/* All that was told is in the ledger. */
void bench_orders_drain (BenchOrders *orders);
void bench_orders_end (BenchOrders *orders);

/* (transfer full): where a server's database is found. */
char *bench_orders_make_uri (PstCheckPostgres *server, const char *database);

/* CPU time so far, seconds: of this process; of its threads of this name; of a server's sessions in this database. */
double bench_cpu (void);
double bench_cpu_of_threads (const char *name);
double bench_cpu_of_sessions (PstCheckPostgres *server, const char *database);

G_END_DECLS
