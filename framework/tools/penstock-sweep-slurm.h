/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sweeps on a cluster. */
#pragma once

#include "penstock-sweep.h"

G_BEGIN_DECLS

/* Tries what is not done yet in tasks of an array job, waits for them, merges what they did. Errors: PST_RUN_ERROR_COMPONENT, G_IO_ERROR_CANCELLED, a
 * PST_STORE_ERROR; what was done until then is in @file. */
gboolean penstock_sweep_slurm (PenstockSweep *sweep, PstSweepFile *file, GError **error);

G_END_DECLS
