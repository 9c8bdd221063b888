/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders that a test makes and leaves nothing of. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

PST_API
char *pst_check_folder_new (void);
PST_API
void pst_check_folder_remove (const char *path);

G_END_DECLS
