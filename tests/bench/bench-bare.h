/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger's statements by the database's own interface: what the store is measured against. */
#pragma once

#include "pst-sql-batch.h"

G_BEGIN_DECLS

typedef struct _BenchBare BenchBare;

/* @place: of a ledger that is there: a path, or the URI of a server's database. */
BenchBare *bench_bare_open (const char *place);
/* One transaction, the statements that the store would execute on the same texts. */
void bench_bare_write (BenchBare *bare, const PstSqlBatch *batch);
void bench_bare_close (BenchBare *bare);

G_END_DECLS
