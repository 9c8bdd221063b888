/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Manifests: any file is a whole manifest or refused with a code of the closed set. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "fuzz.h"
#include "host/pst-manifest.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *name = g_strdup_printf ("penstock-fuzz-%d.plugin", (int)getpid ());
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);
  g_autoptr (PstManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize)size);
  g_assert_true (g_close (fd, NULL));
  manifest = pst_manifest_load (path, &error);
  g_unlink (path);
  if (manifest == NULL)
    {
      g_assert_true (error->domain == PST_PLUGIN_ERROR);
      g_assert_cmpint (error->code, <=, PST_REFUSAL_LAST);
      return 0;
    }
  g_assert_true (manifest->id != NULL && manifest->module_path != NULL && manifest->version != NULL);
  g_assert_cmpint (manifest->kind, >=, PST_COMPONENT_KIND_EXCHANGE);
  g_assert_cmpint (manifest->kind, <=, PST_COMPONENT_KIND_SERVICE);
  return 0;
}
