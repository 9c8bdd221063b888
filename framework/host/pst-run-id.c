/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stores are asked before the run begins: which names are free. A store's path may hold {run}, so its options are set anew for each name. */

#include "pst-run-id.h"

#include <string.h>

/* The first store that has the run, or NULL; FALSE when one could not be asked. */
static gboolean
find_store (const PstPlaceholders *values, GPtrArray *specs, const PstComponentSpec **owner, GError **error)
{
  *owner = NULL;
  for (guint i = 0; i < specs->len && *owner == NULL; i++)
    {
      const PstComponentSpec *spec = specs->pdata[i];
      gboolean found = FALSE;

      if (spec->kind != PST_COMPONENT_KIND_STORE)
        continue;
      if (!pst_option_set_apply (spec->options, spec->component, values, error)
          || !pst_store_has_run (PST_STORE (spec->component), values->user, values->run, &found, error))
        {
          g_prefix_error (error, "[%s] ", spec->group);
          return FALSE;
        }
      if (found)
        *owner = spec;
    }
  return TRUE;
}

static char *
check_given (const PstPipelineOptions *options, GPtrArray *specs, GError **error)
{
  PstPlaceholders values = { .user = options->user, .run = options->run_id, .pipeline = options->name };
  const PstComponentSpec *owner;

  if (!find_store (&values, specs, &owner, error))
    return NULL;
  if (owner == NULL)
    return g_strdup (options->run_id);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS, "[%s] has a run \"%s\" of user \"%s\" already; choose another run-id, or run-id=%s",
               owner->group, options->run_id, options->user, PST_RUN_ID_AUTO);
  return NULL;
}

/**
 * pst_run_id_choose:
 * @options: the [pipeline] group
 * @specs: (element-type PstComponentSpec): all components, made
 * @error: where to say why not
 *
 * Chooses the run's name. The stores are not started; they are asked with their options set. The main thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the name; %NULL when a store cannot be asked, has the name that the file says, or all names are taken
 */
char *
pst_run_id_choose (const PstPipelineOptions *options, GPtrArray *specs, GError **error)
{
  if (strcmp (options->run_id, PST_RUN_ID_AUTO) != 0)
    return check_given (options, specs, error);
  for (guint n = 1; n <= PST_RUN_ID_MAX; n++)
    {
      g_autofree char *run_id = g_strdup_printf ("%s-%u", options->name, n);
      PstPlaceholders values = { .user = options->user, .run = run_id, .pipeline = options->name };
      const PstComponentSpec *owner;

      if (!find_store (&values, specs, &owner, error))
        return NULL;
      if (owner == NULL)
        return g_steal_pointer (&run_id);
    }
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS, "all run ids from %s-1 to %s-%d are taken; set run-id, or another name", options->name,
               options->name, PST_RUN_ID_MAX);
  return NULL;
}
