/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a halt that a restart forgets, a release that nobody finds in the audit, counters and what guards knew. */
#include <glib/gstdio.h>
#include <string.h>

#include "engine-fakes.h"

static const gint64 closes[] = { 10000, 10100, 10200, 10100, -1 };

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("penstock-memory-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "run.state", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
buy (FakeStrategy *strategy, const PstFrame *frame)
{
  pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 1);
}

/* Halts at its first order, and remembers how many it has seen. */
static void
halt (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  pst_context_request_trading_state (pst_component_get_context (PST_COMPONENT (guard)), PST_COMPONENT (guard), PST_TRADING_STATE_HALTED, "too_much");
  pst_verdict_pass (verdict);
}

static gboolean
load_reviews (PstComponent *guard, PstStateFile *state, GError **error)
{
  gint64 n = 0;

  if (!pst_state_file_get_int64 (state, "reviews", &n, error))
    return FALSE;
  FAKE_GUARD (guard)->n_reviews = (guint)n;
  return TRUE;
}

static void
save_reviews (PstComponent *guard, PstStateFile *state)
{
  pst_state_file_set_int64 (state, "reviews", FAKE_GUARD (guard)->n_reviews);
}

static void
init (Fixture *fixture, Fake *fake, PstMode mode, const char *pipeline)
{
  PstRunSettings settings = fake_settings ();

  settings.mode = mode;
  settings.audit = PST_AUDIT_STATE;
  settings.pipeline = (char *)pipeline;
  fake_init (fake, &settings, FAKE_WITH_GUARD | FAKE_WITH_STORE);
  fake->strategy->on_frame = buy;
  fake_add_closes (fake, closes);
  pst_run_set_state_file (fake->run, fixture->path);
}

static const PstAuditRecord *
find_audit (FakeStore *store, const char *action)
{
  for (guint i = 0; i < fake_store_count (store, PST_RECORD_AUDIT); i++)
    {
      const PstAuditRecord *audit = &fake_store_get (store, PST_RECORD_AUDIT, i)->audit;

      if (strcmp (audit->action, action) == 0)
        return audit;
    }
  return NULL;
}

static gint64
read_number (Fixture *fixture, const char *key)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (fixture->path, "run");
  g_autoptr (GError) error = NULL;
  gint64 number = -1;

  pst_state_file_load (file, &error);
  g_assert_no_error (error);
  pst_state_file_get_int64 (file, key, &number, &error);
  g_assert_no_error (error);
  return number;
}

static void
run_halted_once (Fixture *fixture)
{
  Fake fake;

  init (fixture, &fake, PST_MODE_PAPER, "p");
  fake.guard->on_review = halt;
  fake_run_ok (&fake);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 0);
  fake_clear (&fake);
}

/* Restart resumes halted, with the reason and whose doing it was; from the first order on. */
static void
test_resumes_halted (Fixture *fixture, gconstpointer data)
{
  const PstTradingStateRecord *state;
  const PstAuditRecord *audit;
  Fake fake;

  run_halted_once (fixture);
  init (fixture, &fake, PST_MODE_PAPER, "p");
  fake_run_ok (&fake);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 0);
  g_assert_cmpuint (fake.guard->n_reviews, ==, 0);
  g_assert_cmpstr (g_array_index (fake.strategy->orders, PstOrder, 0).reason, ==, "trading_halted");
  state = &fake_store_get (fake.store, PST_RECORD_TRADING_STATE, 0)->trading_state;
  g_assert_cmpint (state->to, ==, PST_TRADING_STATE_HALTED);
  g_assert_cmpuint (state->component, ==, pst_component_get_index (PST_COMPONENT (fake.guard)));
  g_assert_cmpstr (state->reason, ==, "too_much");
  audit = find_audit (fake.store, "STATE_RESUMED");
  g_assert_nonnull (audit);
  g_assert_cmpstr (audit->after, ==, "HALTED too_much");
  g_assert_cmpint (audit->actor_kind, ==, PST_AUDIT_ACTOR_SYSTEM);
  fake_clear (&fake);
  g_assert_cmpint (read_number (fixture, "runs"), ==, 2);
  g_assert_cmpint (read_number (fixture, "orders"), ==, 8);
  g_assert_cmpint (read_number (fixture, "denied"), ==, 8);
}

/* Release lets trading go on, is in the audit with its reason, and holds for later runs. */
static void
test_release (Fixture *fixture, gconstpointer data)
{
  run_halted_once (fixture);
  for (guint round = 0; round < 2; round++)
    {
      const PstAuditRecord *audit;
      Fake fake;

      init (fixture, &fake, PST_MODE_PAPER, "p");
      pst_run_set_release (fake.run, round == 0 ? "looked at it" : NULL);
      fake_run_ok (&fake);
      g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 4);
      audit = find_audit (fake.store, "TRADING_RELEASED");
      g_assert_true ((audit != NULL) == (round == 0));
      if (audit != NULL)
        {
          g_assert_cmpint (audit->actor_kind, ==, PST_AUDIT_ACTOR_OPERATOR);
          g_assert_cmpstr (audit->why, ==, "looked at it");
          g_assert_cmpstr (audit->before, ==, "HALTED too_much");
        }
      fake_clear (&fake);
    }
}

/* The same, said to the file while no run was there. */
static void
test_release_in_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (fixture->path, "run");
  const PstAuditRecord *audit;
  Fake fake;

  run_halted_once (fixture);
  g_assert_true (pst_state_file_load (file, NULL));
  pst_state_file_set_string (file, "released-by", "anna");
  pst_state_file_set_string (file, "release-reason", "mended");
  g_assert_true (pst_state_file_save (file, NULL));
  init (fixture, &fake, PST_MODE_PAPER, "p");
  fake_run_ok (&fake);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 4);
  audit = find_audit (fake.store, "TRADING_RELEASED");
  g_assert_nonnull (audit);
  g_assert_cmpstr (audit->why, ==, "mended (by anna)");
  fake_clear (&fake);
  g_assert_true (pst_state_file_load (file, NULL));
  {
    g_autofree char *left = NULL;

    g_assert_false (pst_state_file_get_string (file, "released-by", &left, NULL));
  }
}

/* A backtest starts afresh and leaves nothing. */
static void
test_backtest (Fixture *fixture, gconstpointer data)
{
  Fake fake;
  g_autofree char *before = NULL, *after = NULL;

  run_halted_once (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &before, NULL, NULL));
  init (fixture, &fake, PST_MODE_BACKTEST, "p");
  fake_run_ok (&fake);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 4);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_STATE), ==, 0);
  fake_clear (&fake);
  g_assert_true (g_file_get_contents (fixture->path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
}

/* Nobody knows what it said: trading is halted, and that is said. */
static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  static const char *const damaged[]
      = { "",
          "x",
          "[run]\n",
          "[run]\nuser=u\n",
          "[other]\nx=1\n",
          "[run]\ntrading-state=ACTIVE\nreason=\nby=\nsince=yesterday\nruns=1\nticks=0\norders=0\ndenied=0\nrejected=0\nfills=0\n",
          "[run]\ntrading-state=PERHAPS\nreason=\nby=\nsince=2020-01-01T00:00:00Z\nruns=1\nticks=0\norders=0\ndenied=0\nrejected=0\nfills=0\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      Fake fake;

      g_assert_true (g_file_set_contents (fixture->path, damaged[i], -1, NULL));
      init (fixture, &fake, PST_MODE_PAPER, "p");
      fake_run_ok (&fake);
      g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 0);
      g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_ALERT), ==, 1);
      g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_ALERT, 0)->alert.severity, ==, PST_SEVERITY_CRITICAL);
      g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_TRADING_STATE, 0)->trading_state.reason, ==, "state_unreadable");
      fake_clear (&fake);
      g_unlink (fixture->path);
    }
}

static void
test_other_pipeline (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Fake fake;

  run_halted_once (fixture);
  init (fixture, &fake, PST_MODE_PAPER, "q");
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING);
  g_assert_nonnull (strstr (error->message, "that of pipeline \"p\""));
  fake_clear (&fake);
}

/* Guards get back what they remembered; one that cannot understand it halts. */
static void
test_guards (Fixture *fixture, gconstpointer data)
{
  PstComponentClass *klass = g_type_class_ref (FAKE_TYPE_GUARD);

  klass->save_state = save_reviews;
  klass->load_state = load_reviews;
  for (guint round = 0; round < 3; round++)
    {
      Fake fake;

      init (fixture, &fake, PST_MODE_PAPER, "p");
      fake_run_ok (&fake);
      g_assert_cmpuint (fake.guard->n_reviews, ==, 4 * (round + 1));
      g_assert_true ((find_audit (fake.store, "GUARD_STATE_LOADED") != NULL) == (round > 0));
      fake_clear (&fake);
    }
  {
    g_autoptr (PstStateFile) file = pst_state_file_new (fixture->path, "run");
    g_autofree char *key = NULL;
    g_auto (GStrv) keys = NULL;
    Fake fake;

    g_assert_true (pst_state_file_load (file, NULL));
    keys = pst_state_file_list_keys (file);
    for (char **k = keys; *k != NULL; k++)
      if (g_str_has_prefix (*k, "guard."))
        key = g_strdup (*k);
    g_assert_nonnull (key);
    pst_state_file_set_string (file, key, "many");
    g_assert_true (pst_state_file_save (file, NULL));
    init (fixture, &fake, PST_MODE_PAPER, "p");
    fake_run_ok (&fake);
    g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 0);
    g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_TRADING_STATE, 0)->trading_state.reason, ==, "state_unreadable");
    fake_clear (&fake);
  }
  klass->save_state = NULL;
  klass->load_state = NULL;
  g_type_class_unref (klass);
}

static guint n_asked, n_restored;

static gboolean
load_asked (PstComponent *strategy, PstStateFile *state, GError **error)
{
  gint64 n = 0;

  n_restored++;
  if (!pst_state_file_get_int64 (state, "asked", &n, error))
    return FALSE;
  n_asked = (guint)n;
  return TRUE;
}

static void
save_asked (PstComponent *strategy, PstStateFile *state)
{
  pst_state_file_set_int64 (state, "asked", n_asked);
}

static void
buy_twice (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames > 2)
    return;
  n_asked++;
  pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 1);
}

/* What a strategy remembers is recorded in the tick in which it asked, before the tick's end, and once while it stays the same; a new run on paper
 * begins without it. */
static void
test_strategies (Fixture *fixture, gconstpointer data)
{
  PstComponentClass *klass = g_type_class_ref (FAKE_TYPE_STRATEGY);

  klass->save_state = save_asked;
  klass->load_state = load_asked;
  for (guint round = 0; round < 2; round++)
    {
      guint n_states = 0;
      gint64 time_ns = -1;
      Fake fake;

      n_asked = n_restored = 0;
      init (fixture, &fake, PST_MODE_PAPER, "p");
      fake.strategy->on_frame = buy_twice;
      fake_run_ok (&fake);
      g_assert_cmpuint (n_restored, ==, 0);
      g_assert_cmpuint (n_asked, ==, 2);
      for (guint i = 0; i < fake_store_count (fake.store, PST_RECORD_STATE); i++)
        {
          const PstRecord *record = fake_store_get (fake.store, PST_RECORD_STATE, i);

          if (record->state.component == G_MAXUINT32 || n_states == 2)
            continue;
          n_states++;
          g_assert_cmpstr (record->state.key, ==, "asked");
          g_assert_cmpint (g_ascii_strtoll (record->state.value, NULL, 10), ==, n_states);
          g_assert_cmpint (record->time_ns, >, time_ns);
          time_ns = record->time_ns;
        }
      g_assert_cmpuint (n_states, ==, 2);
      fake_clear (&fake);
    }
  klass->save_state = NULL;
  klass->load_state = NULL;
  g_type_class_unref (klass);
}

static const char *kept_path;

/* Says that it knows something new, and finds that in the file when the call returns: a process killed now has lost nothing. */
static void
remember_at_once (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (kept_path, "run");
  g_autofree char *key = g_strdup_printf ("guard.%s.reviews", pst_component_get_name (PST_COMPONENT (guard)));
  gint64 n = 0;

  pst_guard_remember (PST_GUARD (guard));
  g_assert_true (pst_state_file_load (file, NULL));
  g_assert_true (pst_state_file_get_int64 (file, key, &n, NULL));
  g_assert_cmpint (n, ==, guard->n_reviews);
  pst_verdict_pass (verdict);
}

static void
test_at_once (Fixture *fixture, gconstpointer data)
{
  PstComponentClass *klass = g_type_class_ref (FAKE_TYPE_GUARD);
  Fake fake;

  klass->save_state = save_reviews;
  kept_path = fixture->path;
  init (fixture, &fake, PST_MODE_PAPER, "p");
  fake.guard->on_review = remember_at_once;
  fake_run_ok (&fake);
  g_assert_cmpuint (fake.guard->n_reviews, ==, 4);
  fake_clear (&fake);
  klass->save_state = NULL;
  g_type_class_unref (klass);
}

/* Snapshots for the stores: at the interval and at the end, each whole. */
static void
test_records (Fixture *fixture, gconstpointer data)
{
  PstRunSettings settings = fake_settings ();
  guint64 last = 0;
  gboolean halted = FALSE;
  Fake fake;

  settings.mode = PST_MODE_PAPER;
  settings.state_interval_ns = 2 * DAY;
  fake_init (&fake, &settings, FAKE_WITH_GUARD | FAKE_WITH_STORE);
  fake.strategy->on_frame = buy;
  fake.guard->on_review = halt;
  fake_add_closes (&fake, closes);
  fake_run_ok (&fake);
  for (guint i = 0; i < fake_store_count (fake.store, PST_RECORD_STATE); i++)
    {
      const PstStateRecord *state = &fake_store_get (fake.store, PST_RECORD_STATE, i)->state;

      last = state->number;
      halted |= strcmp (state->key, "trading-state") == 0 && strcmp (state->value, "HALTED") == 0;
    }
  g_assert_true (halted);
  g_assert_cmpuint (last, ==, 2);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  fake_clear (&fake);
}

#define ADD(path, func) g_test_add ("/run-memory/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("resumes-halted", test_resumes_halted);
  ADD ("release", test_release);
  ADD ("release-in-file", test_release_in_file);
  ADD ("backtest", test_backtest);
  ADD ("unreadable", test_unreadable);
  ADD ("other-pipeline", test_other_pipeline);
  ADD ("guards", test_guards);
  ADD ("at-once", test_at_once);
  ADD ("strategies", test_strategies);
  ADD ("records", test_records);
  return g_test_run ();
}
