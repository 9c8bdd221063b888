/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The strict reader of key files: what it accepts, GKeyFile accepts, with the same groups and keys. */

#include "fuzz.h"
#include "host/pst-key-text.h"

static void
check_same (const PstKeyText *text, const char *data, gsize size)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_data (file, data, size, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < text->groups->len; i++)
    {
      const PstKeyGroup *group = text->groups->pdata[i];

      g_assert_true (g_key_file_has_group (file, group->name));
      for (guint j = 0; j < group->entries->len; j++)
        {
          const PstKeyEntry *entry = group->entries->pdata[j];

          g_assert_true (pst_key_group_find (group, entry->key) == entry);
          g_assert_true (g_key_file_has_key (file, group->name, entry->key, NULL));
        }
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *bytes = size ? (const char *)data : "";
  g_autoptr (PstKeyText) text = pst_key_text_parse (bytes, size);
  g_autofree char *told = pst_problem_list_to_string (text->problems, "x.pipeline");

  g_assert_nonnull (told);
  if (text->problems->len == 0 && size > 0)
    check_same (text, bytes, size);
  return 0;
}
