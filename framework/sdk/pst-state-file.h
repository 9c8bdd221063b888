/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a component remembers over a restart: a small key file with one group, read with limits, replaced whole and synced, so that a crash leaves the
 * old state or the new one. What is there but cannot be understood is an error: a guard then fails closed. */
#pragma once

#include "../model/pst-money.h"
#include "../model/pst-time.h"

G_BEGIN_DECLS

/* Longer files are refused; no component remembers more. */
#define PST_STATE_FILE_BYTES_MAX 65536

#define PST_TYPE_STATE_FILE (pst_state_file_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstStateFile, pst_state_file, PST, STATE_FILE, GObject)

/* @path NULL or empty: the state is kept nowhere; it loads as empty and saves without effect. @group: whose state it is, the plugin's id. */
PST_API PstStateFile *pst_state_file_new (const char *path, const char *group);
/* A file that is not there is an empty state. PST_STORE_ERROR_CORRUPT or PST_STORE_ERROR_IO for anything that cannot be understood or read. */
PST_API gboolean pst_state_file_load (PstStateFile *file, GError **error);
/* On the disk when it returns TRUE. */
PST_API gboolean pst_state_file_save (PstStateFile *file, GError **error);
/* No value is set: there was no file, or nothing was set since it was made. */
PST_API gboolean pst_state_file_is_empty (PstStateFile *file);

PST_API void pst_state_file_set_string (PstStateFile *file, const char *key, const char *value);
PST_API void pst_state_file_set_boolean (PstStateFile *file, const char *key, gboolean value);
PST_API void pst_state_file_set_int64 (PstStateFile *file, const char *key, gint64 value);
PST_API void pst_state_file_set_time (PstStateFile *file, const char *key, gint64 time_ns);
PST_API void pst_state_file_set_money (PstStateFile *file, const char *key, const PstMoney *money);
/* When something happened, the oldest first, in keys KEY.0, KEY.1 and so on. Beyond @n_groups_max of them neighbours become one group, which counts
 * as often and as late as the latest of them: who counts by it counts too much, never too little. */
PST_API void pst_state_file_set_times (PstStateFile *file, const char *key, const gint64 *times_ns, guint n_times, guint n_groups_max);
/* Each: FALSE with PST_STORE_ERROR_CORRUPT when the key is not there or its text is not a value of that type. */
PST_API gboolean pst_state_file_get_string (PstStateFile *file, const char *key, char **value, GError **error);
PST_API gboolean pst_state_file_get_boolean (PstStateFile *file, const char *key, gboolean *value, GError **error);
PST_API gboolean pst_state_file_get_int64 (PstStateFile *file, const char *key, gint64 *value, GError **error);
PST_API gboolean pst_state_file_get_time (PstStateFile *file, const char *key, gint64 *time_ns, GError **error);
PST_API gboolean pst_state_file_get_money (PstStateFile *file, const char *key, PstMoney *money, GError **error);
/* Appends them to @times, of gint64; none when there is no key. More than @n_times_max are an error, and so are times that go back. */
PST_API gboolean pst_state_file_get_times (PstStateFile *file, const char *key, GArray *times, guint n_times_max, GError **error);
/* (transfer full): the keys that are set, in the order in which they were set or stand in the file. */
PST_API char **pst_state_file_list_keys (PstStateFile *file);

G_END_DECLS
