/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registry says RUNNING from before a run's first record until after its last, so a crash may have come before, within or behind what the run
 * did. The journal knows. */

#include "pst-host-past.h"

#include <string.h>

typedef struct
{
  const PstHostEntry *entry;
  PstHostView *view;
  gboolean is_ours; /* a journal may hold runs of before */
  PstRunRecord run; /* its last */
} Reading;

static gboolean
take (const PstRecord *record, gpointer user_data, GError **error)
{
  Reading *reading = user_data;

  if (record->kind == PST_RECORD_RUN && record->run.state == PST_RUN_STATE_CREATED)
    reading->is_ours = strcmp (record->run.user_id, reading->entry->user) == 0 && strcmp (record->run.run_id, reading->entry->run_id) == 0;
  if (!reading->is_ours)
    return TRUE;
  if (record->kind == PST_RECORD_RUN)
    reading->run = record->run;
  pst_host_view_take (reading->view, record);
  return TRUE;
}

/* The first store that can be read back. */
static gboolean
read_journal (PstRun *built, Reading *reading, GError **error)
{
  for (guint i = 0; i < pst_run_get_n_components (built); i++)
    {
      PstComponent *component = pst_run_get_component (built, i);

      if (!PST_IS_STORE (component) || !pst_store_can_replay (PST_STORE (component)))
        continue;
      if (pst_store_replay (PST_STORE (component), take, reading, NULL, error))
        return TRUE;
      g_prefix_error (error, "[store %s]: ", pst_component_get_name (component));
      return FALSE;
    }
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the pipeline has no journal, which alone tells how the run could go on");
  return FALSE;
}

static void
conclude (PstHostPast *past, const PstHostEntry *entry, const PstRunRecord *run)
{
  gboolean stop = entry->on_restart == PST_ON_RESTART_STOP;

  past->has_ended = run->state == PST_RUN_STATE_STOPPED || run->state == PST_RUN_STATE_ERROR || (run->state == 0 && stop);
  past->state = run->state == PST_RUN_STATE_ERROR ? PST_RUN_STATE_ERROR : PST_RUN_STATE_STOPPED;
  g_strlcpy (past->reason, run->state != 0 ? run->reason : "the host crashed before the run began", sizeof past->reason);
  if (!past->has_ended && run->state != 0)
    past->resume = stop ? PST_RESUME_STOP : PST_RESUME_CONTINUE;
}

/**
 * pst_host_past_read:
 * @past: (out caller-allocates): what is to become of the run
 * @entry: how the registry has it: RUNNING
 * @catalogue: where plugins are found
 * @view: where to tell what it did
 * @error: return location
 *
 * Reads back what a run did before its host crashed. On the run's thread; blocks on the disk.
 *
 * Returns: %FALSE when that cannot be known
 */
gboolean
pst_host_past_read (PstHostPast *past, const PstHostEntry *entry, PstCatalogue *catalogue, PstHostView *view, GError **error)
{
  Reading reading = { .entry = entry, .view = view };
  g_autoptr (PstRun) built = pst_host_source_build (entry->source, catalogue, entry->user, entry->run_id, PST_RESUME_CONTINUE, error);

  *past = (PstHostPast){ 0 };
  if (built == NULL || !read_journal (built, &reading, error))
    return FALSE;
  conclude (past, entry, &reading.run);
  return TRUE;
}
