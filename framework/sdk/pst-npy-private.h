/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns as NumPy's .npy files, format 1.0: one dimension of little-endian 64-bit integers, so that the same file is a plain array here and there.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What pst_npy_print_header() writes; NumPy wants a multiple of 64. */
#define PST_NPY_HEADER_SIZE 128

/**
 * PstNpy:
 * @values: the column, in the map
 * @n_values: how many
 *
 * A mapped file.
 */
typedef struct
{
  const gint64 *values;
  gsize n_values;
  /*< private >*/
  gpointer map;
  gsize map_size;
  guint64 device, inode;
  gint64 changed_ns; /* its status, which any write changes too */
} PstNpy;

/* Maps the file @name of the folder @folder_fd; @path is for messages. Its length must be what its header says. PST_STORE_ERROR_CORRUPT, IO. */
gboolean pst_npy_map (int folder_fd, const char *name, const char *path, PstNpy *npy, GError **error);
/* Whether the file of that name is the one that is mapped, not written since but through a map. */
gboolean pst_npy_is_current (const PstNpy *npy, int folder_fd, const char *name);
void pst_npy_unmap (PstNpy *npy);
/* The header of @n_values. */
void pst_npy_print_header (guint64 n_values, guint8 header[PST_NPY_HEADER_SIZE]);

G_END_DECLS
