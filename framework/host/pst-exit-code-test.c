/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scripts and service managers act on exit codes: they must not move. */

#include "pst-exit-code.h"

#include "pst-pipeline-file.h"

typedef struct
{
  GQuark domain;
  int code;
  int exit_code;
} Mapping;

static void
test_from_error (void)
{
  const Mapping mappings[] = {
    { G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, 2 },
    { PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_READ, 3 },
    { PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID, 3 },
    { PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, 3 },
    { PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE, 3 },
    { PST_RUN_ERROR, PST_RUN_ERROR_WIRING, 3 },
    { PST_PLUGIN_ERROR, PST_REFUSAL_NOT_FOUND, 4 },
    { PST_PLUGIN_ERROR, PST_REFUSAL_ABI, 4 },
    { PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, 5 },
    { PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, 5 },
    { PST_RUN_ERROR, PST_RUN_ERROR_DATA, 5 },
    { PST_STORE_ERROR, PST_STORE_ERROR_FULL, 6 },
    { PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, 6 },
    { PST_RUN_ERROR, PST_RUN_ERROR_STORE, 6 },
    { PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT, 7 },
    { PST_RUN_ERROR, PST_RUN_ERROR_STATE, 7 },
    { PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT, 7 },
    { PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, 7 },
    { G_FILE_ERROR, G_FILE_ERROR_NOENT, 1 },
  };

  g_assert_cmpint ((int)pst_exit_code_from_error (NULL), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (mappings); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (mappings[i].domain, mappings[i].code, "x");

      g_assert_cmpint ((int)pst_exit_code_from_error (error), ==, mappings[i].exit_code);
    }
}

static void
test_list (void)
{
  static const int numbers[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 130 };
  guint n_codes;
  const PstExitCodeInfo *codes = pst_exit_code_list (&n_codes);

  g_assert_cmpuint (n_codes, ==, G_N_ELEMENTS (numbers));
  for (guint i = 0; i < n_codes; i++)
    {
      g_assert_cmpint ((int)codes[i].code, ==, numbers[i]);
      g_assert_true (g_str_has_suffix (codes[i].sentence, "."));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exit-code/from-error", test_from_error);
  g_test_add_func ("/exit-code/list", test_list);
  return g_test_run ();
}
