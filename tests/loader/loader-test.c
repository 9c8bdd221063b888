/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every refusal, shown by a plugin in which exactly that is wrong: its code, its whole sentence, whether any of its code ran, and that a
 * good plugin beside it loads. Without these an operator would run code that others can change, or be told nothing useful. */

#include "loader-kit.h"

typedef struct
{
  const char *root; /* temporary */
  char *folder;     /* root/plugins: the search path */
} Place;

typedef void (*Arrange) (const Place *place, const char *name);

typedef struct
{
  const char *name; /* of the manifest in broken/, and the plugin's id */
  Arrange arrange;
  PstRefusal refusal;
  gboolean at_load; /* found only when it is loaded, not by the scan */
  gboolean runs;    /* whether constructors of the module run before it is refused */
  const char *sentence;
} Broken;

static void
manifest_only (const Place *place, const char *name)
{
  g_free (loader_kit_add_manifest (place->folder, name));
}

static void
both (const Place *place, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".so", NULL);

  manifest_only (place, name);
  g_free (loader_kit_add_module (place->folder, name, file));
}

/* A good module under the broken plugin's name; (transfer full) its path. */
static char *
borrowed (const Place *place, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".so", NULL);

  manifest_only (place, name);
  return loader_kit_add_module (place->folder, "good-guard", file);
}

static void
arrange_unreadable (const Place *place, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.plugin", place->folder, name);

  g_assert_cmpint (symlink ("nowhere", path), ==, 0);
}

static void
arrange_folder (const Place *place, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.plugin", place->folder, name);

  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
}

static void
arrange_fifo (const Place *place, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.plugin", place->folder, name);

  g_assert_cmpint (mkfifo (path, 0644), ==, 0);
}

static void
arrange_huge (const Place *place, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".plugin", NULL);
  g_autofree char *bytes = g_strnfill (64 * 1024 + 1, '#');

  g_free (pst_test_folder_write (place->folder, file, bytes, -1, 0644));
}

static void
arrange_link (const Place *place, const char *name)
{
  g_autofree char *outside = g_build_filename (place->root, "outside", NULL);
  g_autofree char *target = loader_kit_add_module (outside, "good-guard", "module.so");
  g_autofree char *link = g_strdup_printf ("%s/%s.so", place->folder, name);

  manifest_only (place, name);
  g_assert_cmpint (symlink (target, link), ==, 0);
}

static void
arrange_writable (const Place *place, const char *name)
{
  g_autofree char *path = borrowed (place, name);

  g_assert_cmpint (chmod (path, 0757), ==, 0);
}

static void
arrange_group_writable (const Place *place, const char *name)
{
  g_autofree char *path = borrowed (place, name);

  g_assert_cmpint (chmod (path, 0775), ==, 0);
}

static void
arrange_folder_writable (const Place *place, const char *name)
{
  Place below = { place->root, g_build_filename (place->folder, "below", NULL) };
  g_autofree char *path = borrowed (&below, name);

  g_assert_cmpint (chmod (below.folder, 0777), ==, 0);
  g_free (below.folder);
}

static void
arrange_owner (const Place *place, const char *name)
{
  g_autofree char *path = borrowed (place, name);

  if (geteuid () == 0)
    g_assert_cmpint (chown (path, 65534, (gid_t)-1), ==, 0);
}

static void
arrange_module_folder (const Place *place, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.so", place->folder, name);

  manifest_only (place, name);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
}

/* The right tag, but after it the dynamic linker finds no module. */
static void
arrange_text (const Place *place, const char *name)
{
  PstPluginTag tag = { PST_PLUGIN_MAGIC, PST_ABI, PST_NUMBER_FORMAT, PST_COMPONENT_KIND_STRATEGY, "", "PstBrokenText" };
  g_autofree char *file = g_strconcat (name, ".so", NULL);

  g_strlcpy (tag.id, name, sizeof tag.id);
  manifest_only (place, name);
  g_free (pst_test_folder_write (place->folder, file, (const char *)&tag, sizeof tag, 0755));
}

static const Broken broken[] = {
  { "manifest-unreadable", arrange_unreadable, PST_REFUSAL_MANIFEST_UNREADABLE, FALSE, FALSE,
    "manifest \"@DIR@/manifest-unreadable.plugin\": cannot open it: No such file or directory; make it a regular file that the host may read, or "
    "remove it" },
  { "manifest-folder", arrange_folder, PST_REFUSAL_MANIFEST_UNREADABLE, FALSE, FALSE,
    "manifest \"@DIR@/manifest-folder.plugin\": not a regular file; make it a regular file that the host may read, or remove it" },
  { "manifest-fifo", arrange_fifo, PST_REFUSAL_MANIFEST_UNREADABLE, FALSE, FALSE,
    "manifest \"@DIR@/manifest-fifo.plugin\": not a regular file; make it a regular file that the host may read, or remove it" },
  { "manifest-huge", arrange_huge, PST_REFUSAL_MANIFEST_SYNTAX, FALSE, FALSE,
    "manifest \"@DIR@/manifest-huge.plugin\" is larger than 64 KiB; a manifest has a dozen lines" },
  { "manifest-syntax", manifest_only, PST_REFUSAL_MANIFEST_SYNTAX, FALSE, FALSE,
    "manifest \"@DIR@/manifest-syntax.plugin\", line 10: \"this line is nothing\" is neither a group, KEY=VALUE nor a comment (# at its start)" },
  { "manifest-twice", manifest_only, PST_REFUSAL_MANIFEST_SYNTAX, FALSE, FALSE,
    "manifest \"@DIR@/manifest-twice.plugin\", line 10: Kind: the key stands already in line 4; remove one" },
  { "manifest-groups", manifest_only, PST_REFUSAL_MANIFEST_SYNTAX, FALSE, FALSE,
    "manifest \"@DIR@/manifest-groups.plugin\", line 10: unknown group \"Extra\"; the only group of a manifest is [Plugin]" },
  { "manifest-empty", manifest_only, PST_REFUSAL_MANIFEST_SYNTAX, FALSE, FALSE,
    "manifest \"@DIR@/manifest-empty.plugin\" has no group [Plugin]; begin it with a line [Plugin]" },
  { "manifest-number", manifest_only, PST_REFUSAL_MANIFEST_SYNTAX, FALSE, FALSE,
    "manifest \"@DIR@/manifest-number.plugin\", line 7: Abi=\"one\" is not a number; write a whole number" },
  { "key-unknown", manifest_only, PST_REFUSAL_KEY_UNKNOWN, FALSE, FALSE,
    "manifest \"@DIR@/key-unknown.plugin\", line 10: unknown key Licence; did you mean \"License\"?" },
  { "key-missing", manifest_only, PST_REFUSAL_KEY_MISSING, FALSE, FALSE,
    "manifest \"@DIR@/key-missing.plugin\" lacks the key Version; add Version=..." },
  { "kind-unknown", manifest_only, PST_REFUSAL_KIND_UNKNOWN, FALSE, FALSE,
    "manifest \"@DIR@/kind-unknown.plugin\", line 4: Kind=\"stratgy\" is none of exchange, strategy, guard, store, service; did you mean "
    "\"strategy\"?" },
  { "id-file", manifest_only, PST_REFUSAL_ID_MISMATCH, FALSE, FALSE,
    "manifest \"@DIR@/id-file.plugin\", line 2: Id=id-elsewhere does not match the file's name; name the file id-elsewhere.plugin or mend the Id" },
  { "id-module", both, PST_REFUSAL_ID_MISMATCH, FALSE, FALSE,
    "module \"@DIR@/id-module.so\" is plugin \"somebody-else\", its manifest says Id=id-module; give both the same id" },
  { "abi-manifest", manifest_only, PST_REFUSAL_ABI, FALSE, FALSE,
    "manifest \"@DIR@/abi-manifest.plugin\" is for ABI 999, this host has ABI 1; build the plugin again with this host's SDK" },
  { "abi-module", both, PST_REFUSAL_ABI, FALSE, FALSE,
    "module \"@DIR@/abi-module.so\" is for ABI 999, this host has ABI 1; build the plugin again with this host's SDK" },
  { "number-format-manifest", manifest_only, PST_REFUSAL_NUMBER_FORMAT, FALSE, FALSE,
    "manifest \"@DIR@/number-format-manifest.plugin\" is for number format 999, this host has number format 1; build the plugin again with this "
    "host's "
    "SDK" },
  { "number-format-module", both, PST_REFUSAL_NUMBER_FORMAT, FALSE, FALSE,
    "module \"@DIR@/number-format-module.so\" is for number format 999, this host has number format 1; build the plugin again with this host's SDK" },
  { "module-missing", manifest_only, PST_REFUSAL_MODULE_MISSING, FALSE, FALSE,
    "module \"@DIR@/module-missing.so\": No such file or directory; build or install it beside its manifest" },
  { "module-path", manifest_only, PST_REFUSAL_MODULE_OUTSIDE, FALSE, FALSE,
    "manifest \"@DIR@/module-path.plugin\", line 5: Module=\"../elsewhere/module-path\" leaves the manifest's folder; write the module's name "
    "without "
    "folder or suffix" },
  { "module-link", arrange_link, PST_REFUSAL_MODULE_OUTSIDE, FALSE, FALSE,
    "module \"@DIR@/module-link.so\" leads to \"@DIR@/../outside/module.so\", outside the search path; put the file itself beside its manifest or "
    "add its "
    "folder to PENSTOCK_PLUGIN_PATH" },
  { "module-writable", arrange_writable, PST_REFUSAL_MODULE_WRITABLE, FALSE, FALSE,
    "module \"@DIR@/module-writable.so\" may be written by everyone; run chmod go-w \"@DIR@/module-writable.so\"" },
  { "module-group-writable", arrange_group_writable, PST_REFUSAL_MODULE_WRITABLE, FALSE, FALSE,
    "module \"@DIR@/module-group-writable.so\" may be written by its group; run chmod go-w \"@DIR@/module-group-writable.so\"" },
  { "module-folder-writable", arrange_folder_writable, PST_REFUSAL_MODULE_WRITABLE, FALSE, FALSE,
    "the module's folder \"@DIR@/below\" may be written by everyone; run chmod go-w \"@DIR@/below\"" },
  { "module-owner", arrange_owner, PST_REFUSAL_MODULE_WRITABLE, FALSE, FALSE,
    "module \"@DIR@/module-owner.so\" belongs to user 65534, who is neither root nor the host's user; chown it" },
  { "module-no-file", arrange_module_folder, PST_REFUSAL_MODULE_FORMAT, FALSE, FALSE,
    "module \"@DIR@/module-no-file.so\" is not a regular file of at most 256 MiB; build it again" },
  { "module-no-tag", both, PST_REFUSAL_MODULE_FORMAT, FALSE, FALSE,
    "module \"@DIR@/module-no-tag.so\" holds no plugin tag; use PST_DEFINE_PLUGIN once in a module" },
  { "module-two-tags", both, PST_REFUSAL_MODULE_FORMAT, FALSE, FALSE,
    "module \"@DIR@/module-two-tags.so\" holds more than one plugin tag; use PST_DEFINE_PLUGIN once in a module" },
  { "kind-module", both, PST_REFUSAL_KIND_MISMATCH, FALSE, FALSE,
    "module \"@DIR@/kind-module.so\" is a guard, its manifest says Kind=strategy; mend the manifest or PST_DEFINE_PLUGIN" },
  { "type-taken", both, PST_REFUSAL_TYPE_TAKEN, FALSE, FALSE,
    "module \"@DIR@/type-taken.so\" would register the type PstStrategy, which is registered already; give its type a name of its own, or restart "
    "the "
    "host when the module was rebuilt" },
  { "module-text", arrange_text, PST_REFUSAL_MODULE_OPEN, TRUE, FALSE,
    "cannot open module \"@DIR@/module-text.so\": @DIR@/module-text.so: invalid ELF header; install what it needs or build it again" },
  { "unresolved", both, PST_REFUSAL_MODULE_OPEN, TRUE, FALSE,
    "cannot open module \"@DIR@/unresolved.so\": @DIR@/unresolved.so: undefined symbol: penstock_no_such_function; install what it needs or build it "
    "again" },
  { "entry-renamed", both, PST_REFUSAL_ENTRY_MISSING, TRUE, TRUE,
    "module \"@DIR@/entry-renamed.so\" has no symbol penstock_plugin_entry; use PST_DEFINE_PLUGIN, which makes it" },
  { "entry-nothing", both, PST_REFUSAL_ENTRY_NOTHING, TRUE, TRUE,
    "the entry point of module \"@DIR@/entry-nothing.so\" returned nothing; use PST_DEFINE_PLUGIN, which returns tag and type" },
  { "module-other-tag", both, PST_REFUSAL_MODULE_FORMAT, TRUE, TRUE,
    "the entry point of module \"@DIR@/module-other-tag.so\" returned another tag than the one in its file; use PST_DEFINE_PLUGIN once" },
  { "type-none", both, PST_REFUSAL_TYPE_WRONG, TRUE, TRUE,
    "module \"@DIR@/type-none.so\" registered no type; give PST_DEFINE_PLUGIN the component's own type" },
  { "type-kind", both, PST_REFUSAL_TYPE_WRONG, TRUE, TRUE,
    "module \"@DIR@/type-kind.so\" registered the type PstBroken-type-kind, which is not a strategy; give PST_DEFINE_PLUGIN the component's own "
    "type" },
  { "type-abstract", both, PST_REFUSAL_TYPE_WRONG, TRUE, TRUE,
    "module \"@DIR@/type-abstract.so\" registered the type PstBroken-type-abstract, which is abstract; give PST_DEFINE_PLUGIN the component's own "
    "type" },
  { "type-name", both, PST_REFUSAL_TYPE_WRONG, TRUE, TRUE,
    "module \"@DIR@/type-name.so\" registered the type PstBrokenOtherName, its tag says PstBroken-type-name; give PST_DEFINE_PLUGIN the component's "
    "own "
    "type" },
};

/* "@DIR@/../outside" in a sentence is resolved in the message. */
static char *
expected_sentence (const Broken *it, const Place *place)
{
  g_auto (GStrv) parts = g_strsplit (it->sentence, "@DIR@/..", -1);

  return g_strjoinv (place->root, parts);
}

/* The good plugin is the same file for all tests: a copy of a plugin that is loaded already would be refused, and rightly. */
static PstCatalogue *
scan (const char *folder)
{
  g_autofree char *search_path = g_strjoin (":", folder, g_getenv ("PENSTOCK_TEST_GOOD"), NULL);

  return loader_kit_scan (search_path);
}

static void
assert_others_load (PstCatalogue *catalogue)
{
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin = pst_catalogue_load (catalogue, "good-service", PST_COMPONENT_KIND_SERVICE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (g_type_name (plugin->type), ==, "PstGoodService");
}

static void
test_refusal (gconstpointer data)
{
  const Broken *it = data;
  g_autoptr (PstTestFolder) root = pst_test_folder_new ();
  g_autofree char *folder = g_build_filename (root, "plugins", NULL);
  Place place = { root, folder };
  g_autofree char *sentence = expected_sentence (it, &place);
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin;

  if (it->arrange == arrange_owner && geteuid () != 0)
    {
      g_test_skip ("only root can give a file to another user");
      return;
    }
  g_unsetenv ("PENSTOCK_TEST_RAN");
  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  it->arrange (&place, it->name);
  catalogue = scan (folder);
  plugin = pst_catalogue_find (catalogue, it->name);
  g_assert_nonnull (plugin);
  if (it->at_load)
    g_assert_no_error (plugin->refusal);
  else
    loader_kit_assert_message (plugin->refusal, PST_PLUGIN_ERROR, (int)it->refusal, sentence, folder);

  g_assert_null (pst_catalogue_load (catalogue, it->name, 0, &error));
  loader_kit_assert_message (error, PST_PLUGIN_ERROR, (int)it->refusal, sentence, folder);
  loader_kit_assert_message (plugin->refusal, PST_PLUGIN_ERROR, (int)it->refusal, sentence, folder);
  g_assert_cmpuint (plugin->type, ==, G_TYPE_INVALID);
  g_assert_cmpstr (g_getenv ("PENSTOCK_TEST_RAN"), ==, it->runs ? it->name : NULL);
  assert_others_load (catalogue);

  /* Asked again, the answer is the same and nothing is tried twice. */
  g_clear_error (&error);
  g_unsetenv ("PENSTOCK_TEST_RAN");
  g_assert_null (pst_catalogue_load (catalogue, it->name, 0, &error));
  loader_kit_assert_message (error, PST_PLUGIN_ERROR, (int)it->refusal, sentence, folder);
  g_assert_null (g_getenv ("PENSTOCK_TEST_RAN"));
}

/* All of them in one folder: each keeps its own refusal, in order of id, and the good one is found among them. */
static void
test_all_together (void)
{
  g_autoptr (PstTestFolder) root = pst_test_folder_new ();
  g_autofree char *folder = g_build_filename (root, "plugins", NULL);
  Place place = { root, folder };
  g_autoptr (PstCatalogue) catalogue = NULL;
  GPtrArray *plugins;

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    broken[i].arrange (&place, broken[i].name);
  catalogue = scan (folder);
  plugins = pst_catalogue_get_plugins (catalogue);
  g_assert_cmpuint (plugins->len, ==, G_N_ELEMENTS (broken) + 1);
  for (guint i = 1; i < plugins->len; i++)
    g_assert_cmpstr (((PstPlugin *)plugins->pdata[i - 1])->id, <, ((PstPlugin *)plugins->pdata[i])->id);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      const PstPlugin *plugin = pst_catalogue_find (catalogue, broken[i].name);

      /* Types that an earlier test registered are taken by now. */
      if (!broken[i].at_load && (broken[i].arrange != arrange_owner || geteuid () == 0))
        g_assert_error (plugin->refusal, PST_PLUGIN_ERROR, (int)broken[i].refusal);
    }
  assert_others_load (catalogue);
}

/* Whoever adds a refusal adds a plugin that shows it. NOT_FOUND and ID_DUPLICATE are the catalogue's. */
static void
test_every_refusal_is_shown (void)
{
  for (int refusal = 0; refusal <= PST_REFUSAL_LAST; refusal++)
    {
      gboolean shown = refusal == PST_REFUSAL_NOT_FOUND || refusal == PST_REFUSAL_ID_DUPLICATE;

      for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
        shown |= (int)broken[i].refusal == refusal;
      if (!shown)
        g_test_message ("no broken plugin shows %s", pst_refusal_to_string ((PstRefusal)refusal));
      g_assert_true (shown);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (PstTestFolder) good = pst_test_folder_new ();

  g_test_init (&argc, &argv, NULL);
  loader_kit_add_good (good, "good-service");
  g_setenv ("PENSTOCK_TEST_GOOD", good, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *path = g_strconcat ("/loader/refusal/", broken[i].name, NULL);

      g_test_add_data_func (path, &broken[i], test_refusal);
    }
  g_test_add_func ("/loader/every-refusal-is-shown", test_every_refusal_is_shown);
  g_test_add_func ("/loader/all-together", test_all_together);
  return g_test_run ();
}
