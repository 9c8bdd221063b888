/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Append-only files behind a seam: the real one on a file descriptor, a simulated one in the test kit that can fail, tear a
 * write or forget what was not synced. */
#pragma once

#include "../model/pst-error.h"

G_BEGIN_DECLS

#define PST_TYPE_FILE (pst_file_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstFile, pst_file, PST, FILE, GObject)

struct _PstFileClass
{
  GObjectClass parent_class;

  gboolean (*append) (PstFile *file, const guint8 *bytes, gsize length, GError **error);
  gboolean (*sync) (PstFile *file, GError **error);
  gssize (*read) (PstFile *file, guint64 offset, guint8 *bytes, gsize length, GError **error);
  gboolean (*truncate) (PstFile *file, guint64 length, GError **error);
  guint64 (*get_length) (PstFile *file);
  gpointer reserved[4];
};

/* Opens for reading and appending, making it with mode 0600, and holds an exclusive lock (PST_STORE_ERROR_LOCKED). */
PST_API PstFile *pst_file_open (const char *path, GError **error);
/* For reading only, without a lock. */
PST_API PstFile *pst_file_open_readonly (const char *path, GError **error);
/* All or an error (FULL or IO); retries short writes and EINTR. After an error the length on disk may be anything between. */
PST_API gboolean pst_file_append (PstFile *file, const guint8 *bytes, gsize length, GError **error);
PST_API gboolean pst_file_sync (PstFile *file, GError **error);
/* Fewer bytes than asked only at the end. -1 on error. */
PST_API gssize pst_file_read (PstFile *file, guint64 offset, guint8 *bytes, gsize length, GError **error);
PST_API gboolean pst_file_truncate (PstFile *file, guint64 length, GError **error);
PST_API guint64 pst_file_get_length (PstFile *file);

G_END_DECLS
