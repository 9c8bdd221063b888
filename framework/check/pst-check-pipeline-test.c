/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kit's way to run a whole pipeline, on the tree's own plugins. */

#include <penstock-check.h>

#include <string.h>

#define PIPELINE                                                                                    \
  "[pipeline]\nname=crossing\nmode=backtest\n"                                                      \
  "[exchange data]\nplugin=replay\npath=bars.csv\ncolumns=date,open,high,low,close,volume,symbol\n" \
  "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000000 USD\n"                                    \
  "[strategy cross]\nplugin=sma-cross\nfast=2\nslow=3\norder-value=10000 USD\n"

static char *
make_bars (void)
{
  GString *text = g_string_new (NULL);

  for (guint day = 1; day <= 28; day++)
    {
      guint price = day / 7 % 2 == 0 ? 10 + day : 40 - day;

      g_string_append_printf (text, "2020-02-%02u,%u,%u,%u,%u,1000,AAPL\n", day, price, price, price, price);
    }
  return g_string_free (text, FALSE);
}

static gboolean
have_plugins (void)
{
  g_auto (GStrv) ids = pst_check_list_plugins ();
  static const char *const needed[] = { "replay", "sim", "sma-cross" };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (!g_strv_contains ((const char *const *)ids, needed[i]))
      {
        g_test_skip ("the plugins replay, sim and sma-cross are not all on PENSTOCK_PLUGIN_PATH: build the whole tree");
        return FALSE;
      }
  return TRUE;
}

static void
test_runs (void)
{
  g_autofree char *bars = make_bars ();
  g_autoptr (PstCheckRun) run = NULL;
  g_autoptr (PstCheckRun) again = NULL;

  if (!have_plugins ())
    return;
  run = pst_check_run_pipeline (PIPELINE, "bars.csv", bars, NULL);
  g_assert_no_error (run->error);
  g_assert_cmpint (run->state, ==, PST_RUN_STATE_STOPPED);
  g_assert_true (g_file_test (run->folder, G_FILE_TEST_IS_DIR));
  g_assert_cmpuint (pst_check_run_count (run, PST_RECORD_TICK), >=, 28);
  g_assert_cmpuint (pst_check_run_count (run, PST_RECORD_FILL), >, 0);
  g_assert_cmpint (pst_check_run_find (run, PST_RECORD_RUN, 0)->run.state, ==, PST_RUN_STATE_CREATED);
  g_assert_cmpstr (pst_check_run_find (run, PST_RECORD_COMPONENT, 2)->component.name, ==, "cross");
  g_assert_null (pst_check_run_find (run, PST_RECORD_RUN, 99));

  again = pst_check_run_pipeline (PIPELINE, "bars.csv", bars, NULL);
  g_assert_cmpuint (again->records->len, ==, run->records->len);
  for (guint i = 0; i < run->records->len; i++)
    {
      g_autoptr (GByteArray) one = g_byte_array_new (), other = g_byte_array_new ();

      pst_record_encode (run->records->pdata[i], one);
      pst_record_encode (again->records->pdata[i], other);
      g_assert_cmpmem (one->data, one->len, other->data, other->len);
    }
}

static void
test_refused (void)
{
  g_autoptr (PstCheckRun) run = pst_check_run_pipeline ("[pipeline]\nname=x\n[strategy s]\nplugin=no-such-plugin\n", NULL);

  g_assert_nonnull (run->error);
  g_assert_nonnull (strstr (run->error->message, "no-such-plugin"));
  g_assert_cmpint (run->state, ==, 0);
  g_assert_cmpuint (run->records->len, ==, 0);
  pst_check_run_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/pipeline/runs", test_runs);
  g_test_add_func ("/check/pipeline/refused", test_refused);
  return g_test_run ();
}
