/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A module as a file: found, resolved, its owner and mode checked and its tag read, without a line of its code. */
#pragma once

#include "pst-manifest.h"

G_BEGIN_DECLS

typedef struct
{
  int fd;     /* keeps the inode that was checked, so that its number cannot be given to another file */
  char *path; /* resolved */
  guint64 device, inode, size;
  gint64 changed_ns; /* ctime */
  PstPluginTag tag;
} PstModuleFile;

/* @folders: resolved folders of the search path. Errors: PST_PLUGIN_ERROR. */
PstModuleFile *pst_module_file_open (const char *path, const char *const *folders, GError **error);
/* Whether the path still names the very bytes that were checked. */
gboolean pst_module_file_is_unchanged (const PstModuleFile *file);
void pst_module_file_free (PstModuleFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstModuleFile, pst_module_file_free)

G_END_DECLS
