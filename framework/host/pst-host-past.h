/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What became of a run whose host crashed, as its journal tells. */
#pragma once

#include "pst-host-registry.h"
#include "pst-host-view.h"

G_BEGIN_DECLS

/**
 * PstHostPast:
 * @has_ended: whether nothing is left to be done: @state and @reason say how it ended
 * @state: STOPPED or ERROR, when it ended
 * @reason: why, when it ended
 * @resume: how it is to go on, when it has not: %PST_RESUME_NONE when nothing of it ever happened
 *
 * What is to become of a run after a crash.
 */
typedef struct
{
  gboolean has_ended;
  PstRunState state;
  char reason[PST_REASON_SIZE];
  PstResume resume;
} PstHostPast;

/* Reads the journal of @entry's run back into @view. FALSE when it has none, or it cannot be read. On the run's thread. */
gboolean pst_host_past_read (PstHostPast *past, const PstHostEntry *entry, PstCatalogue *catalogue, PstHostView *view, GError **error);

G_END_DECLS
