/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a run that starts with nobody to execute its orders, or live without a journal, and is noticed too late. */
#include "engine-fakes.h"
#include "pst-pipeline.h"

static void
refuse (Fake *fake, int code, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_run_prepare (fake->run, &error));
  g_assert_error (error, PST_RUN_ERROR, code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_cmpint (pst_run_get_state (fake->run), ==, PST_RUN_STATE_ERROR);
  g_assert_cmpstr (pst_run_get_end_reason (fake->run), ==, error->message);
  fake_clear (fake);
}

static void
set_feed (FakeBroker *broker, const char *feed)
{
  g_free (broker->feed);
  broker->feed = g_strdup (feed);
}

static void
init_bare (Fake *fake, PstMode mode, gboolean guards_none)
{
  PstRunSettings settings = fake_settings ();

  settings.mode = mode;
  settings.guards_none = guards_none;
  *fake = (Fake){ .run = pst_run_new (&settings) };
}

static void
test_feeds (void)
{
  Fake fake;
  FakeBroker *other;

  fake_init (&fake, NULL, FAKE_NONE);
  set_feed (fake.broker, "dada");
  refuse (&fake, PST_RUN_ERROR_WIRING, "[exchange broker] feed: there is no [exchange dada]");
  fake_init (&fake, NULL, FAKE_NONE);
  set_feed (fake.broker, "broker");
  refuse (&fake, PST_RUN_ERROR_WIRING, "no market data of its own");
  fake_init (&fake, NULL, FAKE_NONE);
  other = fake_add (&fake, FAKE_TYPE_BROKER, "second");
  set_feed (other, "broker");
  refuse (&fake, PST_RUN_ERROR_WIRING, "[exchange broker] has no market data of its own");
  fake_init (&fake, NULL, FAKE_NONE);
  fake_add (&fake, FAKE_TYPE_BROKER, "second");
  refuse (&fake, PST_RUN_ERROR_WIRING, "both execute orders on the data of [exchange data]");
  fake_init (&fake, NULL, FAKE_NONE);
  set_feed (fake.broker, NULL);
  refuse (&fake, PST_RUN_ERROR_WIRING, "[exchange broker] has no market data and fills on no feed");
}

static void
test_missing (void)
{
  Fake fake;

  init_bare (&fake, PST_MODE_BACKTEST, FALSE);
  refuse (&fake, PST_RUN_ERROR_WIRING, "no exchange of the pipeline has market data");
  init_bare (&fake, PST_MODE_BACKTEST, FALSE);
  fake_add (&fake, FAKE_TYPE_FEED, "data");
  fake_add (&fake, FAKE_TYPE_STRATEGY, "cross");
  refuse (&fake, PST_RUN_ERROR_WIRING, "no exchange of the pipeline executes orders");
}

static void
test_modes (void)
{
  PstRunSettings settings = fake_settings ();
  Fake fake;

  settings.mode = PST_MODE_PAPER;
  fake_init (&fake, &settings, FAKE_NONE);
  refuse (&fake, PST_RUN_ERROR_WIRING, "needs guards");
  settings.mode = PST_MODE_LIVE;
  fake_init (&fake, &settings, FAKE_WITH_GUARD | FAKE_WITH_STORE);
  refuse (&fake, PST_RUN_ERROR_WIRING, "needs a store that can be read back");
  settings.guards_none = TRUE;
  fake_init (&fake, &settings, FAKE_WITH_JOURNAL);
  fake_run_ok (&fake);
  fake_clear (&fake);
}

static void
test_prepare_failure (void)
{
  g_autoptr (GError) error = NULL;
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  g_ptr_array_add (fake.feed->instruments, fake_shares ("AAPL", "USD"));
  g_assert_false (pst_run_prepare (fake.run, &error));
  g_assert_true (g_str_has_prefix (error->message, "[exchange data]: "));
  g_clear_error (&error);
  g_assert_false (pst_run_prepare (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  fake_clear (&fake);
}

static void
test_add (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *long_name = g_strnfill (64, 'x');
  g_autoptr (GObject) strategy = g_object_new (FAKE_TYPE_STRATEGY, NULL);
  Fake fake, other;

  fake_init (&fake, NULL, FAKE_NONE);
  g_assert_false (pst_run_add (fake.run, PST_COMPONENT (strategy), "fake", "cross", &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING);
  g_clear_error (&error);
  g_assert_false (pst_run_add (fake.run, PST_COMPONENT (strategy), "fake", long_name, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING);
  g_clear_error (&error);
  g_assert_false (pst_run_add (fake.run, PST_COMPONENT (strategy), "fake", "", &error));
  g_clear_error (&error);
  /* Another kind may have the same name. */
  g_assert_true (pst_run_add (fake.run, PST_COMPONENT (strategy), "fake", "data", &error));
  fake_init (&other, NULL, FAKE_NONE);
  g_assert_false (pst_run_add (other.run, PST_COMPONENT (strategy), "fake", "again", &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING);
  g_clear_error (&error);
  fake_clear (&other);
  g_assert_cmpuint (pst_run_get_n_components (fake.run), ==, 4);
  g_assert_true (pst_run_get_component (fake.run, 3) == PST_COMPONENT (strategy));
  g_assert_null (pst_run_get_component (fake.run, 4));
  g_assert_true (pst_run_prepare (fake.run, &error));
  {
    g_autoptr (GObject) late = g_object_new (FAKE_TYPE_STRATEGY, NULL);

    g_assert_false (pst_run_add (fake.run, PST_COMPONENT (late), "fake", "late", &error));
    g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  }
  fake_clear (&fake);
  /* A component outlives its run, without it. */
  g_assert_null (pst_component_get_context (PST_COMPONENT (strategy)));
}

/* The executor is who fills on the owner's data; otherwise the owner, if it can. */
static void
test_executors (void)
{
  g_autoptr (GError) error = NULL;
  PstContext *context;
  FakeFeed *lonely;
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  lonely = fake_add (&fake, FAKE_TYPE_FEED, "lonely");
  g_ptr_array_add (lonely->instruments, fake_shares ("X", "USD"));
  context = PST_CONTEXT (fake.run);
  g_assert_true (pst_run_prepare (fake.run, &error));
  g_assert_cmpuint (pst_context_find_executor (context, 0), ==, 1);
  g_assert_cmpuint (pst_context_find_executor (context, 0), ==, 1);
  g_assert_cmpuint (pst_context_find_executor (context, 1), ==, PST_COMPONENT_NONE);
  g_assert_cmpuint (pst_context_find_executor (context, G_MAXUINT32), ==, PST_COMPONENT_NONE);
  g_assert_true (pst_context_find_component (context, PST_COMPONENT_KIND_EXCHANGE, "lonely") == PST_COMPONENT (lonely));
  g_assert_null (pst_context_find_component (context, PST_COMPONENT_KIND_GUARD, "lonely"));
  g_assert_null (pst_context_find_component (context, 99, "lonely"));
  g_assert_true (pst_context_get_component (context, pst_component_get_index (PST_COMPONENT (lonely))) == PST_COMPONENT (lonely));
  g_assert_null (pst_context_get_component (context, G_MAXUINT32));
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline/feeds", test_feeds);
  g_test_add_func ("/pipeline/missing", test_missing);
  g_test_add_func ("/pipeline/modes", test_modes);
  g_test_add_func ("/pipeline/prepare-failure", test_prepare_failure);
  g_test_add_func ("/pipeline/add", test_add);
  g_test_add_func ("/pipeline/executors", test_executors);
  return g_test_run ();
}
