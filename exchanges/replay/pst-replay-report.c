/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and counts of bad rows. Findings wait here because files are read ahead, and before the run can take notes. */
#include "pst-replay-report.h"

typedef struct
{
  char *file;
  PstReplayBad bad;
  gboolean rejected;
} Finding;

struct _PstReplayReport
{
  guint named_max;
  guint n_named;
  guint64 n_rejected;
  guint64 n_notices;
  guint64 counts[PST_REPLAY_N_REASONS];
  GQueue waiting; /* Finding */
};

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  g_free (finding->file);
  g_free (finding);
}

PstReplayReport *
pst_replay_report_new (guint named_max)
{
  PstReplayReport *self = g_new0 (PstReplayReport, 1);

  self->named_max = named_max;
  g_queue_init (&self->waiting);
  return self;
}

void
pst_replay_report_free (PstReplayReport *self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->waiting, finding_free);
  g_free (self);
}

void
pst_replay_report_set_named_max (PstReplayReport *self, guint named_max)
{
  self->named_max = named_max;
}

char *
pst_replay_report_sentence (const char *file, const PstReplayBad *bad)
{
  /* Of rows that were merged in memory the line is not kept. */
  if (bad->line == 0)
    return g_strdup_printf ("%s: %s \"%s\" %s", file, bad->field != NULL ? bad->field : "row", bad->text,
                            pst_replay_reason_to_sentence (bad->reason));
  return g_strdup_printf ("%s:%" G_GUINT64_FORMAT ":%u: %s \"%s\" %s", file, bad->line, bad->column, bad->field != NULL ? bad->field : "row",
                          bad->text, pst_replay_reason_to_sentence (bad->reason));
}

static void
name (PstReplayReport *self, const char *file, const PstReplayBad *bad, gboolean rejected)
{
  Finding *finding;

  if (self->n_named >= self->named_max)
    return;
  self->n_named++;
  finding = g_new (Finding, 1);
  *finding = (Finding){ g_strdup (file), *bad, rejected };
  g_queue_push_tail (&self->waiting, finding);
}

void
pst_replay_report_reject (PstReplayReport *self, const char *file, const PstReplayBad *bad)
{
  self->n_rejected++;
  self->counts[bad->reason]++;
  name (self, file, bad, TRUE);
}

void
pst_replay_report_notice (PstReplayReport *self, const char *file, const PstReplayBad *bad)
{
  self->n_notices++;
  name (self, file, bad, FALSE);
}

guint64
pst_replay_report_get_n_rejected (const PstReplayReport *self)
{
  return self->n_rejected;
}

guint64
pst_replay_report_get_count (const PstReplayReport *self, PstReplayReason reason)
{
  return self->counts[reason];
}

guint64
pst_replay_report_get_n_notices (const PstReplayReport *self)
{
  return self->n_notices;
}

char *
pst_replay_report_summary (const PstReplayReport *self)
{
  g_autoptr (GString) text = NULL;
  gboolean first = TRUE;

  if (self->n_rejected == 0)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " %s rejected: ", self->n_rejected, self->n_rejected == 1 ? "row" : "rows");
  for (guint i = 0; i < PST_REPLAY_N_REASONS; i++)
    if (self->counts[i] > 0)
      {
        g_string_append_printf (text, "%s%s %" G_GUINT64_FORMAT, first ? "" : ", ", pst_replay_reason_to_word (i), self->counts[i]);
        first = FALSE;
      }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
pst_replay_report_take_bad (PstReplayReport *self, PstReplayBad *bad, gboolean *rejected)
{
  Finding *finding = g_queue_pop_head (&self->waiting);
  char *file;

  if (finding == NULL)
    return NULL;
  file = g_steal_pointer (&finding->file);
  *bad = finding->bad;
  *rejected = finding->rejected;
  finding_free (finding);
  return file;
}

char *
pst_replay_report_take (PstReplayReport *self, gboolean *rejected)
{
  PstReplayBad bad;
  g_autofree char *file = pst_replay_report_take_bad (self, &bad, rejected);

  return file != NULL ? pst_replay_report_sentence (file, &bad) : NULL;
}
