/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs and what they print. */

#include "house-run.h"

static void
read_summary (HouseRun *run)
{
  g_autoptr (GError) error = NULL;

  run->parser = json_parser_new ();
  if (*run->outcome->output == '\0')
    return;
  json_parser_load_from_data (run->parser, run->outcome->output, -1, &error);
  g_assert_no_error (error);
  run->summary = json_node_get_object (json_parser_get_root (run->parser));
}

HouseRun *
house_run (const TestFolder *folder, const char *pipeline, ...)
{
  HouseRun *run = g_new0 (HouseRun, 1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  const char *assignment;
  va_list assignments;

  run->folder = folder;
  run->ledger = test_folder_path (folder, "ledger.db");
  run->journal = test_folder_path (folder, "run.journal");
  test_folder_write (folder, "house.pipeline", pipeline);
  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (gpointer) "run");
  g_ptr_array_add (argv, (gpointer) "house.pipeline");
  g_ptr_array_add (argv, (gpointer) "--json");
  va_start (assignments, pipeline);
  while ((assignment = va_arg (assignments, const char *)) != NULL)
    {
      g_ptr_array_add (argv, (gpointer) "--set");
      g_ptr_array_add (argv, (gpointer)assignment);
    }
  va_end (assignments);
  g_ptr_array_add (argv, NULL);
  run->outcome = test_run_argv (folder, NULL, (const char *const *)argv->pdata);
  read_summary (run);
  return run;
}

void
house_run_free (HouseRun *run)
{
  test_outcome_free (run->outcome);
  g_object_unref (run->parser);
  g_free (run->ledger);
  g_free (run->journal);
  g_free (run);
}

gint64
house_run_get_feed_count (const HouseRun *run, const char *name)
{
  JsonArray *feeds = json_object_get_array_member (run->summary, "feeds");

  g_assert_cmpuint (json_array_get_length (feeds), ==, 1);
  return json_object_get_int_member (json_array_get_object_element (feeds, 0), name);
}

gint64
house_run_get_total (const HouseRun *run, const char *name)
{
  return json_object_get_int_member (json_object_get_object_member (run->summary, "total"), name);
}

GBytes *
house_run_read_journal (const HouseRun *run)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize length;

  g_file_get_contents (run->journal, &data, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

void
house_run_assert_same (const HouseRun *run, const HouseRun *other)
{
  g_autofree char *dump = test_ledger_dump (run->ledger), *other_dump = test_ledger_dump (other->ledger);
  g_autoptr (GBytes) journal = house_run_read_journal (run), other_journal = house_run_read_journal (other);

  /* Not g_assert_cmpstr: two ledgers in a message help nobody. */
  g_assert_true (g_str_equal (dump, other_dump));
  g_assert_true (g_bytes_equal (journal, other_journal));
  g_assert_cmpstr (run->outcome->output, ==, other->outcome->output);
}
