/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The real file behind PstFile. */
#pragma once

#include "pst-file.h"

G_BEGIN_DECLS

PstFile *pst_unix_file_open (const char *path, gboolean readonly, GError **error);

G_END_DECLS
