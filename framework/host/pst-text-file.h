/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a small text file that came from outside: never more than a limit, never from a device or a pipe, and with the owner and mode of
 * exactly the bytes that were read. */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* (transfer full): @size_max bytes at most, with a final NUL after @length bytes. @status (out) (optional) describes the very file that was
 * read. Errors: G_FILE_ERROR; G_FILE_ERROR_INVAL when it is not a regular file or too large. */
char *pst_text_file_read (const char *path, gsize size_max, gsize *length, struct stat *status, GError **error);

G_END_DECLS
