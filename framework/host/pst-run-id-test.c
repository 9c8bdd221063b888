/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Run ids: two runs of one name would mix their ledgers. What files and real stores do is in pst-pipeline-file-test.c. */

#include "pst-run-id.h"

#include <string.h>

/* Has every run of which the number is below the threshold. */
typedef struct
{
  PstStore parent_instance;
  guint n_runs;
  guint n_asked;
} CountingStore;

typedef struct
{
  PstStoreClass parent_class;
} CountingStoreClass;

GType counting_store_get_type (void);
G_DEFINE_TYPE (CountingStore, counting_store, PST_TYPE_STORE)

static gboolean
counting_store_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  CountingStore *self = (CountingStore *)store;
  const char *dash = strrchr (run_id, '-');

  self->n_asked++;
  *found = dash != NULL && g_ascii_strtoull (dash + 1, NULL, 10) <= self->n_runs;
  return TRUE;
}

static void
counting_store_class_init (CountingStoreClass *class)
{
  PST_STORE_CLASS (class)->has_run = counting_store_has_run;
}

static void
counting_store_init (CountingStore *self)
{
}

static CountingStore *
add_store (GPtrArray *specs, guint n_runs)
{
  PstComponentSpec *spec = g_new0 (PstComponentSpec, 1);
  g_autoptr (GPtrArray) assignments = g_ptr_array_new ();
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  PstOptionGroup group = { .name = "store s", .owner = "counting", .folder = "." };
  CountingStore *store = g_object_new (counting_store_get_type (), NULL);

  store->n_runs = n_runs;
  spec->group = g_strdup ("store s");
  spec->kind = PST_COMPONENT_KIND_STORE;
  spec->options = pst_option_set_read (&group, assignments, problems);
  spec->component = PST_COMPONENT (store);
  g_ptr_array_add (specs, spec);
  return store;
}

static PstPipelineOptions *
named (const char *name)
{
  PstPipelineOptions *options = pst_pipeline_options_new ();

  g_object_set (options, "name", name, NULL);
  return options;
}

static void
test_first_free (void)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_component_spec_free);
  g_autoptr (PstPipelineOptions) options = named ("p");
  g_autoptr (GError) error = NULL;
  g_autofree char *without_stores = pst_run_id_choose (options, specs, &error);
  g_autofree char *with_stores = NULL;

  g_assert_cmpstr (without_stores, ==, "p-1");
  add_store (specs, 3);
  add_store (specs, 17);
  with_stores = pst_run_id_choose (options, specs, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (with_stores, ==, "p-18");
}

static void
test_all_taken (void)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_component_spec_free);
  g_autoptr (PstPipelineOptions) options = named ("p");
  g_autoptr (GError) error = NULL;
  CountingStore *store = add_store (specs, G_MAXUINT);

  g_assert_null (pst_run_id_choose (options, specs, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS);
  g_assert_cmpuint (store->n_asked, ==, PST_RUN_ID_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-id/first-free", test_first_free);
  g_test_add_func ("/run-id/all-taken", test_all_taken);
  return g_test_run ();
}
