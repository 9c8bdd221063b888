/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders for tests. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *pst_check_folder_new (void);
void pst_check_folder_remove (const char *path);

G_END_DECLS
