/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strategies that are made of others in whole pipelines, with the plugins that a host loads: a vote that trades beside its members would trade twice.
 */
#include <penstock-check.h>

#include <string.h>

#define COMMON                                                                                      \
  "[pipeline]\nname=t\nmode=backtest\n"                                                             \
  "[exchange data]\nplugin=replay\npath=bars.csv\ncolumns=date,open,high,low,close,volume,symbol\n" \
  "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000000 USD\n"
#define CROSS "[strategy cross]\nplugin=sma-cross\nfast=2\nslow=5\ndirection=both\n"
#define SIZE "direction=both\norder-size=10\n"

static char *
make_bars (guint n)
{
  GString *bars = g_string_new (NULL);
  g_autoptr (GDateTime) day = g_date_time_new_utc (2019, 1, 1, 0, 0, 0);
  PstRandom random;
  gint64 price = 10000;

  pst_random_init (&random, 7, "bars");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GDateTime) date = g_date_time_add_days (day, (int)i);
      g_autofree char *text = g_date_time_format (date, "%Y-%m-%d");

      price = MAX (price + (gint64)pst_random_below (&random, 401) - 200, 1000);
      g_string_append_printf (bars, "%s,%d,%d,%d,%d,1000,AAPL\n", text, (int)price, (int)price, (int)price, (int)price);
    }
  return g_string_free (bars, FALSE);
}

static PstCheckRun *
run (const char *strategies, const char *bars)
{
  g_autofree char *pipeline = g_strconcat (COMMON, strategies, NULL);

  return pst_check_run_pipeline (pipeline, "bars.csv", bars, NULL);
}

/* By time, side, price, quantity and fee; @by: the strategy that must have made those of @other. */
static void
assert_same_fills (PstCheckRun *one, PstCheckRun *other, const char *by)
{
  guint n = pst_check_run_count (one, PST_RECORD_FILL);

  g_assert_no_error (one->error);
  g_assert_no_error (other->error);
  g_assert_cmpuint (n, >, 50);
  g_assert_cmpuint (pst_check_run_count (other, PST_RECORD_FILL), ==, n);
  for (guint i = 0; i < n; i++)
    {
      const PstRecord *first = pst_check_run_find (one, PST_RECORD_FILL, i), *second = pst_check_run_find (other, PST_RECORD_FILL, i);

      g_assert_cmpint (first->time_ns, ==, second->time_ns);
      g_assert_cmpint (first->fill.side, ==, second->fill.side);
      g_assert_cmpint (first->fill.price, ==, second->fill.price);
      g_assert_cmpint (first->fill.quantity, ==, second->fill.quantity);
      g_assert_cmpint (first->fill.fee, ==, second->fill.fee);
      for (guint c = 0; c < pst_check_run_count (other, PST_RECORD_COMPONENT); c++)
        {
          const PstRecord *component = pst_check_run_find (other, PST_RECORD_COMPONENT, c);

          if (component->component.index == second->fill.strategy)
            g_assert_cmpstr (component->component.name, ==, by);
        }
    }
}

/* Wherever it stands in the file. */
static void
test_vote_of_one (void)
{
  static const char *const votes[] = {
    CROSS "[strategy vote]\nplugin=ensemble\nmembers=cross\nentry-threshold=1\n" SIZE,
    "[strategy vote]\nplugin=ensemble\nmembers=cross\nweights=7\n" SIZE CROSS,
    "[strategy vote]\nplugin=ensemble\nmembers=inner\n" SIZE "[strategy inner]\nplugin=ensemble\nmembers=cross\ndirection=both\n" CROSS,
  };
  g_autofree char *bars = make_bars (400);
  g_autoptr (PstCheckRun) alone = run (CROSS "order-size=10\n", bars);

  for (guint i = 0; i < G_N_ELEMENTS (votes); i++)
    {
      g_autoptr (PstCheckRun) voted = run (votes[i], bars);

      assert_same_fills (alone, voted, "vote");
    }
}

/* When every bar is a range, the range's member acts as if it were alone. */
static void
test_one_regime (void)
{
  g_autofree char *bars = make_bars (400);
  g_autoptr (PstCheckRun) alone = run (CROSS "order-size=10\n", bars);
  g_autoptr (PstCheckRun) switched
      = run (CROSS "[strategy other]\nplugin=rsi\nperiod=3\n[strategy regime]\nplugin=regime-aware\ntrend-member=other\nrange-member=cross\n"
                   "period=2\ntrend-above=100\nrange-below=100\n" SIZE,
             bars);

  assert_same_fills (alone, switched, "regime");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *strategies, *words;
  } cases[] = {
    { CROSS "[strategy vote]\nplugin=ensemble\nmembers=crosss\n" SIZE,
      "and no other strategy is made of it: [strategy vote] option \"members\": there is no [strategy crosss]; did you mean \"cross\"?" },
    { CROSS "order-size=10\n[strategy vote]\nplugin=ensemble\nmembers=cross\n" SIZE, "[strategy cross]: option \"order-size\" would do nothing" },
    { CROSS "[strategy vote]\nplugin=ensemble\n" SIZE, "members" },
    { CROSS "[strategy one]\nplugin=ensemble\nmembers=two;cross\n" SIZE "[strategy two]\nplugin=ensemble\nmembers=one\n",
      "a strategy cannot be made of itself: one -> two -> one" },
    { "[strategy keep]\nplugin=rebalance\nweights=AAPL:1\n[strategy vote]\nplugin=ensemble\nmembers=keep\n" SIZE,
      "[strategy keep] is a rebalance, which gives orders and no signals" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PstCheckRun) refused = run (cases[i].strategies, "2020-01-02,1,1,1,1,1,AAPL\n");

      g_assert_nonnull (refused->error);
      if (strstr (refused->error->message, cases[i].words) == NULL)
        g_error ("\"%s\" lacks \"%s\"", refused->error->message, cases[i].words);
      g_assert_cmpuint (pst_check_run_count (refused, PST_RECORD_FILL), ==, 0);
    }
}

/* A period longer than the data: the run's end says so, and it names the vote, not the member. */
static void
test_short_data (void)
{
  g_autofree char *bars = make_bars (5);
  g_autoptr (PstCheckRun) it = run (CROSS "[strategy vote]\nplugin=ensemble\nmembers=cross\n" SIZE, bars);

  g_assert_no_error (it->error);
  g_assert_cmpuint (pst_check_run_count (it, PST_RECORD_ALERT), ==, 1);
  g_assert_nonnull (strstr (pst_check_run_find (it, PST_RECORD_ALERT, 0)->alert.message, "the first comes after 5 bars at the earliest"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ensemble/vote-of-one", test_vote_of_one);
  g_test_add_func ("/ensemble/one-regime", test_one_regime);
  g_test_add_func ("/ensemble/refused", test_refused);
  g_test_add_func ("/ensemble/short-data", test_short_data);
  return g_test_run ();
}
