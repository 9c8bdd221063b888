/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipeline file from text to a run that is not prepared. Nothing is made before everything was read, so that all errors are told together. */

#include "pst-pipeline-file.h"

#include <string.h>

#include "pst-component-spec.h"
#include "pst-key-text.h"
#include "pst-pipeline-options.h"
#include "pst-run-id.h"
#include "pst-text-file.h"
#include "pst-transport-module.h"

#define PIPELINE_SIZE_MAX (1024 * 1024)
#define COMPONENTS_MAX 1000
#define GROUP_PIPELINE "pipeline"
#define GROUP_SWEEP "sweep"

typedef struct
{
  char *group;
  char *option;
  char *text;
  char *label; /* "--set cross.fast" */
  gboolean used;
  gboolean privileged; /* made before the file was restricted */
} Override;

struct _PstPipelineFile
{
  GObject parent_instance;

  char *path;
  char *folder;
  char *data;
  gsize length;
  GPtrArray *overrides;
  gboolean restricted;
  gboolean bare;
  PstResume resume;
  PstSweepOptions *sweep; /* (nullable): of the last build */
};

/* What is gathered while a file is read. */
typedef struct
{
  PstPipelineFile *file;
  PstCatalogue *catalogue;
  PstKeyText *text;
  GPtrArray *problems;
  gboolean has_syntax_problems;
  PstPipelineOptions *options;
  GPtrArray *specs;
} Build;

GQuark
pst_pipeline_error_quark (void)
{
  return g_quark_from_static_string ("pst-pipeline-error-quark");
}

G_DEFINE_FINAL_TYPE (PstPipelineFile, pst_pipeline_file, G_TYPE_OBJECT)

static void
override_free (gpointer data)
{
  Override *override = data;

  g_free (override->group);
  g_free (override->option);
  g_free (override->text);
  g_free (override->label);
  g_free (override);
}

static void
pst_pipeline_file_finalize (GObject *object)
{
  PstPipelineFile *self = PST_PIPELINE_FILE (object);

  g_ptr_array_unref (self->overrides);
  g_clear_object (&self->sweep);
  g_free (self->path);
  g_free (self->folder);
  g_free (self->data);
  G_OBJECT_CLASS (pst_pipeline_file_parent_class)->finalize (object);
}

static void
pst_pipeline_file_class_init (PstPipelineFileClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pst_pipeline_file_finalize;
}

static void
pst_pipeline_file_init (PstPipelineFile *self)
{
  self->overrides = g_ptr_array_new_with_free_func (override_free);
}

/**
 * pst_pipeline_file_new_from_data:
 * @data: the text
 * @length: its bytes; below 0: it ends with NUL
 * @path_for_messages: what messages call it; its folder is where relative paths start
 * @error: where to say why not
 *
 * A pipeline file that is in memory. What is wrong with its text is told by pst_pipeline_file_build(), all at once. Any thread.
 *
 * Returns: (transfer full) (nullable): the file; %NULL with %PST_PIPELINE_ERROR_READ when it is larger than 1 MiB
 */
PstPipelineFile *
pst_pipeline_file_new_from_data (const char *data, gssize length, const char *path_for_messages, GError **error)
{
  gsize size = length < 0 ? strlen (data) : (gsize)length;
  PstPipelineFile *self;

  if (size > PIPELINE_SIZE_MAX)
    {
      g_set_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_READ, "pipeline file \"%s\": larger than 1024 KiB; is it a pipeline file?",
                   path_for_messages);
      return NULL;
    }
  self = g_object_new (PST_TYPE_PIPELINE_FILE, NULL);
  self->path = g_strdup (path_for_messages);
  self->folder = g_path_get_dirname (path_for_messages);
  self->data = g_malloc0 (size + 1);
  memcpy (self->data, data, size);
  self->length = size;
  return self;
}

/**
 * pst_pipeline_file_load:
 * @path: the file
 * @error: where to say why not
 *
 * Reads a pipeline file. What is wrong with its text is told by pst_pipeline_file_build(), all at once. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the file; %NULL with %PST_PIPELINE_ERROR_READ when it cannot be read
 */
PstPipelineFile *
pst_pipeline_file_load (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *data = NULL;
  gsize length;

  data = pst_text_file_read (path, PIPELINE_SIZE_MAX, &length, NULL, &cause);
  if (data != NULL)
    return pst_pipeline_file_new_from_data (data, (gssize)length, path, error);
  g_set_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_READ, "pipeline file \"%s\": %s; check its name and mode", path, cause->message);
  return NULL;
}

/**
 * pst_pipeline_file_override:
 * @file: the file
 * @assignment: "GROUP.OPTION=VALUE"
 * @error: where to say why not
 *
 * Sets an option from the command line, instead of what the file says; the last of several counts. Whether group and option exist and the
 * value is right is told by pst_pipeline_file_build(), with everything else. Any thread.
 *
 * Returns: %FALSE with %PST_PIPELINE_ERROR_INVALID when @assignment has another form
 */
gboolean
pst_pipeline_file_override (PstPipelineFile *file, const char *assignment, GError **error)
{
  const char *equals = strchr (assignment, '=');
  const char *dot = equals ? memchr (assignment, '.', (gsize)(equals - assignment)) : NULL;
  g_autofree char *shown = NULL;
  Override *override;

  if (dot == NULL || dot == assignment || dot + 1 == equals || !g_utf8_validate (assignment, -1, NULL))
    {
      /* The part behind '=' may be a secret. */
      g_autofree char *front = g_strndup (assignment, equals ? (gsize)(equals - assignment) : strlen (assignment));

      shown = pst_problem_quote (front);
      g_set_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID, "--set %s: not an assignment; write --set GROUP.OPTION=VALUE", shown);
      return FALSE;
    }
  override = g_new0 (Override, 1);
  override->group = g_strndup (assignment, (gsize)(dot - assignment));
  override->option = g_strndup (dot + 1, (gsize)(equals - dot - 1));
  override->text = g_strdup (equals + 1);
  override->privileged = !file->restricted;
  override->label = g_strdup_printf ("--set %s.%s", override->group, override->option);
  g_ptr_array_add (file->overrides, override);
  return TRUE;
}

/**
 * pst_pipeline_file_restrict:
 * @file: the file
 *
 * Overrides that are made from now on come from somebody who may change how the pipeline trades, but not which files, secrets and plugins it uses:
 * pst_pipeline_file_build() refuses those with %PST_PIPELINE_ERROR_DENIED, before any such file is looked at. Any thread.
 */
void
pst_pipeline_file_restrict (PstPipelineFile *file)
{
  file->restricted = TRUE;
}

/* "cross" and "strategy cross" both mean [strategy cross]. */
static gboolean
override_is_for (const Override *override, const char *group)
{
  const char *space = strchr (group, ' ');

  return strcmp (override->group, group) == 0 || (space != NULL && strcmp (override->group, space + 1) == 0);
}

static PstAssignment *
find_assignment (GPtrArray *assignments, const char *key)
{
  for (guint i = 0; i < assignments->len; i++)
    if (strcmp (((const PstAssignment *)assignments->pdata[i])->place.key, key) == 0)
      return assignments->pdata[i];
  return NULL;
}

static PstAssignment *
add_assignment (GPtrArray *assignments)
{
  PstAssignment *assignment = g_new0 (PstAssignment, 1);

  g_ptr_array_add (assignments, assignment);
  return assignment;
}

/* (transfer full): what the file says in @group (nullable) and the command line for the group called @name. */
static GPtrArray *
gather_assignments (PstPipelineFile *self, const PstKeyGroup *group, const char *name)
{
  GPtrArray *assignments = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; group != NULL && i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];
      PstAssignment *assignment = add_assignment (assignments);

      assignment->place = (PstPlace){ .line = entry->line, .group = name, .key = entry->key };
      assignment->text = entry->value;
      assignment->broken = entry->broken;
    }
  for (guint i = 0; i < self->overrides->len; i++)
    {
      Override *override = self->overrides->pdata[i];
      PstAssignment *assignment;

      if (!override_is_for (override, name))
        continue;
      override->used = TRUE;
      assignment = find_assignment (assignments, override->option);
      if (assignment == NULL)
        assignment = add_assignment (assignments);
      assignment->place = (PstPlace){ .override = override->label, .group = name, .key = override->option };
      assignment->text = override->text;
      assignment->broken = FALSE;
    }
  return assignments;
}

static void
read_pipeline_group (Build *build)
{
  const PstKeyGroup *group = pst_key_text_find (build->text, GROUP_PIPELINE);
  g_autoptr (GPtrArray) assignments = gather_assignments (build->file, group, GROUP_PIPELINE);
  g_autofree GParamSpec **options = NULL;
  g_autoptr (PstOptionSet) set = NULL;
  PstOptionGroup option_group = { .name = GROUP_PIPELINE, .owner = "[pipeline]", .folder = build->file->folder, .check = pst_pipeline_options_check };

  options = pst_pipeline_options_list (&option_group.n_options);
  option_group.options = options;
  option_group.line = group ? group->line : 0;
  set = pst_option_set_read (&option_group, assignments, build->problems);
  build->options = pst_pipeline_options_new ();
  pst_option_set_apply_to_object (set, G_OBJECT (build->options), NULL); /* every value was read before */
}

/* "cross.fast": what is varied, and no option of the group; its values are read when the components are known. */
static char **
take_varied (GPtrArray *assignments)
{
  g_autoptr (GStrvBuilder) varied = g_strv_builder_new ();

  for (guint i = 0; i < assignments->len;)
    {
      const PstAssignment *assignment = assignments->pdata[i];
      g_autofree char *text = NULL;

      if (strchr (assignment->place.key, '.') == NULL)
        {
          i++;
          continue;
        }
      text = g_strdup_printf ("%s=%s", assignment->place.key, assignment->text != NULL ? assignment->text : "");
      g_strv_builder_add (varied, text);
      g_ptr_array_remove_index (assignments, i);
    }
  return g_strv_builder_end (varied);
}

static void
read_sweep_group (Build *build)
{
  const PstKeyGroup *group = pst_key_text_find (build->text, GROUP_SWEEP);
  g_autoptr (GPtrArray) assignments = gather_assignments (build->file, group, GROUP_SWEEP);
  g_autofree GParamSpec **options = NULL;
  g_autoptr (PstOptionSet) set = NULL;
  PstOptionGroup option_group = { .name = GROUP_SWEEP, .owner = "[sweep]", .folder = build->file->folder, .line = group ? group->line : 0 };
  PstPlaceholders values = { .user = build->options->user, .pipeline = build->options->name, .run = GROUP_SWEEP };

  g_clear_object (&build->file->sweep);
  build->file->sweep = pst_sweep_options_new ();
  build->file->sweep->vary = take_varied (assignments);
  options = pst_option_list (PST_TYPE_SWEEP_OPTIONS, &option_group.n_options);
  option_group.options = options;
  set = pst_option_set_read (&option_group, assignments, build->problems);
  pst_option_set_apply (set, PST_COMPONENT (build->file->sweep), &values, NULL); /* every value was read before */
}

/* One name, one component: streams of random numbers, summaries and --set go by it. */
static void
check_name (Build *build, const PstComponentSpec *spec)
{
  PstPlace place = { .line = spec->line, .group = spec->group };

  for (guint i = 0; spec->name != NULL && i < build->specs->len; i++)
    {
      const PstComponentSpec *other = build->specs->pdata[i];

      if (g_strcmp0 (other->name, spec->name) != 0)
        continue;
      pst_problem_add (build->problems, &place, "the name \"%s\" is taken by [%s] in line %u; choose another", spec->name, other->group, other->line);
      return;
    }
}

static void
read_component_groups (Build *build)
{
  for (guint i = 0; i < build->text->groups->len; i++)
    {
      const PstKeyGroup *group = build->text->groups->pdata[i];
      g_autoptr (GPtrArray) assignments = NULL;
      PstComponentSpec *spec;
      PstPlace place = { .line = group->line, .group = group->name };

      if (strcmp (group->name, GROUP_PIPELINE) == 0 || strcmp (group->name, GROUP_SWEEP) == 0)
        continue;
      if (build->specs->len == COMPONENTS_MAX)
        {
          pst_problem_add (build->problems, &place, "more than %d components; divide the pipeline", COMPONENTS_MAX);
          return;
        }
      assignments = gather_assignments (build->file, group, group->name);
      spec = pst_component_spec_read (group->name, group->line, assignments, build->catalogue, build->file->folder, build->problems);
      check_name (build, spec);
      g_ptr_array_add (build->specs, spec);
    }
}

static const PstComponentSpec *
find_spec (Build *build, const Override *override)
{
  for (guint i = 0; i < build->specs->len; i++)
    if (override_is_for (override, ((const PstComponentSpec *)build->specs->pdata[i])->group))
      return build->specs->pdata[i];
  return NULL;
}

/* Whether the option names a file, holds a secret, or is which plugin it is. */
static gboolean
is_privileged_option (Build *build, const Override *override)
{
  const PstComponentSpec *spec = find_spec (build, override);
  GType type = PST_TYPE_PIPELINE_OPTIONS;
  g_autoptr (GTypeClass) class = NULL;
  GParamSpec *option;

  if (strcmp (override->group, GROUP_SWEEP) == 0)
    type = PST_TYPE_SWEEP_OPTIONS;
  else if (strcmp (override->group, GROUP_PIPELINE) != 0)
    {
      if (strcmp (override->option, "plugin") == 0)
        return TRUE;
      if (spec == NULL || spec->plugin == NULL)
        return FALSE;
      type = pst_catalogue_find (build->catalogue, spec->plugin)->type;
    }
  class = g_type_class_ref (type);
  option = g_object_class_find_property (G_OBJECT_CLASS (class), override->option);
  return option != NULL && (option->flags & (PST_OPTION_PATH | PST_OPTION_SECRET)) != 0;
}

static gboolean
deny (Build *build, const Override *override, const char *why, GError **error)
{
  g_set_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_DENIED, "%s: %s: only an administrator may set it", override->label, why);
  return FALSE;
}

/* A value that refers to a file or the environment would be read, and be seen in messages and lists of options. */
static gboolean
permit_values (Build *build, GError **error)
{
  for (guint i = 0; i < build->file->overrides->len; i++)
    {
      const Override *override = build->file->overrides->pdata[i];

      if (!override->privileged && override->text[0] == '@' && override->text[1] != '@')
        return deny (build, override, "its value refers to a file or the environment", error);
    }
  return TRUE;
}

static gboolean
permit_options (Build *build, GError **error)
{
  for (guint i = 0; i < build->file->overrides->len; i++)
    {
      const Override *override = build->file->overrides->pdata[i];

      if (!override->privileged && is_privileged_option (build, override))
        return deny (build, override, "the option names a file, a secret or a plugin", error);
    }
  return TRUE;
}

static void
check_overrides (Build *build)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_ptr_array_add (names, (gpointer)GROUP_PIPELINE);
  for (guint i = 0; i < build->specs->len; i++)
    if (((const PstComponentSpec *)build->specs->pdata[i])->name != NULL)
      g_ptr_array_add (names, ((const PstComponentSpec *)build->specs->pdata[i])->name);
  g_ptr_array_add (names, NULL);
  for (guint i = 0; i < build->file->overrides->len; i++)
    {
      const Override *override = build->file->overrides->pdata[i];
      PstPlace place = { .override = override->label };
      g_autofree char *quoted = pst_problem_quote (override->group);
      g_autoptr (GString) hint = g_string_new (NULL);

      if (override->used)
        continue;
      pst_problem_append_nearest (hint, override->group, (const char *const *)names->pdata);
      if (hint->len == 0)
        {
          g_autofree char *all = g_strjoinv (", ", (char **)names->pdata);

          g_string_append_printf (hint, "; allowed: %s", all);
        }
      pst_problem_add (build->problems, &place, "the file has no component %s%s", quoted, hint->str);
    }
}

static void
check_guards (Build *build)
{
  const PstKeyGroup *group = pst_key_text_find (build->text, GROUP_PIPELINE);
  PstPlace place = { .line = group ? group->line : 0, .group = GROUP_PIPELINE, .key = "guards" };
  gboolean has_guard = FALSE;

  for (guint i = 0; i < build->specs->len; i++)
    has_guard |= ((const PstComponentSpec *)build->specs->pdata[i])->kind == PST_COMPONENT_KIND_GUARD;
  if (!has_guard && build->options->mode != PST_MODE_BACKTEST && !build->options->guards_none)
    pst_problem_add (build->problems, &place, "mode=%s without any [guard NAME]; add a guard, or write guards=none when an empty chain is meant",
                     build->options->mode == PST_MODE_PAPER ? "paper" : "live");
}

/* When plugins that are refused or missing are all that is wrong, the error is theirs, and the command's exit code says so. */
static gboolean
fail_with_problems (Build *build, GError **error)
{
  g_autofree char *text = pst_problem_list_to_string (build->problems, build->file->path);
  const PstProblem *first = build->problems->pdata[0];
  gboolean only_refusals = TRUE;

  for (guint i = 0; i < build->problems->len; i++)
    only_refusals &= ((const PstProblem *)build->problems->pdata[i])->refusal >= 0;
  if (only_refusals)
    g_set_error_literal (error, PST_PLUGIN_ERROR, first->refusal, text);
  else
    g_set_error_literal (error, PST_PIPELINE_ERROR, build->has_syntax_problems ? PST_PIPELINE_ERROR_SYNTAX : PST_PIPELINE_ERROR_INVALID, text);
  return FALSE;
}

static gboolean
read_all (Build *build, GError **error)
{
  for (guint i = 0; i < build->file->overrides->len; i++)
    ((Override *)build->file->overrides->pdata[i])->used = FALSE;
  build->text = pst_key_text_parse (build->file->data, build->file->length);
  build->problems = g_ptr_array_ref (build->text->problems);
  build->has_syntax_problems = build->problems->len > 0;
  build->specs = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_component_spec_free);
  if (!permit_values (build, error))
    return FALSE;
  pst_catalogue_lock (build->catalogue);
  read_pipeline_group (build);
  read_sweep_group (build);
  read_component_groups (build);
  pst_catalogue_unlock (build->catalogue);
  if (!permit_options (build, error))
    return FALSE;
  check_overrides (build);
  check_guards (build);
  return build->problems->len == 0 || fail_with_problems (build, error);
}

static PstRun *
new_run (const PstPipelineOptions *options, char *run_id)
{
  PstRunSettings settings = {
    .user_id = options->user,
    .run_id = run_id,
    .pipeline = options->name,
    .mode = options->mode,
    .seed = options->seed,
    .currency = pst_currency_get (options->currency, NULL),
    .guards_none = options->guards_none,
    .cancel_on_halt = options->cancel_on_halt,
    .flatten_on_end = options->flatten_on_end,
    .tick_interval_ns = options->tick_interval_ns,
    .audit = options->audit >= 0                  ? (PstAuditLevel)options->audit
             : options->mode == PST_MODE_BACKTEST ? PST_AUDIT_STATE
                                                  : PST_AUDIT_ORDERS,
    .snapshot_interval_ns = options->snapshot_interval_ns,
    .snapshot_levels = options->snapshot_levels,
    .snapshots_max = options->snapshots_max,
    .state_interval_ns = options->state_interval_ns,
  };

  PstRun *run = pst_run_new (&settings);

  pst_run_set_transport_factory (run, pst_transport_module_create, NULL, NULL);
  return run;
}

/* Beside the first store that says where it is, when the file does not say. A pipeline's name has no '@', so no other pair of names makes the same
 * file; USER-NAME, as it was called before, was that of "a-b" and "c" as well as of "a" and "b-c". */
static void
set_state_file (Build *build, PstRun *run, const PstPlaceholders *values)
{
  g_autofree char *expanded = build->options->state_file != NULL ? pst_placeholders_expand (values, build->options->state_file) : NULL;
  g_autofree char *path = expanded != NULL ? pst_value_path_resolve (expanded, build->file->folder) : NULL;

  for (guint i = 0; path == NULL && i < build->specs->len; i++)
    {
      const PstComponentSpec *spec = build->specs->pdata[i];
      GParamSpec *option = g_object_class_find_property (G_OBJECT_GET_CLASS (spec->component), "path");
      g_autofree char *store = NULL, *folder = NULL, *name = NULL, *old_name = NULL, *old_path = NULL;

      if (spec->kind != PST_COMPONENT_KIND_STORE || option == NULL || option->value_type != G_TYPE_STRING)
        continue;
      g_object_get (spec->component, "path", &store, NULL);
      if (store == NULL || *store == '\0')
        continue;
      folder = g_path_get_dirname (store);
      name = g_strdup_printf ("%s@%s.state", build->options->name, build->options->user);
      old_name = g_strdup_printf ("%s-%s.state", build->options->user, build->options->name);
      path = g_build_filename (folder, name, NULL);
      old_path = g_build_filename (folder, old_name, NULL);
      pst_run_set_old_state_file (run, old_path);
    }
  pst_run_set_state_file (run, path);
}

/* (transfer full): "auto" is always a new name, of which nothing is known. */
static char *
name_known_run (Build *build, GError **error)
{
  if (strcmp (build->options->run_id, PST_RUN_ID_AUTO) != 0)
    return g_strdup (build->options->run_id);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
               "run-id=%s is a new name, and the run is to go on: name the run that was cut off, by --run-id or run-id", PST_RUN_ID_AUTO);
  return NULL;
}

static void
leave_out_stores (Build *build)
{
  for (guint i = build->specs->len; i-- > 0;)
    {
      PstComponentKind kind = ((const PstComponentSpec *)build->specs->pdata[i])->kind;

      if (kind == PST_COMPONENT_KIND_STORE || kind == PST_COMPONENT_KIND_SERVICE)
        g_ptr_array_remove_index (build->specs, i);
    }
}

static PstRun *
make_run (Build *build, GError **error)
{
  g_autoptr (PstRun) run = NULL;
  g_autofree char *run_id = NULL;
  PstPlaceholders values = { .user = build->options->user, .pipeline = build->options->name };

  if (build->file->bare)
    leave_out_stores (build);
  for (guint i = 0; i < build->specs->len; i++)
    pst_component_spec_make (build->specs->pdata[i], build->catalogue);
  run_id = build->file->resume == PST_RESUME_NONE ? pst_run_id_choose (build->options, build->specs, error) : name_known_run (build, error);
  if (run_id == NULL)
    return NULL;
  values.run = run_id;
  run = new_run (build->options, run_id);
  for (guint i = 0; i < build->specs->len; i++)
    {
      const PstComponentSpec *spec = build->specs->pdata[i];

      if (!pst_option_set_apply (spec->options, spec->component, &values, error)
          || !pst_run_add (run, spec->component, spec->plugin, spec->name, error))
        {
          g_prefix_error (error, "%s:%u: [%s] ", build->file->path, spec->line, spec->group);
          return NULL;
        }
    }
  set_state_file (build, run, &values);
  pst_run_set_resume (run, build->file->resume);
  return g_steal_pointer (&run);
}

/**
 * pst_pipeline_file_set_resume:
 * @file: a pipeline file
 * @resume: whether what pst_pipeline_file_build() makes goes on with a run that was cut off
 *
 * The run is then the one that the option run-id names. Any thread.
 */
void
pst_pipeline_file_set_resume (PstPipelineFile *file, PstResume resume)
{
  file->resume = resume;
}

/**
 * pst_pipeline_file_build:
 * @file: the file
 * @catalogue: where plugins are found, scanned; those that the file names are loaded
 * @error: where to say why not
 *
 * Makes a run of what the file and the command line say: plugins loaded, components made, options set, run id chosen; nothing is prepared,
 * opened or written. Errors come all at once, a line each, %PST_PIPELINE_ERROR_SYNTAX or %PST_PIPELINE_ERROR_INVALID; when plugins that are
 * refused or missing are all that is wrong, the error is a %PST_PLUGIN_ERROR; when a store cannot be asked for its runs, the store's. Any
 * thread, on which the run is to be executed; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): a run that is not prepared
 */
PstRun *
pst_pipeline_file_build (PstPipelineFile *file, PstCatalogue *catalogue, GError **error)
{
  Build build = { .file = file, .catalogue = catalogue };
  PstRun *run = read_all (&build, error) ? make_run (&build, error) : NULL;

  g_ptr_array_unref (build.specs);
  g_clear_object (&build.options);
  g_ptr_array_unref (build.problems);
  pst_key_text_free (build.text);
  return run;
}

void
pst_pipeline_file_set_bare (PstPipelineFile *file)
{
  file->bare = TRUE;
}

PstSweepOptions *
pst_pipeline_file_get_sweep (PstPipelineFile *file)
{
  return file->sweep;
}
