/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every plugin must do, whatever it is for: GLib tests that a plugin's own test adds in one line.
 *
 *   const PstPluginEntry *penstock_plugin_entry (void);
 *   ...
 *   g_test_init (&argc, &argv, NULL);
 *   pst_check_conformance_add (penstock_plugin_entry (), "path", "@dir@/ledger.db", NULL);
 *   return g_test_run ();
 *
 * They show that its manifest is complete; that each option has words, keeps its default and any value through text and back and refuses what is
 * out of range; that it is made, prepared, started and stopped again and again without a leak, a handler or a timer left; and what its
 * kind must do: a strategy and a guard decide the same from the same inputs, a guard's every denial has a code, an exchange's reports are legal,
 * a store gives back what it was given, a service takes every record and whatever its host tells. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Options, each as name and text, then NULL: what makes the component start. "@dir@" in a text becomes a folder that is made
 * for each test and removed after it. Required options that are not given get a value of their range. */
PST_API void pst_check_conformance_add (const PstPluginEntry *entry, ...) G_GNUC_NULL_TERMINATED;
/* The same for a plugin on PENSTOCK_PLUGIN_PATH; its module is loaded as the host does. Not for a plugin that is linked into the test. */
PST_API void pst_check_conformance_add_plugin (const char *plugin_id, ...) G_GNUC_NULL_TERMINATED;
/* (transfer full) (array zero-terminated): the ids on PENSTOCK_PLUGIN_PATH that are not refused, sorted. */
PST_API char **pst_check_list_plugins (void);

G_END_DECLS
