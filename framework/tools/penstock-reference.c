/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes the reference's pages into a folder, or tests whether those that lie there are what the code says (TAP). Not installed: docs/reference is
 * made with it. */

#include "../host/pst-reference.h"

#include <string.h>

static gboolean
differs (const char *path, const char *text)
{
  g_autofree char *there = NULL;

  return !g_file_get_contents (path, &there, NULL, NULL) || strcmp (there, text) != 0;
}

static gboolean
write_page (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents (path, text, -1, &error))
    return TRUE;
  g_printerr ("penstock-reference: %s\n", error->message);
  return FALSE;
}

static gboolean
do_page (const PstReferencePage *page, PstCatalogue *catalogue, const char *folder, gboolean check)
{
  g_autofree char *name = g_strconcat (page->name, ".md", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean good;

  pst_reference_append_page (page, catalogue, text);
  if (!check)
    return write_page (path, text->str);
  good = !differs (path, text->str);
  g_print ("%s /reference/%s%s\n", good ? "ok" : "not ok", page->name, good ? "" : " # not what the code says; ./dev docs makes it anew");
  return good;
}

int
main (int argc, char **argv)
{
  gboolean check = argc == 3 && strcmp (argv[1], "--check") == 0;
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  const PstReferencePage *pages;
  gboolean good = TRUE;
  guint n_pages;

  if (argc != 2 && !check)
    {
      g_printerr ("Usage: penstock-reference [--check] FOLDER\n");
      return 2;
    }
  pst_catalogue_scan (catalogue);
  pages = pst_reference_list_pages (&n_pages);
  if (check)
    g_print ("1..%u\n", n_pages);
  for (guint i = 0; i < n_pages; i++)
    good &= do_page (&pages[i], catalogue, argv[argc - 1], check);
  return good ? 0 : 1;
}
