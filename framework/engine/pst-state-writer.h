/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes the run's state file: at once where it must be safe, or on a thread of its own where the run must not wait. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct _PstStateWriter PstStateWriter;

PstStateWriter *pst_state_writer_new (void);
/* Waits for what is being written; what still waits is written too. */
void pst_state_writer_free (PstStateWriter *writer);
/* @file: (transfer full): saved soon; takes the place of one that still waits. */
void pst_state_writer_put (PstStateWriter *writer, PstStateFile *file);
/* Saves at once; what waited is older and is dropped. */
gboolean pst_state_writer_save (PstStateWriter *writer, PstStateFile *file, GError **error);
/* (transfer full) (nullable): the first failure of the thread since the last call. */
GError *pst_state_writer_take_error (PstStateWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstStateWriter, pst_state_writer_free)

G_END_DECLS
