/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sweep spread over a cluster by Slurm: an array job whose tasks are "penstock sweep --slice", each with a results file of its own beside the
 * sweep's. What is waited for are these files; Slurm is asked only which tasks are still in its queue. One that left it without its part done is run
 * again. */
#include "penstock-sweep-slurm.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TASKS_DEFAULT 16
#define TASKS_MAX 1000 /* of Slurm's own MaxArraySize, 1001 */
#define ATTEMPTS_MAX 3
#define POLL_MIN_MS 500
#define POLL_MAX_MS 15000
#define WAIT_DEFAULT_S (7 * 24 * 3600.0)
#define TAIL_MAX 2000

typedef struct
{
  PstSweepFile *part;
  char *path;
  guint n_attempts;
  gboolean is_done;
} Task;

typedef struct
{
  PenstockSweep *sweep;
  PstSweepFile *whole;
  char *folder;
  Task *tasks;
  guint n_tasks;
  GPtrArray *jobs; /* ids */
  PenstockProgress bar;
  guint n_runs; /* tasks run again */
} Cluster;

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT, text);
  return FALSE;
}

/* (transfer full) (nullable): what a program of Slurm says; NULL with its complaint. */
static char *
ask (const char *const *argv, GError **error)
{
  g_autofree char *program = g_find_program_in_path (argv[0]);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL, *errors = NULL;

  if (program == NULL)
    {
      fail (error, "there is no %s: install Slurm's client (Debian: slurm-client), or use another --engine", argv[0]);
      return NULL;
    }
  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &errors, error))
    return NULL;
  if (g_subprocess_get_successful (process))
    return g_steal_pointer (&output);
  fail (error, "%s failed: %s", argv[0], *g_strstrip (errors) ? errors : "it does not say why");
  return NULL;
}

static void
append_argument (GString *script, const char *argument)
{
  g_autofree char *quoted = g_shell_quote (argument);

  g_string_append_printf (script, " %s", quoted);
}

/* (transfer full): what a task runs. */
static char *
make_script (Cluster *cluster)
{
  PenstockSweep *sweep = cluster->sweep;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL), *path = g_canonicalize_filename (sweep->path, NULL);
  g_autofree char *quoted = g_shell_quote (cluster->folder);
  GString *script = g_string_new ("#!/bin/sh\nexec");

  append_argument (script, program);
  append_argument (script, "sweep");
  append_argument (script, path);
  for (guint i = 0; sweep->assignments[i] != NULL; i++)
    {
      append_argument (script, "--set");
      append_argument (script, sweep->assignments[i]);
    }
  append_argument (script, "--engine");
  append_argument (script, sweep->engine->name);
  g_string_append_printf (script, " --quiet --resume --jobs \"${SLURM_CPUS_PER_TASK:-1}\" --slice \"$SLURM_ARRAY_TASK_ID/%u\"", cluster->n_tasks);
  g_string_append_printf (script, " --results %s/part-\"$SLURM_ARRAY_TASK_ID\".sweep\n", quoted);
  return g_string_free (script, FALSE);
}

static char *
part_path (Cluster *cluster, guint task)
{
  g_autofree char *name = g_strdup_printf ("part-%u.sweep", task + 1);

  return g_build_filename (cluster->folder, name, NULL);
}

/* What an earlier sweep left in its parts goes to the whole; then the folder is emptied. */
static gboolean
take_old_parts (Cluster *cluster, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (cluster->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (cluster->folder, name, NULL);
      g_autoptr (PstSweepFile) part = g_str_has_suffix (name, ".sweep") ? pst_sweep_file_open_readonly (path, NULL) : NULL;
      g_autoptr (GError) cause = NULL;

      if (part != NULL && !pst_sweep_file_merge (cluster->whole, part, &cause) && cause->domain == PST_STORE_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      g_unlink (path);
    }
  return TRUE;
}

static gboolean
is_complete (PstSweepFile *file, gboolean *is_done, GError **error)
{
  g_autoptr (PstSweepSummary) summary = pst_sweep_summary_read (file, 0, FALSE, 0, error);

  if (summary != NULL)
    *is_done = summary->n_open == 0;
  return summary != NULL;
}

/* Its own results file, with what is done already. */
static gboolean
make_part (Cluster *cluster, guint number, GError **error)
{
  PenstockSweep *sweep = cluster->sweep;
  Task *task = &cluster->tasks[number];
  g_autoptr (PstSweepHeader) header = penstock_sweep_make_header (sweep, error);
  g_autoptr (PstSweepFile) part = NULL;

  task->path = part_path (cluster, number);
  if (header == NULL || !pst_sweep_header_slice (header, number + 1, cluster->n_tasks, error))
    return FALSE;
  part = pst_sweep_file_create (task->path, g_steal_pointer (&header), error);
  if (part == NULL || !pst_sweep_file_merge (part, cluster->whole, error) || !pst_sweep_file_sync (part, error))
    return FALSE;
  g_clear_pointer (&part, pst_sweep_file_free);
  task->part = pst_sweep_file_open_readonly (task->path, error);
  return task->part != NULL && is_complete (task->part, &task->is_done, error);
}

static gboolean
make_parts (Cluster *cluster, GError **error)
{
  g_autofree char *script = NULL, *path = g_build_filename (cluster->folder, "task.sh", NULL);

  if (g_mkdir_with_parents (cluster->folder, 0700) != 0)
    return fail (error, "cannot make the folder \"%s\": %s", cluster->folder, g_strerror (errno));
  if (!take_old_parts (cluster, error))
    return FALSE;
  script = make_script (cluster);
  if (!g_file_set_contents (path, script, -1, error))
    return FALSE;
  for (guint i = 0; i < cluster->n_tasks; i++)
    if (!make_part (cluster, i, error))
      return FALSE;
  return TRUE;
}

/* Those that are neither done nor in the queue. */
static gboolean
submit (Cluster *cluster, const gboolean *is_queued, GError **error)
{
  g_autoptr (GString) array = g_string_new (NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *output = g_strdup_printf ("--output=%s/task-%%a.log", cluster->folder), *name = NULL, *list = NULL, *answer = NULL;
  g_autofree char *script = g_build_filename (cluster->folder, "task.sh", NULL);

  for (guint i = 0; i < cluster->n_tasks; i++)
    if (!cluster->tasks[i].is_done && !is_queued[i])
      {
        g_string_append_printf (array, "%s%u", array->len ? "," : "", i + 1);
        cluster->tasks[i].n_attempts++;
        cluster->n_runs += cluster->tasks[i].n_attempts > 1;
      }
  if (array->len == 0)
    return TRUE;
  name = g_strdup_printf ("--job-name=penstock-%s", cluster->sweep->name);
  list = g_strdup_printf ("--array=%s", array->str);
  g_ptr_array_add (argv, (gpointer) "sbatch");
  g_ptr_array_add (argv, (gpointer) "--parsable");
  g_ptr_array_add (argv, (gpointer) "--open-mode=append");
  g_ptr_array_add (argv, name);
  g_ptr_array_add (argv, list);
  g_ptr_array_add (argv, output);
  for (guint i = 0; cluster->sweep->sbatch != NULL && cluster->sweep->sbatch[i] != NULL; i++)
    g_ptr_array_add (argv, cluster->sweep->sbatch[i]);
  g_ptr_array_add (argv, script);
  g_ptr_array_add (argv, NULL);
  answer = ask ((const char *const *)argv->pdata, error);
  if (answer == NULL)
    return FALSE;
  answer[strcspn (answer, ";\n")] = '\0'; /* "ID" or "ID;CLUSTER" */
  g_ptr_array_add (cluster->jobs, g_steal_pointer (&answer));
  return TRUE;
}

static char *
join_jobs (Cluster *cluster)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < cluster->jobs->len; i++)
    g_string_append_printf (text, "%s%s", i ? "," : "", (const char *)cluster->jobs->pdata[i]);
  return g_string_free (text, FALSE);
}

/* Which tasks Slurm still has. FALSE: it does not answer now, which says nothing about them. */
static gboolean
ask_queue (Cluster *cluster, gboolean *is_queued)
{
  g_autofree char *jobs = join_jobs (cluster), *answer = NULL;
  const char *argv[] = { "squeue", "--noheader", "--array", "--format=%K", "--jobs", jobs, NULL };
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  memset (is_queued, 0, cluster->n_tasks * sizeof *is_queued);
  answer = ask (argv, &error);
  /* Of jobs that are long over Slurm knows nothing any more. */
  if (answer == NULL)
    return strstr (error->message, "Invalid job id") != NULL;
  lines = g_strsplit (answer, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint64 task;

      if (g_ascii_string_to_unsigned (g_strstrip (lines[i]), 10, 1, cluster->n_tasks, &task, NULL))
        is_queued[task - 1] = TRUE;
    }
  return TRUE;
}

/* (transfer full): what a task said last. */
static char *
read_tail (Cluster *cluster, guint number)
{
  g_autofree char *name = g_strdup_printf ("task-%u.log", number + 1), *path = g_build_filename (cluster->folder, name, NULL), *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL) || length == 0)
    return g_strdup ("it left no message");
  return g_strstrip (g_utf8_make_valid (text + (length > TAIL_MAX ? length - TAIL_MAX : 0), -1));
}

static gboolean
run_lost_again (Cluster *cluster, const gboolean *is_queued, GError **error)
{
  for (guint i = 0; i < cluster->n_tasks; i++)
    {
      Task *task = &cluster->tasks[i];
      g_autofree char *tail = NULL;

      if (task->is_done || is_queued[i] || task->n_attempts < ATTEMPTS_MAX)
        continue;
      tail = read_tail (cluster, i);
      return fail (error, "task %u was run %d times and did not end its part: %s", i + 1, ATTEMPTS_MAX, tail);
    }
  return submit (cluster, is_queued, error);
}

static gboolean
look (Cluster *cluster, const gboolean *is_queued, guint *n_open, GError **error)
{
  double fill = 0;
  guint n_queued = 0;
  g_autofree char *text = NULL;

  *n_open = 0;
  for (guint i = 0; i < cluster->n_tasks; i++)
    {
      Task *task = &cluster->tasks[i];

      fill += task->is_done ? 1 : pst_sweep_file_get_fill (task->part);
      n_queued += is_queued[i];
      if (!task->is_done && !is_queued[i] && !is_complete (task->part, &task->is_done, error))
        return FALSE;
      *n_open += !task->is_done;
    }
  text = g_strdup_printf ("%u of %u tasks done, %u in the queue, %u run again", cluster->n_tasks - *n_open, cluster->n_tasks, n_queued,
                          cluster->n_runs);
  penstock_progress_show (&cluster->bar, fill / cluster->n_tasks, text);
  return TRUE;
}

/* Until @milliseconds are over, or Ctrl-C. */
static void
wait_a_while (Cluster *cluster, int milliseconds)
{
  GPollFD fd;

  if (!g_cancellable_make_pollfd (cluster->sweep->cancellable, &fd))
    return;
  g_poll (&fd, 1, milliseconds);
  g_cancellable_release_fd (cluster->sweep->cancellable);
}

static gboolean
wait_for_all (Cluster *cluster, GError **error)
{
  g_autofree gboolean *is_queued = g_new0 (gboolean, cluster->n_tasks);
  double limit = cluster->sweep->wait_s > 0 ? cluster->sweep->wait_s : WAIT_DEFAULT_S;
  int pause_ms = POLL_MIN_MS;
  guint n_open;

  if (!submit (cluster, is_queued, error))
    return FALSE;
  for (;;)
    {
      gboolean answered = cluster->jobs->len == 0 || ask_queue (cluster, is_queued);

      for (guint i = 0; !answered && i < cluster->n_tasks; i++)
        is_queued[i] = TRUE;
      if (!look (cluster, is_queued, &n_open, error))
        return FALSE;
      if (n_open == 0)
        return TRUE;
      if (answered && !run_lost_again (cluster, is_queued, error))
        return FALSE;
      if (g_cancellable_set_error_if_cancelled (cluster->sweep->cancellable, error))
        return FALSE;
      if (penstock_progress_get_seconds (&cluster->bar) > limit)
        return fail (error, "the tasks did not end within %.0f s", limit);
      wait_a_while (cluster, pause_ms);
      pause_ms = MIN (pause_ms + pause_ms / 8, POLL_MAX_MS);
    }
}

static void
cancel_jobs (Cluster *cluster)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;

  for (guint i = 0; i < cluster->jobs->len; i++)
    {
      const char *argv[] = { "scancel", cluster->jobs->pdata[i], NULL };

      g_free (ask (argv, NULL));
    }
}

static gboolean
merge_parts (Cluster *cluster, GError **error)
{
  for (guint i = 0; i < cluster->n_tasks; i++)
    if (cluster->tasks[i].part != NULL && !pst_sweep_file_merge (cluster->whole, cluster->tasks[i].part, error))
      return FALSE;
  return pst_sweep_file_sync (cluster->whole, error);
}

static void
remove_folder (Cluster *cluster)
{
  g_autoptr (GDir) folder = g_dir_open (cluster->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (cluster->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (cluster->folder);
}

static void
cluster_clear (Cluster *cluster)
{
  for (guint i = 0; i < cluster->n_tasks; i++)
    {
      pst_sweep_file_free (cluster->tasks[i].part);
      g_free (cluster->tasks[i].path);
    }
  g_free (cluster->tasks);
  g_free (cluster->folder);
  g_ptr_array_unref (cluster->jobs);
}

/* Counts what is done in the whole, for what is said at the end. */
static void
count (Cluster *cluster, guint64 *n_done)
{
  g_autoptr (PstSweepSummary) summary = pst_sweep_summary_read (cluster->whole, 0, FALSE, 0, NULL);

  *n_done = summary != NULL ? summary->n_sets - summary->n_open : 0;
}

gboolean
penstock_sweep_slurm (PenstockSweep *sweep, PstSweepFile *file, GError **error)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  guint64 n_blocks = pst_sweep_header_get_n_blocks (header), n_after;
  Cluster cluster = { .sweep = sweep, .whole = file, .jobs = g_ptr_array_new_with_free_func (g_free) };
  g_autofree char *path = g_strconcat (pst_sweep_file_get_path (file), ".slurm", NULL);
  g_autoptr (GError) merge_error = NULL;
  gboolean ended;

  cluster.folder = g_canonicalize_filename (path, NULL);
  cluster.n_tasks = (guint)CLAMP (sweep->tasks > 0 ? (guint64)sweep->tasks : TASKS_DEFAULT, 1, MIN (n_blocks, TASKS_MAX));
  cluster.tasks = g_new0 (Task, cluster.n_tasks);
  penstock_progress_init (&cluster.bar, !sweep->quiet && !sweep->no_progress);
  count (&cluster, &sweep->n_before);
  ended = make_parts (&cluster, error) && wait_for_all (&cluster, error);
  if (!ended)
    cancel_jobs (&cluster);
  penstock_progress_end (&cluster.bar);
  if (!merge_parts (&cluster, ended ? error : &merge_error))
    ended = FALSE;
  else if (ended)
    remove_folder (&cluster);
  count (&cluster, &n_after);
  sweep->n_evaluated = n_after - sweep->n_before;
  sweep->n_lost = cluster.n_runs;
  sweep->jobs = (int)cluster.n_tasks;
  sweep->seconds = penstock_progress_get_seconds (&cluster.bar);
  cluster_clear (&cluster);
  return ended;
}
