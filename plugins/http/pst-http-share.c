/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Only keys that have something are there, so that it is never longer than what is counted. */

#include "pst-http-share.h"

struct _PstHttpShare
{
  GHashTable *counts; /* char, how many */
  guint most;
  guint total;
};

PstHttpShare *
pst_http_share_new (guint most)
{
  PstHttpShare *share = g_new0 (PstHttpShare, 1);

  share->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  share->most = most;
  return share;
}

void
pst_http_share_free (PstHttpShare *share)
{
  g_hash_table_unref (share->counts);
  g_free (share);
}

gboolean
pst_http_share_take (PstHttpShare *share, const char *key)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (share->counts, key));

  if (count >= share->most)
    return FALSE;
  g_hash_table_insert (share->counts, g_strdup (key), GUINT_TO_POINTER (count + 1));
  share->total++;
  return TRUE;
}

void
pst_http_share_give_back (PstHttpShare *share, const char *key)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (share->counts, key));

  g_assert (count > 0);
  if (count > 1)
    g_hash_table_insert (share->counts, g_strdup (key), GUINT_TO_POINTER (count - 1));
  else
    g_hash_table_remove (share->counts, key);
  share->total--;
}

guint
pst_http_share_get_total (PstHttpShare *share)
{
  return share->total;
}
