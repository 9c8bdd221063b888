/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The component: options, life, and what each kind of commit means. Bytes are the format's, the reader's and the writer's business. */
#include "pst-journal.h"

#include <string.h>

#define BUFFER_SIZE_DEFAULT (256 * 1024)
#define BUFFER_SIZE_MIN 4096
#define BUFFER_SIZE_MAX (64 * 1024 * 1024)

struct _PstJournal
{
  PstStore parent_instance;

  char *path;
  PstJournalDurability durability;
  PstJournalExisting existing;
  guint buffer_size;

  PstFile *injected;
  PstFile *file;
  char *open_path;
  PstJournalWriter *writer;
  gboolean power;       /* the durability that holds */
  gboolean write_ticks; /* paper and live: each tick leaves the process at once */
  gboolean resuming;    /* the run goes on: its file is continued whatever the option existing says */
  gboolean moved;       /* something was appended since the last sync that is not just a tick's valuation */
};

G_DEFINE_ENUM_TYPE (PstJournalDurability, pst_journal_durability, G_DEFINE_ENUM_VALUE (PST_JOURNAL_DURABILITY_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (PST_JOURNAL_DURABILITY_PROCESS, "process"), G_DEFINE_ENUM_VALUE (PST_JOURNAL_DURABILITY_POWER, "power"))

G_DEFINE_ENUM_TYPE (PstJournalExisting, pst_journal_existing, G_DEFINE_ENUM_VALUE (PST_JOURNAL_EXISTING_REFUSE, "refuse"),
                    G_DEFINE_ENUM_VALUE (PST_JOURNAL_EXISTING_CONTINUE, "continue"))

G_DEFINE_FINAL_TYPE (PstJournal, pst_journal, PST_TYPE_STORE)

PST_DEFINE_PLUGIN ("journal", STORE, PstJournal, pst_journal_get_type)

typedef enum
{
  PROP_PATH = 1,
  PROP_DURABILITY,
  PROP_EXISTING,
  PROP_BUFFER_SIZE,
  N_PROPS
} PstJournalProperty;

/* The path with {run} replaced, when the host left that to us: a run's name is looked for before it is settled. */
static char *
make_path (PstJournal *self, const char *run_id, GError **error)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  g_autoptr (GString) path = NULL;

  if (self->path == NULL || *self->path == '\0')
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                           "the journal has no path; set the option path, for example path=journals/{run}.journal");
      return NULL;
    }
  path = g_string_new (self->path);
  if (strstr (path->str, "{run}") == NULL)
    return g_strdup (path->str);
  if (run_id == NULL && context != NULL)
    run_id = pst_context_get_run (context)->run_id;
  if (run_id == NULL)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "the journal's path \"%s\" needs a run to stand for {run}", self->path);
      return NULL;
    }
  g_string_replace (path, "{run}", run_id, 0);
  return g_strdup (path->str);
}

/* A file to read from: the open one, the test's, or the one at the path; NULL without an error when there is none. */
static PstFile *
open_for_reading (PstJournal *self, const char *run_id, char **path, GError **error)
{
  if (self->file != NULL || self->injected != NULL)
    {
      *path = g_strdup (self->open_path != NULL ? self->open_path : self->path != NULL ? self->path : "(memory)");
      return g_object_ref (self->file != NULL ? self->file : self->injected);
    }
  *path = make_path (self, run_id, error);
  if (*path == NULL || !g_file_test (*path, G_FILE_TEST_EXISTS))
    return NULL;
  return pst_file_open_readonly (*path, error);
}

static gboolean
pst_journal_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PstFile) file = open_for_reading (PST_JOURNAL (store), run_id, &path, &local_error);
  g_autoptr (PstJournalReader) reader = NULL;
  PstRecord record;

  *found = FALSE;
  if (file == NULL)
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  reader = pst_journal_reader_new (file, path);
  switch (pst_journal_reader_next (reader, &record, error))
    {
    case PST_JOURNAL_RECORD:
      *found = record.kind == PST_RECORD_RUN && g_str_equal (record.run.user_id, user_id) && g_str_equal (record.run.run_id, run_id);
      return TRUE;
    case PST_JOURNAL_END:
      return TRUE;
    case PST_JOURNAL_ERROR:
    default:
      return FALSE;
    }
}

static gboolean
pst_journal_replay (PstStore *store, PstRecordFunc func, gpointer user_data, PstStoreScan *scan, GError **error)
{
  PstJournal *self = PST_JOURNAL (store);
  g_autofree char *path = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PstFile) file = NULL;
  g_autoptr (PstJournalReader) reader = NULL;
  PstRecord record;
  PstJournalStatus status;

  if (self->writer != NULL && !pst_journal_writer_flush (self->writer, error))
    return FALSE;
  file = open_for_reading (self, NULL, &path, &local_error);
  if (file == NULL)
    {
      if (local_error == NULL)
        g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "there is no journal \"%s\"; check the path", path);
      else
        g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  reader = pst_journal_reader_new (file, path);
  while ((status = pst_journal_reader_next (reader, &record, error)) == PST_JOURNAL_RECORD)
    {
      if (!func (&record, user_data, &local_error))
        break;
    }
  if (scan != NULL)
    *scan = pst_journal_reader_get_scan (reader);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return status != PST_JOURNAL_ERROR;
}

/* What a file that is to be written holds already. */
typedef struct
{
  PstStoreScan scan;
  PstRunRecord run; /* identity from the first record, state from the last of its kind */
  gboolean has_run;
} PstJournalContents;

static gboolean
read_contents (PstFile *file, const char *path, PstJournalContents *contents, GError **error)
{
  g_autoptr (PstJournalReader) reader = pst_journal_reader_new (file, path);
  PstJournalStatus status;
  PstRecord record;

  while ((status = pst_journal_reader_next (reader, &record, error)) == PST_JOURNAL_RECORD)
    {
      if (record.kind == PST_RECORD_RUN && !contents->has_run)
        {
          contents->run = record.run;
          contents->has_run = TRUE;
        }
      else if (record.kind == PST_RECORD_RUN)
        contents->run.state = record.run.state;
    }
  contents->scan = pst_journal_reader_get_scan (reader);
  return status == PST_JOURNAL_END;
}

static gboolean
holds_run (const PstJournalContents *contents, const char *user_id, const char *run_id)
{
  return contents->has_run && g_str_equal (contents->run.user_id, user_id) && g_str_equal (contents->run.run_id, run_id);
}

static gboolean
has_ended (const PstJournalContents *contents)
{
  return contents->run.state == PST_RUN_STATE_STOPPED || contents->run.state == PST_RUN_STATE_ERROR;
}

static gboolean
pst_journal_resume (PstStore *store, const char *user_id, const char *run_id, guint64 *last_sequence, GError **error)
{
  PstJournal *self = PST_JOURNAL (store);
  g_autofree char *path = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PstFile) file = open_for_reading (self, run_id, &path, &local_error);
  PstJournalContents contents = { 0 };

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (file != NULL && !read_contents (file, path, &contents, error))
    return FALSE;
  if (!holds_run (&contents, user_id, run_id))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "journal \"%s\" keeps no run \"%s\" of user \"%s\" that could go on", path,
                   run_id, user_id);
      return FALSE;
    }
  if (has_ended (&contents))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT,
                   "journal \"%s\": run \"%s\" has ended; a run that ended is never continued: start a new one", path, run_id);
      return FALSE;
    }
  *last_sequence = contents.scan.n_records;
  self->resuming = TRUE;
  return TRUE;
}

static gboolean
check_continuation (PstJournal *self, const PstJournalContents *contents, GError **error)
{
  const PstRunRecord *run = pst_context_get_run (pst_component_get_context (PST_COMPONENT (self)));
  gboolean same = holds_run (contents, run->user_id, run->run_id), ended = has_ended (contents);
  gboolean may = self->resuming || self->existing == PST_JOURNAL_EXISTING_CONTINUE;

  if (may && same && !ended)
    return TRUE;
  if (may && same)
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS,
                 "journal \"%s\" keeps run \"%s\", which has ended; a run that ended is never continued: choose another run-id or path",
                 self->open_path, contents->run.run_id);
  else
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS,
                 "journal \"%s\" keeps run \"%s\" of user \"%s\" already; a journal holds one run: choose another path (one with {run} in it is new "
                 "for each run), or move the file away",
                 self->open_path, contents->has_run ? contents->run.run_id : "?", contents->has_run ? contents->run.user_id : "?");
  return FALSE;
}

/* Verifies what the file holds, cuts a torn last record off when the file is to be written, and finds the next number. */
static gboolean
take_over_file (PstJournal *self, guint64 *next_sequence, GError **error)
{
  PstJournalContents contents = { 0 };

  *next_sequence = 1;
  if (pst_file_get_length (self->file) == 0)
    return TRUE;
  if (!read_contents (self->file, self->open_path, &contents, error))
    return FALSE;
  if (contents.scan.n_records > 0 && !check_continuation (self, &contents, error))
    return FALSE;
  if (contents.scan.n_records == 0)
    contents.scan.n_bytes = 0; /* the header is written anew */
  if (!pst_file_truncate (self->file, contents.scan.n_bytes, error))
    return FALSE;
  *next_sequence = contents.scan.n_records + 1;
  if (contents.scan.n_bytes_torn > 0)
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "journal", "torn last record cut off",
                               "journal \"%s\" ended in %" G_GUINT64_FORMAT " bytes of a record that was being written when its process or machine "
                               "stopped; they were cut off behind record %" G_GUINT64_FORMAT,
                               self->open_path, contents.scan.n_bytes_torn, contents.scan.n_records);
  return TRUE;
}

static void
close_file (PstJournal *self)
{
  g_clear_pointer (&self->writer, pst_journal_writer_free);
  g_clear_object (&self->file);
  g_clear_pointer (&self->open_path, g_free);
}

static gboolean
open_file (PstJournal *self, GError **error)
{
  guint64 next_sequence;

  self->open_path = make_path (self, NULL, error);
  if (self->open_path == NULL)
    return FALSE;
  self->file = self->injected != NULL ? g_object_ref (self->injected) : pst_file_open (self->open_path, error);
  if (self->file == NULL || !take_over_file (self, &next_sequence, error))
    return FALSE;
  self->writer = pst_journal_writer_new (self->file, self->open_path, next_sequence, self->buffer_size);
  return TRUE;
}

static gboolean
pst_journal_prepare (PstComponent *component, GError **error)
{
  g_autofree char *path = make_path (PST_JOURNAL (component), NULL, error);

  return path != NULL;
}

static gboolean
pst_journal_start (PstComponent *component, GError **error)
{
  PstJournal *self = PST_JOURNAL (component);
  PstMode mode = pst_context_get_mode (pst_component_get_context (component));

  self->power = self->durability == PST_JOURNAL_DURABILITY_POWER || (self->durability == PST_JOURNAL_DURABILITY_AUTO && mode == PST_MODE_LIVE);
  self->write_ticks = mode != PST_MODE_BACKTEST;
  self->moved = FALSE;
  if (open_file (self, error))
    return TRUE;
  close_file (self);
  return FALSE;
}

static void
pst_journal_stop (PstComponent *component)
{
  PstJournal *self = PST_JOURNAL (component);
  g_autoptr (GError) local_error = NULL;

  if (self->writer != NULL && !pst_journal_writer_sync (self->writer, &local_error))
    pst_component_raise_alert (component, PST_SEVERITY_CRITICAL, "journal", "last commit failed", "%s", local_error->message);
  close_file (self);
  self->resuming = FALSE;
}

static gboolean
check_open (PstJournal *self, GError **error)
{
  if (G_LIKELY (self->writer != NULL))
    return TRUE;
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the journal is not open; it takes records from start to stop");
  return FALSE;
}

static gboolean
pst_journal_append (PstStore *store, const PstRecord *record, GError **error)
{
  PstJournal *self = PST_JOURNAL (store);

  if (!check_open (self, error))
    return FALSE;
  self->moved |= record->kind != PST_RECORD_TICK;
  return pst_journal_writer_append (self->writer, record, error);
}

/* INTENT must be out before anything is sent. A TICK of a backtest may wait for the buffer: it can be had again from the same data. A live
 * tick is written, and synced when more happened in it than a valuation. */
static gboolean
pst_journal_commit (PstStore *store, PstCommit why, GError **error)
{
  PstJournal *self = PST_JOURNAL (store);
  gboolean sync;

  if (!check_open (self, error))
    return FALSE;
  if (why == PST_COMMIT_TICK && !self->write_ticks && !self->power)
    return TRUE;
  sync = why == PST_COMMIT_END || (self->power && (why == PST_COMMIT_INTENT || self->moved));
  if (!(sync ? pst_journal_writer_sync (self->writer, error) : pst_journal_writer_flush (self->writer, error)))
    return FALSE;
  if (sync)
    self->moved = FALSE;
  return TRUE;
}

void
pst_journal_set_file (PstJournal *journal, PstFile *file)
{
  g_set_object (&journal->injected, file);
}

static void
pst_journal_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstJournal *self = PST_JOURNAL (object);

  switch ((PstJournalProperty)id)
    {
    case PROP_PATH:
      g_free (self->path);
      self->path = g_value_dup_string (value);
      break;
    case PROP_DURABILITY:
      self->durability = g_value_get_enum (value);
      break;
    case PROP_EXISTING:
      self->existing = g_value_get_enum (value);
      break;
    case PROP_BUFFER_SIZE:
      self->buffer_size = g_value_get_uint (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_journal_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstJournal *self = PST_JOURNAL (object);

  switch ((PstJournalProperty)id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_DURABILITY:
      g_value_set_enum (value, self->durability);
      break;
    case PROP_EXISTING:
      g_value_set_enum (value, self->existing);
      break;
    case PROP_BUFFER_SIZE:
      g_value_set_uint (value, self->buffer_size);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_journal_dispose (GObject *object)
{
  PstJournal *self = PST_JOURNAL (object);

  close_file (self);
  g_clear_object (&self->injected);
  G_OBJECT_CLASS (pst_journal_parent_class)->dispose (object);
}

static void
pst_journal_finalize (GObject *object)
{
  g_free (PST_JOURNAL (object)->path);
  G_OBJECT_CLASS (pst_journal_parent_class)->finalize (object);
}

static void
pst_journal_class_init (PstJournalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstStoreClass *store_class = PST_STORE_CLASS (klass);

  object_class->set_property = pst_journal_set_property;
  object_class->get_property = pst_journal_get_property;
  object_class->dispose = pst_journal_dispose;
  object_class->finalize = pst_journal_finalize;
  component_class->prepare = pst_journal_prepare;
  component_class->start = pst_journal_start;
  component_class->stop = pst_journal_stop;
  store_class->has_run = pst_journal_has_run;
  store_class->append = pst_journal_append;
  store_class->commit = pst_journal_commit;
  store_class->replay = pst_journal_replay;
  store_class->resume = pst_journal_resume;

  g_object_class_install_property (
      object_class, PROP_PATH,
      g_param_spec_string ("path", "Path", "The journal's file; {run} in it stands for the run's id, so that each run has a file of its own", NULL,
                           PST_OPTION_READWRITE | PST_OPTION_REQUIRED | PST_OPTION_PATH));
  g_object_class_install_property (
      object_class, PROP_DURABILITY,
      g_param_spec_enum ("durability", "Durability",
                         "What a commit outlives: the process, or also a loss of power (synced to the disk); auto is power when live, else process",
                         PST_TYPE_JOURNAL_DURABILITY, PST_JOURNAL_DURABILITY_AUTO, PST_OPTION_READWRITE));
  g_object_class_install_property (
      object_class, PROP_EXISTING,
      g_param_spec_enum (
          "existing", "Existing file",
          "What to do with a file that keeps a run already: refuse to start, or continue that run when it is the same and has not ended",
          PST_TYPE_JOURNAL_EXISTING, PST_JOURNAL_EXISTING_REFUSE, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_BUFFER_SIZE,
                                   g_param_spec_uint ("buffer-size", "Buffer size", "Bytes of records that are gathered for one write in a backtest",
                                                      BUFFER_SIZE_MIN, BUFFER_SIZE_MAX, BUFFER_SIZE_DEFAULT, PST_OPTION_READWRITE));
}

static void
pst_journal_init (PstJournal *self)
{
  self->buffer_size = BUFFER_SIZE_DEFAULT;
}
