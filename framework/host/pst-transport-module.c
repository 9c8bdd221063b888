/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module lies in penstock-1/ beside libpenstock-1, or right beside it where that was built. No path, variable or setting leads elsewhere: it is
 * as trustworthy as the library itself. Once loaded it stays, as types do. */
#include "pst-transport-module.h"

#include <dlfcn.h>
#include <gmodule.h>

#define MODULE "penstock-soup." G_MODULE_SUFFIX
#define SYMBOL "pst_soup_transport_new"

typedef PstTransport *(*CreateFunc) (PstClock *clock);

static char *
find_module (void)
{
  g_autofree char *folder = NULL, *private_path = NULL;
  Dl_info info = { 0 };

  if (dladdr ((gpointer)pst_transport_get_type, &info) == 0 || info.dli_fname == NULL)
    return g_strdup (MODULE);
  folder = g_path_get_dirname (info.dli_fname);
  private_path = g_build_filename (folder, "penstock-1", MODULE, NULL);
  return g_file_test (private_path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&private_path) : g_build_filename (folder, MODULE, NULL);
}

/**
 * pst_transport_module_create:
 * @clock: of the run's real time
 * @component: who wants to connect
 * @user_data: not used
 * @error: return location; %PST_EXCHANGE_ERROR_NOT_SUPPORTED when there is no module that can be loaded
 *
 * Returns: (transfer full): a transport on the thread's default context
 */
PstTransport *
pst_transport_module_create (PstClock *clock, PstComponent *component, gpointer user_data, GError **error)
{
  g_autofree char *path = find_module ();
  GModule *module = g_module_open (path, G_MODULE_BIND_LOCAL);
  CreateFunc create = NULL;

  if (module != NULL && g_module_symbol (module, SYMBOL, (gpointer *)&create) && create != NULL)
    {
      g_module_make_resident (module);
      return create (clock);
    }
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED,
               "\"%s\" cannot connect: %s; is Penstock installed whole, with libsoup 3 and glib-networking?", pst_component_get_name (component),
               g_module_error ());
  return NULL;
}
