/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Market data for tests: the recordings beside the source tree, and what is made on the spot. */
#pragma once

#include "test-command.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): a file or folder of the recordings, "market-data/..." or "golden/..."; %NULL, and the test skipped with a reason, when
 * it is not there. */
char *test_recording (const char *name);

/* A file of a test's folder, packed as its name ends: .gz, .zst, .zip (one member, NAME.csv), or not at all. */
void test_write_packed (const TestFolder *folder, const char *name, const char *text);
/* (transfer full): the text of a .zst file. */
char *test_read_zstd (const char *path);

G_END_DECLS
