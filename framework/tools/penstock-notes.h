/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names a run's notes of one kind on the error stream, also when no store keeps them: refused rows of market data, lost connections. */
#pragma once

#include "penstock-progress.h"

G_BEGIN_DECLS

#define PENSTOCK_TYPE_NOTES (penstock_notes_get_type ())
G_DECLARE_FINAL_TYPE (PenstockNotes, penstock_notes, PENSTOCK, NOTES, PstService)

/* (transfer full): a service to add to a run. @name: of the notes, static. @progress: (nullable): makes room. */
PstComponent *penstock_notes_new (const char *name, PenstockProgress *progress);

G_END_DECLS
