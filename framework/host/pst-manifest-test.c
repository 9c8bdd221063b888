/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Manifests. What each refusal looks like from outside is in tests/loader; here are the boundaries. */

#include "pst-manifest.h"

#include "pst-test-folder.h"

#define GOOD "[Plugin]\nId=a-plugin\nName=A plugin\nKind=guard\nVersion=1.2\nAbi=1\nNumberFormat=1\nDescription=Does things\n"

static PstManifest *
load (const char *text, GError **error)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *path = pst_test_folder_write (folder, "a-plugin.plugin", text, -1, 0644);

  return pst_manifest_load (path, error);
}

static void
assert_refused (const char *text, PstRefusal refusal, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstManifest) manifest = load (text, &error);

  g_assert_null (manifest);
  g_assert_error (error, PST_PLUGIN_ERROR, (int)refusal);
  if (strstr (error->message, part) == NULL)
    g_assert_cmpstr (error->message, ==, part);
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstManifest) least = load (GOOD, &error);
  g_autoptr (PstManifest) most = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (least->id, ==, "a-plugin");
  g_assert_cmpstr (least->module, ==, "a-plugin");
  g_assert_true (g_str_has_suffix (least->path, "/a-plugin.plugin"));
  g_assert_true (g_str_has_suffix (least->module_path, "/a-plugin.so"));
  g_assert_cmpint ((int)least->kind, ==, PST_COMPONENT_KIND_GUARD);
  g_assert_cmpuint (least->abi, ==, 1);
  g_assert_cmpuint (least->number_format, ==, 1);
  g_assert_cmpstr (least->website, ==, "");
  most = load (GOOD "Module=other\nAuthors=Ä, B\nLicense=MIT\nWebsite=https://example.org\n", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (most->module, ==, "other");
  g_assert_true (g_str_has_suffix (most->module_path, "/other.so"));
  g_assert_cmpstr (most->authors, ==, "Ä, B");
  g_assert_cmpstr (most->license, ==, "MIT");
  g_assert_cmpstr (most->website, ==, "https://example.org");
  pst_manifest_free (NULL);
}

static void
test_relative_path (void)
{
  g_autoptr (PstTestFolder) folder = pst_test_folder_new ();
  g_autofree char *path = pst_test_folder_write (folder, "a-plugin.plugin", GOOD, -1, 0644);
  g_autofree char *before = g_get_current_dir ();
  g_autoptr (PstManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_chdir (folder), ==, 0);
  manifest = pst_manifest_load ("a-plugin.plugin", &error);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpstr (manifest->path, ==, path);
}

static void
test_ids (void)
{
  assert_refused ("[Plugin]\nId=A\nName=A\nKind=guard\nVersion=1\nAbi=1\nNumberFormat=1\nDescription=D\n", PST_REFUSAL_MANIFEST_SYNTAX,
                  "Id=\"A\" is not an id");
  assert_refused ("[Plugin]\nId=1a\nName=A\nKind=guard\nVersion=1\nAbi=1\nNumberFormat=1\nDescription=D\n", PST_REFUSAL_MANIFEST_SYNTAX,
                  "is not an id");
  assert_refused ("[Plugin]\nId=../a\nName=A\nKind=guard\nVersion=1\nAbi=1\nNumberFormat=1\nDescription=D\n", PST_REFUSAL_MANIFEST_SYNTAX,
                  "is not an id");
  assert_refused (
      "[Plugin]\nId=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nName=A\nKind=guard\nVersion=1\nAbi=1\nNumberFormat=1\nDescription=D\n",
      PST_REFUSAL_MANIFEST_SYNTAX, "up to 47");
  assert_refused (
      "[Plugin]\nId=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nName=A\nKind=guard\nVersion=1\nAbi=1\nNumberFormat=1\nDescription=D\n",
      PST_REFUSAL_ID_MISMATCH, "does not match the file's name");
}

static void
test_values (void)
{
  assert_refused (GOOD "Authors=a\\nb\n", PST_REFUSAL_MANIFEST_SYNTAX, "line 9: Authors holds a line break");
  assert_refused (GOOD "Module=.hidden\n", PST_REFUSAL_MODULE_OUTSIDE, "leaves the manifest's folder");
  assert_refused (GOOD "Module=/lib/x\n", PST_REFUSAL_MODULE_OUTSIDE, "leaves the manifest's folder");
  assert_refused (GOOD "Zzzzzzzz=1\n", PST_REFUSAL_KEY_UNKNOWN, "unknown key Zzzzzzzz; remove it");
  assert_refused ("[Plugin]\nId=a-plugin\nName=A\nKind=guard\nVersion=1\nAbi=1\nNumberFormat=1.0\nDescription=D\n", PST_REFUSAL_MANIFEST_SYNTAX,
                  "NumberFormat=\"1.0\" is not a number");
  assert_refused ("[Plugin]\nId=a-plugin\nName=A\nKind=guard\nVersion=1\nAbi=99999999999\nNumberFormat=1\nDescription=D\n",
                  PST_REFUSAL_MANIFEST_SYNTAX, "is not a number");
  assert_refused ("[Plugin]\nId=a-plugin\nName=\nKind=guard\nVersion=1\nAbi=1\nNumberFormat=1\nDescription=D\n", PST_REFUSAL_KEY_MISSING,
                  "lacks the key Name");
  assert_refused ("[Plugin]\nno\nnot\nName[de]=x\n", PST_REFUSAL_MANIFEST_SYNTAX, "(and 2 errors more)");
}

/* Exactly at the limit is read, one byte more is not: the comment is the filler. */
static void
test_size (void)
{
  g_autofree char *filler = g_strnfill (64 * 1024 - strlen (GOOD), '#');
  g_autofree char *at_limit = g_strconcat (GOOD, filler, NULL);
  g_autofree char *above = g_strconcat (at_limit, "#", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstManifest) manifest = load (at_limit, &error);

  g_assert_no_error (error);
  g_assert_nonnull (manifest);
  assert_refused (above, PST_REFUSAL_MANIFEST_SYNTAX, "larger than 64 KiB");
}

/* Every refusal has a name and a sentence of its own that ends like one. */
static void
test_refusals_in_words (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) sentences = g_hash_table_new (g_str_hash, g_str_equal);

  for (int i = 0; i <= PST_REFUSAL_LAST; i++)
    {
      const char *sentence = pst_refusal_describe ((PstRefusal)i);

      g_assert_true (g_hash_table_add (names, (gpointer)pst_refusal_to_string ((PstRefusal)i)));
      g_assert_true (g_hash_table_add (sentences, (gpointer)sentence));
      g_assert_true (g_str_has_suffix (sentence, "."));
    }
  g_assert_cmpstr (pst_refusal_to_string (PST_REFUSAL_MODULE_WRITABLE), ==, "module-writable");
  g_assert_cmpstr (pst_refusal_to_string ((PstRefusal)1000), ==, "unknown");
  g_assert_cmpstr (pst_refusal_describe ((PstRefusal)-1), ==, "Unknown.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manifest/good", test_good);
  g_test_add_func ("/manifest/relative-path", test_relative_path);
  g_test_add_func ("/manifest/ids", test_ids);
  g_test_add_func ("/manifest/values", test_values);
  g_test_add_func ("/manifest/size", test_size);
  g_test_add_func ("/manifest/refusals-in-words", test_refusals_in_words);
  return g_test_run ();
}
