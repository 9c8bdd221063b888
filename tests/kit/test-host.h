/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's parts inside of a test program: plugins of the build, runs from pipeline text, journals read back. */
#pragma once

#include "engine/pst-run.h"

G_BEGIN_DECLS

/* (transfer full): the run that a pipeline file @path with @text would make. */
PstRun *test_host_build (const char *text, const char *path);
/* (transfer full) (element-type PstRecord): a journal's records. */
GPtrArray *test_host_read_journal (const char *path);
/* (transfer full): the dump of a ledger that is made from records alone, in a new file @path. */
char *test_host_rebuild_ledger (GPtrArray *records, const char *path);

G_END_DECLS
