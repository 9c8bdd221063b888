/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole legal run as records, to test stores with: made with the model's own arithmetic, so that every sum in it is right. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* (transfer full) (element-type PstRecord): run @run_id of user "local" from CREATED to STOPPED, with @n_ticks ticks. Every odd tick an order
 * is filled in two parts, every fourth tick another is denied, an opportunity is found and a
 * book sampled. Its audit chain holds. The same arguments give the same records. */
PST_API GPtrArray *pst_check_make_records (const char *run_id, guint n_ticks);
/* The same of another user. */
PST_API GPtrArray *pst_check_make_user_records (const char *user_id, const char *run_id, guint n_ticks);
/* Appends them as the engine would, with its commits: INTENT after intents, TICK after ticks, END at the end. */
PST_API gboolean pst_check_append_records (PstStore *store, GPtrArray *records, GError **error);
/* Asserts that a store that can be read back gives exactly these. */
PST_API void pst_check_assert_replay (PstStore *store, GPtrArray *records);

G_END_DECLS
