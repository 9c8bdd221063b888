/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reference says what the code does: options of plugins that are there, every code of every domain, and nothing breaks a table. */

#include "pst-reference.h"

#include "../../tests/loader/loader-kit.h"
#include "pst-error-list.h"

static char *
page_text (PstCatalogue *catalogue, const char *name)
{
  guint n_pages;
  const PstReferencePage *pages = pst_reference_list_pages (&n_pages);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_pages; i++)
    if (strcmp (pages[i].name, name) == 0)
      pst_reference_append_page (&pages[i], catalogue, text);
  return g_string_free (text, FALSE);
}

static void
assert_has (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_assert_cmpstr (text, ==, part);
}

static void
test_plugins (void)
{
  g_autoptr (PstCatalogue) catalogue = loader_kit_scan (g_getenv ("PENSTOCK_TEST_GOOD"));
  g_autofree char *text = page_text (catalogue, "plugins");
  g_autofree char *again = page_text (catalogue, "plugins");

  assert_has (text, "# Plugins and their options\n");
  assert_has (text, "## Plugins for [strategy NAME]\n\n### good-strategy\n\nA good strategy. For tests of the host.\n\n");
  assert_has (text, "| `symbol` | text | required | What to trade. |\n");
  assert_has (text, "| `fast` | integer from 1 to 10000 | 10 | Bars of the fast average. |\n");
  assert_has (text, "| `eager` | true or false | false | Whether it is. May be changed while the run goes on. |\n");
  assert_has (text, "| `token` | text | not set | A secret. Secret: only by `@env:NAME` or `@file:PATH`. |\n");
  assert_has (text, "A path: relative to the pipeline file's folder.");
  assert_has (text, "### good-guard\n\nA good guard. For tests of the host.\n\nNo options.\n");
  g_assert_null (strstr (text, "key-missing")); /* refused: not described */
  g_assert_true (g_str_has_suffix (text, "\n") && !g_str_has_suffix (text, "\n\n"));
  g_assert_cmpstr (text, ==, again);
}

static void
test_other_pages (void)
{
  g_autoptr (PstCatalogue) catalogue = loader_kit_scan (g_getenv ("PENSTOCK_TEST_GOOD"));
  g_autoptr (PstTestFolder) empty = pst_test_folder_new ();
  g_autoptr (PstCatalogue) nothing = loader_kit_scan (empty);
  g_autofree char *pipeline = page_text (catalogue, "pipeline");
  g_autofree char *signals = page_text (catalogue, "signals");
  g_autofree char *states = page_text (catalogue, "order-states");
  g_autofree char *denials = page_text (catalogue, "denials");
  g_autofree char *exit_codes = page_text (catalogue, "exit-codes");
  g_autofree char *no_plugins = page_text (nothing, "plugins");

  assert_has (pipeline, "| `name` | text | required | ");
  assert_has (pipeline, "| `mode` | one of backtest, paper, live | backtest | ");
  assert_has (pipeline, "| `tick-interval` | duration from 0s to 366d (a number and us, ms, s, m, h or d) | 0s | ");
  assert_has (signals, "| `PstComponent` | `alert-raised` | `PstRecord` | Something that people should know");
  assert_has (signals, "| `PstExchange` | `frame-received` | ");
  assert_has (signals, "| `PstGoodStrategy` | `crossed` | `gint` | See the plugin's README. |\n");
  assert_has (states, " | final |\n");
  assert_has (denials, "| `trading_halted` | The trading state is HALTED");
  assert_has (exit_codes, "| 130 | `interrupted` | The run was interrupted");
  assert_has (no_plugins, "## Plugins for [guard NAME]\n\nNone.\n");
}

/* Every code of every domain has its sentence on the page. */
static void
test_every_error_is_told (void)
{
  guint n_domains;
  const PstErrorDomain *domains = pst_error_list (&n_domains);
  g_autofree char *text = page_text (NULL, "errors");

  for (guint i = 0; i < n_domains; i++)
    {
      assert_has (text, domains[i].name);
      for (guint j = 0; j < domains[i].n_codes; j++)
        assert_has (text, domains[i].describe (j).sentence);
    }
}

/* Every line of a table has as many cells as its head. */
static void
test_tables_are_whole (void)
{
  g_autoptr (PstCatalogue) catalogue = loader_kit_scan (g_getenv ("PENSTOCK_TEST_GOOD"));
  guint n_pages;
  const PstReferencePage *pages = pst_reference_list_pages (&n_pages);

  for (guint i = 0; i < n_pages; i++)
    {
      g_autofree char *text = page_text (catalogue, pages[i].name);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
      guint n_cells = 0;

      for (guint j = 0; lines[j] != NULL; j++)
        {
          guint n = 0;

          for (const char *p = lines[j]; *lines[j] == '|' && *p != '\0'; p++)
            n += *p == '|' && (p == lines[j] || p[-1] != '\\');
          g_assert_true (n == 0 || n_cells == 0 || n == n_cells);
          n_cells = n;
        }
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (PstTestFolder) good = pst_test_folder_new ();
  g_autofree char *refused = NULL;

  g_test_init (&argc, &argv, NULL);
  loader_kit_add_all_good (good);
  refused = loader_kit_add_manifest (good, "key-missing");
  g_setenv ("PENSTOCK_TEST_GOOD", good, TRUE);
  g_test_add_func ("/reference/plugins", test_plugins);
  g_test_add_func ("/reference/other-pages", test_other_pages);
  g_test_add_func ("/reference/every-error-is-told", test_every_error_is_told);
  g_test_add_func ("/reference/tables-are-whole", test_tables_are_whole);
  return g_test_run ();
}
