/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An import that takes half of a file, or changes what was there when it fails, spoils every backtest that comes after it, and nobody sees it. How
 * the command tells of it is in tests/data. */
#include "pst-data-import.h"

#include <string.h>

#include "pst-test-folder.h"

#define HEADER "date,open,high,low,close,volume,symbol\n"
#define GOOD                         \
  "2015-01-05,10,12,9,11,100,ABC\n"  \
  "2015-01-06,11,13,10,12,200,ABC\n" \
  "2015-01-05,50,51,49,50,300,XYZ\n"

typedef struct
{
  PstCatalogue *catalogue;
  char *folder, *set, *file;
  PstDataImport what;
  const char *assignments[8];
  GString *found; /* "KIND@LINE TREATMENT; " of each finding */
  PstDataImported imported;
  GError *error;
} Fixture;

static void
on_finding (const PstDataFinding *finding, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->found, "%s@%" G_GUINT64_FORMAT " %s; ", finding->kind, finding->line, finding->treatment);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->catalogue = pst_catalogue_new (NULL);
  pst_catalogue_scan (fixture->catalogue);
  fixture->folder = pst_test_folder_new ();
  fixture->set = g_build_filename (fixture->folder, "set", NULL);
  fixture->file = g_strdup_printf ("path=%s/bars.csv", fixture->folder);
  fixture->found = g_string_new (NULL);
  fixture->assignments[0] = fixture->file;
  fixture->assignments[1] = "columns=date,open,high,low,close,volume,symbol";
  fixture->assignments[2] = "venue=US";
  fixture->what = (PstDataImport){ .folder = fixture->set,
                                   .assignments = fixture->assignments,
                                   .frozen_min = PST_DATA_FROZEN_MIN,
                                   .rows_max = PST_DATA_ROWS_MAX,
                                   .func = on_finding,
                                   .user_data = fixture };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_data_imported_clear (&fixture->imported);
  g_clear_error (&fixture->error);
  g_object_unref (fixture->catalogue);
  g_string_free (fixture->found, TRUE);
  g_free (fixture->file);
  g_free (fixture->set);
  pst_test_folder_free (fixture->folder);
}

static gboolean
import (Fixture *fixture, const char *bars)
{
  g_autofree char *text = g_strconcat (HEADER, bars, NULL);

  g_free (pst_test_folder_write (fixture->folder, "bars.csv", text, -1, 0600));
  g_string_truncate (fixture->found, 0);
  pst_data_imported_clear (&fixture->imported);
  g_clear_error (&fixture->error);
  return pst_data_import (fixture->catalogue, &fixture->what, &fixture->imported, &fixture->error);
}

static void
assert_imported (Fixture *fixture, const char *bars)
{
  gboolean done = import (fixture, bars);

  g_assert_no_error (fixture->error);
  g_assert_true (done);
}

static void
assert_fails (Fixture *fixture, const char *bars, GQuark domain, int code, const char *part)
{
  g_assert_false (import (fixture, bars));
  g_assert_error (fixture->error, domain, code);
  if (strstr (fixture->error->message, part) == NULL)
    g_error ("\"%s\" lacks \"%s\"", fixture->error->message, part);
}

static PstDataset *
open_set (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  PstDataset *set = pst_dataset_open (fixture->set, &error);

  g_assert_no_error (error);
  return set;
}

static char *
read_hash (const Fixture *fixture)
{
  g_autoptr (PstDataset) set = open_set (fixture);

  return g_strdup (pst_dataset_get_hash (set));
}

static guint
count (const Fixture *fixture, const char *what)
{
  return GPOINTER_TO_UINT (g_tree_lookup (fixture->imported.counts, what));
}

/* Every number of the file, in the series of its symbol, with what a backtest must know about it. */
static void
test_rows (Fixture *fixture, gconstpointer data)
{
  static const gint64 expected[][2] = { { 100000, 110000 }, { 120000, 130000 }, { 90000, 100000 }, { 110000, 120000 } };
  g_autoptr (PstDataset) set = NULL;
  g_autoptr (GError) error = NULL;
  const PstDatasetSeries *series;
  const PstDatasetSource *source;

  fixture->assignments[3] = "calendar=nyse";
  assert_imported (fixture, GOOD);
  g_assert_cmpuint (fixture->imported.n_rows, ==, 3);
  g_assert_cmpuint (fixture->imported.n_rejected, ==, 0);
  g_assert_cmpuint (fixture->imported.n_added, ==, 3);
  g_assert_cmpuint (fixture->imported.n_series, ==, 2);
  g_assert_cmpuint (fixture->imported.n_changed, ==, 2);
  g_assert_cmpuint (fixture->imported.n_files, ==, 1);
  g_assert_true (fixture->imported.changed);
  g_assert_false (fixture->imported.is_known);
  set = open_set (fixture);
  series = pst_dataset_find (set, PST_SERIES_KIND_BARS, "ABC.US", PST_NS_PER_DAY, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (series->n_rows, ==, 2);
  g_assert_cmpstr (series->calendar, ==, "nyse");
  g_assert_cmpuint (series->instrument->price_scale, ==, 4);
  for (guint c = 0; c < 4; c++)
    for (guint i = 0; i < 2; i++)
      g_assert_cmpint (pst_dataset_get_column (set, series, 2 + c)[i], ==, expected[c][i]);
  source = pst_dataset_get_source (set, 0);
  g_assert_cmpstr (source->files[0], ==, "bars.csv");
  g_assert_cmpuint (source->n_rows, ==, 3);
  g_assert_nonnull (strstr (source->options, "plugin=replay"));
  g_assert_nonnull (strstr (source->options, "calendar=nyse"));
}

/* What was imported once is known by its bytes, and read again only on demand; then, too, nothing is another than before. */
static void
test_known (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL, *again = NULL;

  assert_imported (fixture, GOOD);
  first = read_hash (fixture);
  assert_imported (fixture, GOOD);
  g_assert_true (fixture->imported.is_known);
  g_assert_cmpuint (fixture->imported.n_rows, ==, 0);
  fixture->what.again = TRUE;
  assert_imported (fixture, GOOD);
  g_assert_false (fixture->imported.is_known);
  g_assert_cmpuint (fixture->imported.n_rows, ==, 3);
  g_assert_cmpuint (fixture->imported.n_changed, ==, 0);
  g_assert_false (fixture->imported.changed);
  again = read_hash (fixture);
  g_assert_cmpstr (first, ==, again);
}

/* Says all that it would say, and leaves no folder behind. */
static void
test_dry_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstDataset) set = NULL;

  fixture->what.dry_run = TRUE;
  assert_imported (fixture, GOOD "2015-01-07,0,1,1,1,1,ABC\n");
  g_assert_cmpuint (fixture->imported.n_rejected, ==, 1);
  g_assert_cmpuint (fixture->imported.n_added, ==, 3);
  g_assert_cmpstr (fixture->found->str, ==, "not-positive@5 rejected; ");
  g_assert_null (pst_dataset_open (fixture->set, NULL));
}

/* The rows of the two are told apart by nothing but their numbers: who is right is the user's to say, and until then nothing is written. */
static void
test_conflict (Fixture *fixture, gconstpointer data)
{
  static const char other[] = "2015-01-05,10,12,9,11,100,ABC\n2015-01-06,11,13,10,12.5,200,ABC\n2015-01-07,12,13,12,13,5,ABC\n";
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (PstDataset) kept = NULL, replaced = NULL;

  assert_imported (fixture, GOOD);
  before = read_hash (fixture);
  assert_fails (fixture, other, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "bars.csv:3: ABC.US: from 2015-01-06T00:00:00Z on");
  g_assert_cmpstr (fixture->found->str, ==, "differs@3 failed; ");
  after = read_hash (fixture);
  g_assert_cmpstr (before, ==, after);
  fixture->what.on_conflict = PST_DATA_CONFLICT_KEEP;
  assert_imported (fixture, other);
  g_assert_cmpuint (count (fixture, "differs rejected"), ==, 1);
  kept = open_set (fixture);
  g_assert_cmpint (pst_dataset_get_column (kept, pst_dataset_get_series (kept, 0), 5)[1], ==, 120000);
  g_assert_cmpuint (pst_dataset_get_series (kept, 0)->n_rows, ==, 3);
  fixture->what.on_conflict = PST_DATA_CONFLICT_REPLACE;
  fixture->what.again = TRUE;
  assert_imported (fixture, other);
  g_assert_cmpuint (count (fixture, "differs kept"), ==, 1);
  replaced = open_set (fixture);
  g_assert_cmpint (pst_dataset_get_column (replaced, pst_dataset_get_series (replaced, 0), 5)[1], ==, 125000);
  /* Who has the old files open still reads them. */
  g_assert_cmpint (pst_dataset_get_column (kept, pst_dataset_get_series (kept, 0), 5)[1], ==, 120000);
}

static void
test_treatments (Fixture *fixture, gconstpointer data)
{
  static const char gap[] = "2015-01-05,10,12,9,11,100,ABC\n2015-01-08,11,13,10,12,200,ABC\n";
  static const char *const failing[] = { "gap=fail", NULL }, *const ignoring[] = { "gap=ignore", NULL };

  fixture->assignments[3] = "calendar=nyse";
  fixture->what.treatments = failing;
  assert_fails (fixture, gap, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "2 sessions missing");
  g_assert_cmpstr (fixture->found->str, ==, "gap@3 failed; ");
  g_assert_null (pst_dataset_open (fixture->set, NULL));
  fixture->what.treatments = ignoring;
  assert_imported (fixture, gap);
  g_assert_cmpstr (fixture->found->str, ==, "");
  g_assert_cmpint (g_tree_nnodes (fixture->imported.counts), ==, 0);
  /* As another reading of the same file it is imported once more. */
  fixture->what.treatments = NULL;
  assert_imported (fixture, gap);
  g_assert_cmpstr (fixture->found->str, ==, "gap@3 kept; ");
  g_assert_cmpuint (count (fixture, "gap kept"), ==, 1);
}

static void
test_treatments_that_are_none (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *treatment, *part;
  } cases[] = { { "gap", "KIND=keep" },
                { "gap=drop", "KIND=keep" },
                { "gaps=fail", "one of gap" },
                { "gap=reject", "no row to reject" },
                { "zero-volume=reject", "zero-volume=reject" },
                { "differs=reject", "--on-conflict" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const treatments[] = { cases[i].treatment, NULL };

      fixture->what.treatments = treatments;
      assert_fails (fixture, GOOD, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, cases[i].part);
      fixture->what.treatments = NULL;
    }
}

/* Who cannot read is said before anything is opened, and a limit of memory is one. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  fixture->assignments[3] = "bars.csv";
  assert_fails (fixture, GOOD, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "\"bars.csv\": write OPTION=VALUE");
  g_clear_error (&fixture->error);
  fixture->assignments[3] = NULL;
  fixture->what.plugin = "sim";
  assert_fails (fixture, GOOD, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "does not read files row by row");
  fixture->what.plugin = "repaly";
  g_assert_false (import (fixture, GOOD));
  g_assert_nonnull (strstr (fixture->error->message, "repaly"));
  fixture->what.plugin = NULL;
  fixture->what.rows_max = 2;
  assert_fails (fixture, GOOD, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "more than 2 rows");
  fixture->what.rows_max = 3;
  assert_imported (fixture, GOOD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/data-import/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("rows", test_rows);
  ADD ("known", test_known);
  ADD ("dry-run", test_dry_run);
  ADD ("conflict", test_conflict);
  ADD ("treatments", test_treatments);
  ADD ("treatments-that-are-none", test_treatments_that_are_none);
  ADD ("refused", test_refused);
  return g_test_run ();
}
