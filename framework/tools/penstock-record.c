/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock record: a venue's live session, written down as it happens. It is a paper run of that one venue, whose own option does the writing, so
 * that a recording holds what the venue's session did and nothing else: it plays back through the same code. */

#include "penstock-alerts.h"
#include "penstock-interrupt.h"
#include "penstock-notes.h"
#include "penstock-verb.h"

#include "../host/pst-pipeline-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define REDRAW_US (G_USEC_PER_SEC / 4)

typedef struct
{
  char *exchange;
  char **assignments;
  char *output;
  char *duration;
  char *size;
  gboolean quiet;
} RecordOptions;

typedef struct
{
  const RecordOptions *options;
  PenstockProgress progress; /* only to make room for alerts */
  gint64 duration_ns;        /* 0: until it is stopped */
  guint64 size_max;          /* 0: any */
  gint64 start_ns;           /* G_MININT64 before the first look */
  gint64 now_ns;
  guint64 size;
  PstFeedCounts counts;
} Recording;

static guint64
get_size (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 ? (guint64)info.st_size : 0;
}

static void
append_state (GString *line, const Recording *recording)
{
  g_autofree char *size = g_format_size (recording->size);
  gint64 seconds = (recording->now_ns - recording->start_ns) / PST_NS_PER_SECOND;

  g_string_append_printf (line, "%s: %" G_GUINT64_FORMAT " messages, %s in %" G_GINT64_FORMAT ":%02d:%02d", recording->options->output,
                          recording->counts.n_rows, size, seconds / 3600, (int)(seconds / 60 % 60), (int)(seconds % 60));
  if (recording->counts.n_rejected > 0)
    g_string_append_printf (line, ", %" G_GUINT64_FORMAT " not understood", recording->counts.n_rejected);
}

static void
draw (Recording *recording)
{
  PenstockProgress *progress = &recording->progress;
  gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GString) line = NULL;

  if (!progress->enabled || now_us - progress->shown_us < REDRAW_US)
    return;
  progress->shown_us = now_us;
  progress->drawn = TRUE;
  line = g_string_new ("\r\033[K");
  append_state (line, recording);
  g_printerr ("%s", line->str);
}

/* Called now and then also while nothing comes. */
static void
on_progress (PstRun *run, const PstFeedCounts *counts, double fraction, gint64 time_ns, gpointer user_data)
{
  Recording *recording = user_data;

  if (recording->start_ns == G_MININT64)
    recording->start_ns = time_ns;
  recording->now_ns = time_ns;
  recording->counts = *counts;
  recording->size = get_size (recording->options->output);
  draw (recording);
  if (recording->duration_ns > 0 && time_ns - recording->start_ns >= recording->duration_ns)
    pst_run_control_stop (PST_RUN_CONTROL (run), "the duration is over", NULL);
  else if (recording->size_max > 0 && recording->size >= recording->size_max)
    pst_run_control_stop (PST_RUN_CONTROL (run), "the size is reached", NULL);
}

/* "500M", "2G"; in powers of 1000 as disks are sold. */
static gboolean
parse_size (const char *text, guint64 *size)
{
  static const char units[] = "kMGT";
  gsize n = strspn (text, "0123456789");
  g_autofree char *digits = g_strndup (text, n);
  const char *unit = text[n] != '\0' ? strchr (units, text[n] == 'K' ? 'k' : text[n]) : NULL;
  guint64 factor = 1;

  if (!g_ascii_string_to_unsigned (digits, 10, 1, G_MAXINT64, size, NULL) || (text[n] != '\0' && (unit == NULL || text[n + 1] != '\0')))
    return FALSE;
  for (const char *u = units; unit != NULL && u <= unit; u++)
    factor *= 1000;
  return g_uint64_checked_mul (size, *size, factor);
}

static gboolean
check_options (const PenstockVerb *verb, const RecordOptions *options, Recording *recording)
{
  g_autoptr (GError) error = NULL;

  *recording = (Recording){ .options = options, .start_ns = G_MININT64 };
  if (options->exchange == NULL || options->output == NULL)
    g_printerr ("penstock %s: --exchange and --output are needed; penstock %s --help tells more\n", verb->name, verb->name);
  else if (options->duration != NULL && (!pst_duration_parse (options->duration, &recording->duration_ns, &error) || recording->duration_ns <= 0))
    g_printerr ("penstock %s: --duration \"%s\": %s\n", verb->name, options->duration, error != NULL ? error->message : "it must be above 0");
  else if (options->size != NULL && !parse_size (options->size, &recording->size_max))
    g_printerr ("penstock %s: --max-size \"%s\" is no size; write 500M or 2G\n", verb->name, options->size);
  else if (g_file_test (options->output, G_FILE_TEST_EXISTS))
    g_printerr ("penstock %s: \"%s\" is there already; name a file that is not, or remove it\n", verb->name, options->output);
  else
    return TRUE;
  return FALSE;
}

/* Whether the plugin is a venue's, which can record. */
static gboolean
check_exchange (const char *id, PstCatalogue *catalogue, GError **error)
{
  PstPlugin *plugin = pst_catalogue_load (catalogue, id, PST_COMPONENT_KIND_EXCHANGE, error);

  if (plugin == NULL)
    return FALSE;
  if (g_type_is_a (plugin->type, PST_TYPE_VENUE))
    return TRUE;
  g_set_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID,
               "plugin \"%s\" is no venue with a connection, so there is nothing to record; \"penstock plugins\" lists others", id);
  return FALSE;
}

static gboolean
override (PstPipelineFile *file, const char *exchange, const char *assignment, GError **error)
{
  g_autofree char *whole = g_strconcat (exchange, ".", assignment, NULL);

  return pst_pipeline_file_override (file, whole, error);
}

static PstRun *
build (const RecordOptions *options, PstCatalogue *catalogue, GError **error)
{
  g_autofree char *text
      = g_strdup_printf ("[pipeline]\nname=record\nmode=paper\nguards=none\n[exchange %s]\nplugin=%s\n", options->exchange, options->exchange);
  g_autofree char *record = g_strconcat ("record=", options->output, NULL);
  g_autoptr (PstPipelineFile) file = NULL;

  if (!check_exchange (options->exchange, catalogue, error))
    return NULL;
  file = pst_pipeline_file_new_from_data (text, -1, "record", error);
  if (file == NULL || !override (file, options->exchange, record, error))
    return NULL;
  for (gsize i = 0; options->assignments != NULL && options->assignments[i] != NULL; i++)
    if (!override (file, options->exchange, options->assignments[i], error))
      return NULL;
  return pst_pipeline_file_build (file, catalogue, error);
}

static void
tell_end (const Recording *recording)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (recording->options->quiet)
    return;
  append_state (line, recording);
  g_print ("%s\nIt plays back with plugin=%s and capture=%s.\n", line->str, recording->options->exchange, recording->options->output);
}

static int
execute (const PenstockVerb *verb, PstRun *run, Recording *recording)
{
  g_autoptr (PstComponent) losses = penstock_notes_new ("CONNECTION_LOST", &recording->progress);
  g_autoptr (PenstockInterrupt) interrupt = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ended;

  penstock_progress_init (&recording->progress, !recording->options->quiet);
  if (!pst_run_add (run, losses, "penstock", "connection", &error) || !pst_run_prepare (run, &error))
    return penstock_verb_fail (verb, error);
  pst_run_set_progress (run, on_progress, recording);
  penstock_alerts_watch (run, &recording->progress);
  interrupt = penstock_interrupt_new (run);
  ended = pst_run_execute (run, &error);
  penstock_progress_end (&recording->progress);
  penstock_alerts_unwatch (run, &recording->progress);
  pst_run_set_progress (run, NULL, NULL);
  if (!ended)
    return penstock_verb_fail (verb, error);
  {
    double ignored;

    pst_exchange_get_progress (PST_EXCHANGE (pst_run_get_component (run, 0)), &recording->counts, &ignored);
  }
  recording->size = get_size (recording->options->output);
  if (recording->counts.n_rows == 0)
    {
      g_printerr ("penstock %s: the venue said nothing; \"%s\" has no message\n", verb->name, recording->options->output);
      return penstock_interrupt_was_caught (interrupt) ? PST_EXIT_INTERRUPTED : PST_EXIT_DATA;
    }
  tell_end (recording);
  return penstock_interrupt_was_caught (interrupt) ? PST_EXIT_INTERRUPTED : PST_EXIT_OK;
}

static int
run_record (const PenstockVerb *verb, int argc, char **argv)
{
  RecordOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "exchange", 'e', 0, G_OPTION_ARG_STRING, &options.exchange, "Plugin of the venue", "PLUGIN" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.assignments, "Set an option of the venue; instruments is needed", "OPTION=VALUE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "File to write, which must not exist", "FILE" },
    { "duration", 0, 0, G_OPTION_ARG_STRING, &options.duration, "End after this time, such as 90s, 10m or 8h", "TIME" },
    { "max-size", 0, 0, G_OPTION_ARG_STRING, &options.size, "End when the file has this size, such as 500M or 2G", "SIZE" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "Print errors and alerts only", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (PstRun) run = NULL;
  Recording recording;
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 0, 0, &exit_code))
    ; /* said already */
  else if (!check_options (verb, &options, &recording))
    exit_code = PST_EXIT_USAGE;
  else
    {
      catalogue = penstock_catalogue_open ();
      run = build (&options, catalogue, &error);
      exit_code = run != NULL ? execute (verb, run, &recording) : penstock_verb_fail (verb, error);
    }
  g_strfreev (options.assignments);
  g_free (options.exchange);
  g_free (options.output);
  g_free (options.duration);
  g_free (options.size);
  return exit_code;
}

const PenstockVerb penstock_verb_record = {
  "record",
  "--exchange PLUGIN --set instruments=BTC/USD;ETH/USD --output FILE",
  "Record a venue's live session",
  "Writes every connection, message and answer of the venue, and what was sent to it, as they happen. The file plays back\n"
  "with the venue's own plugin and its option capture. Ctrl-C ends the recording in order; the exit code is then 130.\n"
  "To record while a pipeline runs, set the venue's option record instead.",
  run_record,
};
