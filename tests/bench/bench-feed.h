/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue's recorded session in memory, parsed and applied to books again and again. */
#pragma once

#include "bench-kit.h"
#include "sdk/pst-test-frames.h"

G_BEGIN_DECLS

typedef struct _BenchSource BenchSource;

/**
 * BenchSource:
 * @name: the venue
 * @capture: the recording, below ../shared
 * @make: memory of the source
 * @pass: parses and applies every frame once; the number of levels, 0 when a book was wrong
 * @state: of make()
 * @frames: what @pass reads
 */
struct _BenchSource
{
  const char *name;
  const char *capture;
  gpointer (*make) (void);
  guint64 (*pass) (BenchSource *source);
  void (*destroy) (gpointer state);
  gpointer state;
  TestFrames frames;
};

extern BenchSource bench_kraken_v1;
extern BenchSource bench_kraken_v2;
extern BenchSource bench_coinbase;

double bench_core_seconds (void);
/* Another parser over the same bytes: seconds for one pass; below 0 where it is not there or refuses them. */
double bench_json_glib_pass (const TestFrames *frames);
double bench_simdjson_pass (const TestFrames *frames);

G_END_DECLS
