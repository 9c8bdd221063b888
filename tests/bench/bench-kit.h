/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the benchmarks share: a clock, medians, a seeded walk, a feed from memory, components by plugin id. */
#pragma once

#include "engine/pst-run.h"
#include "host/pst-catalogue.h"

G_BEGIN_DECLS

double bench_seconds (void);
/* Median of @n_values; reorders them. */
double bench_median (double *values, guint n_values);
/* Peak resident memory of this process so far. */
double bench_peak_mib (void);
/* (transfer full): a walk of @n_bars minute bars at price scale 2 and size scale 0 from a fixed seed. */
PstBar *bench_make_bars (guint n_bars);
/* Writes them as "time,open,high,low,close,volume" with seconds since the epoch. */
void bench_write_csv (const PstBar *bars, guint n_bars, const char *path);
/* (transfer full): a component of a loaded plugin with options "name", "value", ..., NULL. Ends the program when it cannot be made. */
PstComponent *bench_component (PstCatalogue *catalogue, const char *plugin_id, ...) G_GNUC_NULL_TERMINATED;

#define BENCH_TYPE_FEED (bench_feed_get_type ())
G_DECLARE_FINAL_TYPE (BenchFeed, bench_feed, BENCH, FEED, PstExchange)
/* A feed over @bars, which must outlive it: one instrument, one bar a frame, @block frames an emission. */
PstComponent *bench_feed_new (const PstBar *bars, guint n_bars, guint block);

G_END_DECLS
