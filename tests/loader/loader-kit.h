/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arranges plugins in temporary folders: manifests from this folder of the source tree, modules from the build tree, with owners, modes and
 * links as a test wants them. */
#pragma once

#include "host/pst-catalogue.h"
#include "host/pst-test-folder.h"

/* (transfer full): every @what in @text replaced. */
char *loader_kit_replace (const char *text, const char *what, const char *with);
/* (transfer full): FOLDER/ID.plugin, from broken/NAME.plugin.in or good/NAME.plugin.in, with ABI, number format and version put in. */
char *loader_kit_add_manifest (const char *folder, const char *name);
/* (transfer full): FOLDER/FILE, a copy of the built module MODULE, mode 0755. */
char *loader_kit_add_module (const char *folder, const char *module, const char *file);
/* A good plugin, "good-guard", manifest and module. */
void loader_kit_add_good (const char *folder, const char *id);
/* All five good plugins. */
void loader_kit_add_all_good (const char *folder);
/* (transfer full): scanned. */
PstCatalogue *loader_kit_scan (const char *search_path);
/* @expected with every @DIR@ replaced by @folder is exactly the error's message. */
void loader_kit_assert_message (const GError *error, GQuark domain, int code, const char *expected, const char *folder);
