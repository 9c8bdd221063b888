/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key files: what is read, and every way to be wrong with its line. A key that silently loses against its twin is a limit that does not hold. */

#include "pst-key-text.h"

#include <string.h>

static PstKeyText *
parse (const char *data)
{
  return pst_key_text_parse (data, strlen (data));
}

static const char *
value_of (const PstKeyText *text, const char *group, const char *key)
{
  const PstKeyGroup *found = pst_key_text_find (text, group);
  const PstKeyEntry *entry = found ? pst_key_group_find (found, key) : NULL;

  return entry ? entry->value : NULL;
}

static void
test_read (void)
{
  g_autoptr (PstKeyText) text
      = parse ("# a comment\r\n\n[pipeline]\r\nname = sma \n  # another\n\tseed=1\n[strategy cross]\nfast=10\nempty=\nescaped=\\sa\\\\b\\n\\t\\r\n"
               "equals=a=b");
  const PstKeyGroup *group = pst_key_text_find (text, "strategy cross");

  g_assert_cmpuint (text->problems->len, ==, 0);
  g_assert_cmpuint (text->groups->len, ==, 2);
  g_assert_cmpstr (value_of (text, "pipeline", "name"), ==, "sma");
  g_assert_cmpstr (value_of (text, "pipeline", "seed"), ==, "1");
  g_assert_cmpstr (value_of (text, "strategy cross", "empty"), ==, "");
  g_assert_cmpstr (value_of (text, "strategy cross", "escaped"), ==, " a\\b\n\t\r");
  g_assert_cmpstr (value_of (text, "strategy cross", "equals"), ==, "a=b");
  g_assert_null (value_of (text, "strategy cross", "name"));
  g_assert_null (pst_key_text_find (text, "guard"));
  g_assert_cmpuint (group->line, ==, 7);
  g_assert_cmpuint (pst_key_group_find (group, "fast")->line, ==, 8);
}

typedef struct
{
  const char *data;
  const char *problems; /* as told for a file "f" */
} Bad;

static const Bad bad[] = {
  { "[a]\nnothing\n", "f:2: [a] \"nothing\" is neither a group, KEY=VALUE nor a comment (# at its start)" },
  { "[a]\nEncoding=latin1\n[b]\nEncoding=x\n", "f:2: [a] Encoding: key files are UTF-8 and have no other encoding; remove the key" },
  { "key=1\n[a]\n", "f:1: \"key\" stands before the first group; write [GROUP] above it" },
  { "[a]\nx=1\n[b]\n[a]\nx=2\ny=3\n",
    "f:4: [a] the group stands already in line 1; join the two\nf:5: [a] x: the key stands already in line 2; remove one" },
  { "[a\nx=1\n[b]\n", "f:1: \"[a\" is not a group; write [GROUP] on a line of its own" },
  { "[]\n", "f:1: \"[]\" is not a group; write [GROUP] on a line of its own" },
  { "[\n", "f:1: \"[\" is not a group; write [GROUP] on a line of its own" },
  { "[a] # why\n", "f:1: \"[a] # why\" is not a group; write [GROUP] on a line of its own" },
  { "[a]]\n", "f:1: \"[a]]\" is not a group; write [GROUP] on a line of its own" },
  { "[[a]\n", "f:1: \"[[a]\" is not a group; write [GROUP] on a line of its own" },
  { "[a\tb]\n", "f:1: \"[a\\tb]\" is not a group; write [GROUP] on a line of its own" },
  { "[ a ]\nx=1\n", "f:1: white space at the ends of a group's name; write [a]" },
  { "[a]\n=1\n", "f:2: [a] \"\" is not a key; keys are letters, digits, '-' and '.'" },
  { "[a]\nName[de]=x\n", "f:2: [a] \"Name[de]\" is not a key; keys are letters, digits, '-' and '.'" },
  { "[a]\nx=\\d\ny=\\", "f:2: [a] x: a backslash begins an escape: \\s, \\n, \\t, \\r or \\\\; write \\\\ for a backslash\n"
                        "f:3: [a] y: a backslash begins an escape: \\s, \\n, \\t, \\r or \\\\; write \\\\ for a backslash" },
  { "[a]\nx=\033[2J\n", "f:2: a control character; the file must be plain text" },
  { "[a]\n[b]\f\nx=1\f\n", "f:2: a control character; the file must be plain text\nf:3: a control character; the file must be plain text" },
  { "[a]\nx=1\r\r\n", "f:2: a control character; the file must be plain text" },
  { "\xef\xbb\xbf[a]\n", "f:1: a byte order mark; save the file as UTF-8 without one" },
  { "[a]\nx=1\ny=\xff\n", "f:3: not UTF-8 text; save the file as UTF-8" },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PstKeyText) text = parse (bad[i].data);
      g_autofree char *told = pst_problem_list_to_string (text->problems, "f");

      g_assert_cmpstr (told, ==, bad[i].problems);
    }
}

/* A file with NUL bytes is not text, however it goes on. */
static void
test_nul (void)
{
  static const char data[] = "[a]\nx=1\0[b]\n";
  g_autoptr (PstKeyText) text = pst_key_text_parse (data, sizeof data - 1);
  g_autoptr (PstKeyText) empty = pst_key_text_parse ("", 0);

  g_assert_cmpuint (text->problems->len, ==, 1);
  g_assert_cmpuint (((PstProblem *)text->problems->pdata[0])->line, ==, 2);
  g_assert_cmpuint (empty->problems->len, ==, 0);
  g_assert_cmpuint (empty->groups->len, ==, 0);
}

/* A value that could not be read is marked, so that nobody judges it a second time. */
static void
test_broken_entry (void)
{
  g_autoptr (PstKeyText) text = parse ("[a]\nx=\\d\ny=1\n");
  const PstKeyGroup *group = pst_key_text_find (text, "a");

  g_assert_true (pst_key_group_find (group, "x")->broken);
  g_assert_false (pst_key_group_find (group, "y")->broken);
}

static void
append_random_line (GRand *rand, GString *data)
{
  static const char *const pieces[]
      = { "[a]", "[b c]", "[", "]", "x", "key-1", "=", " ", "\t", "\\s", "\\n", "\\", "#", "1", "\xc3\xa4", "\r", "\n", "\n" };

  for (guint n = (guint)g_rand_int_range (rand, 0, 8); n > 0; n--)
    g_string_append (data, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  g_string_append_c (data, '\n');
}

/* (transfer full): white space at the ends of lines taken away: GLib keeps it in values and stumbles over it behind a group. That is the one
 * difference, and nobody sees such white space. */
static char *
strip_line_ends (const char *data)
{
  g_auto (GStrv) lines = g_strsplit (data, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    g_strchomp (lines[i]);
  return g_strjoinv ("\n", lines);
}

static void
assert_same_as_glib (const PstKeyText *text, const char *data)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *stripped = strip_line_ends (data);
  g_autoptr (GError) error = NULL;
  gsize n_groups;
  g_auto (GStrv) groups = NULL;

  g_key_file_load_from_data (file, stripped, (gsize)-1, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  groups = g_key_file_get_groups (file, &n_groups);
  g_assert_cmpuint (n_groups, ==, text->groups->len);
  for (guint i = 0; i < n_groups; i++)
    {
      const PstKeyGroup *group = text->groups->pdata[i];

      g_assert_cmpstr (group->name, ==, groups[i]);
      for (guint j = 0; j < group->entries->len; j++)
        {
          const PstKeyEntry *entry = group->entries->pdata[j];
          g_autofree char *value = g_key_file_get_string (file, group->name, entry->key, &error);

          g_assert_no_error (error);
          g_assert_cmpstr (value, ==, entry->value);
        }
    }
}

/* What we accept, GLib's own reader accepts and reads the same: other tools may edit these files. */
static void
test_accepts_less_than_glib (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint n_accepted = 0;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) data = g_string_new ("[first]\n");
      g_autoptr (PstKeyText) text = NULL;

      for (guint n = (guint)g_rand_int_range (rand, 0, 5); n > 0; n--)
        append_random_line (rand, data);
      text = pst_key_text_parse (data->str, data->len);
      if (text->problems->len > 0)
        continue;
      n_accepted++;
      assert_same_as_glib (text, data->str);
    }
  g_assert_cmpuint (n_accepted, >, 500);
}

/* Every problem is one line of work, also when there are a hundred thousand. */
static void
test_large (void)
{
  g_autoptr (GString) data = g_string_new ("[a]\n");
  g_autoptr (PstKeyText) text = NULL;

  for (guint i = 0; i < 60000; i++)
    g_string_append_printf (data, "k%u=1\n", i % 30000);
  text = pst_key_text_parse (data->str, data->len);
  g_assert_cmpuint (text->problems->len, ==, 30000);
  g_assert_cmpuint (((PstKeyGroup *)text->groups->pdata[0])->entries->len, ==, 30000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-text/read", test_read);
  g_test_add_func ("/key-text/bad", test_bad);
  g_test_add_func ("/key-text/nul", test_nul);
  g_test_add_func ("/key-text/broken-entry", test_broken_entry);
  g_test_add_func ("/key-text/accepts-less-than-glib", test_accepts_less_than_glib);
  g_test_add_func ("/key-text/large", test_large);
  return g_test_run ();
}
