/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decides whether a plugin's code may run, and runs it. */
#pragma once

#include "pst-manifest.h"

G_BEGIN_DECLS

#define PST_TYPE_LOADER (pst_loader_get_type ())
G_DECLARE_FINAL_TYPE (PstLoader, pst_loader, PST, LOADER, GObject)

/* @folders (array zero-terminated): of the search path; those that are not there are left out. */
PstLoader *pst_loader_new (const char *const *folders);
/* Everything that can be said without running the plugin's code. Errors: PST_PLUGIN_ERROR. */
gboolean pst_loader_check (PstLoader *loader, const PstManifest *manifest, GError **error);
/* Checks again, opens the module for good and returns the component's type; G_TYPE_INVALID with a PST_PLUGIN_ERROR. */
GType pst_loader_load (PstLoader *loader, const PstManifest *manifest, GError **error);

G_END_DECLS
