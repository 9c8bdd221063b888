/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file in memory that fails where the test says: the Nth operation with an error, a write torn after some bytes, a power cut that
 * loses what was not synced. To test a store, run its work once to count operations, then fail each in turn. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_SIMULATED_FILE (pst_simulated_file_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstSimulatedFile, pst_simulated_file, PST, SIMULATED_FILE, PstFile)

PST_API PstSimulatedFile *pst_simulated_file_new (void);
PST_API PstSimulatedFile *pst_simulated_file_new_from_bytes (const guint8 *bytes, gsize length);
/* The @nth operation from now (1: the next) fails with @code; nothing of it happens. Operations are append, sync, read and truncate. */
PST_API void pst_simulated_file_fail_nth (PstSimulatedFile *file, guint nth, PstStoreError code);
/* The @nth operation from now, when it is an append, writes only @n_kept bytes and then fails with @code. */
PST_API void pst_simulated_file_tear_nth (PstSimulatedFile *file, guint nth, gsize n_kept, PstStoreError code);
/* Appends beyond @n_bytes fail with FULL after writing what fits; 0 lifts the limit. */
PST_API void pst_simulated_file_set_space (PstSimulatedFile *file, guint64 n_bytes);
/* Every operation from now on fails with IO, as when the process was killed; what was appended stays. */
PST_API void pst_simulated_file_kill (PstSimulatedFile *file);
/* The same, and what was not synced is lost but for its first @n_kept bytes. */
PST_API void pst_simulated_file_cut_power (PstSimulatedFile *file, gsize n_kept);
/* (transfer full): another file with what is on the disk now and no faults; @file itself is killed. */
PST_API PstSimulatedFile *pst_simulated_file_reopen (PstSimulatedFile *file);
PST_API void pst_simulated_file_flip (PstSimulatedFile *file, guint64 offset, guint8 mask);
PST_API guint pst_simulated_file_get_n_operations (PstSimulatedFile *file);
PST_API guint pst_simulated_file_get_n_syncs (PstSimulatedFile *file);
PST_API const guint8 *pst_simulated_file_get_bytes (PstSimulatedFile *file, gsize *length);

G_END_DECLS
