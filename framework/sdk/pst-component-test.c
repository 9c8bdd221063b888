/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of a component's life, and its options: what every plugin relies on and none checks. */

#include <penstock-check.h>

#include <string.h>

#define TEST_TYPE_PART (test_part_get_type ())
G_DECLARE_FINAL_TYPE (TestPart, test_part, TEST, PART, PstService)
struct _TestPart
{
  PstService parent_instance;
  GString *log; /* not owned */
  char *path;
  PstDecimal *fee;
  gint size;
  gint limit;
  gboolean fails, mute;
};
G_DEFINE_FINAL_TYPE (TestPart, test_part, PST_TYPE_SERVICE)

enum
{
  PROP_SIZE = 1,
  PROP_LIMIT,
  PROP_PATH,
  PROP_FEE,
  PROP_INTERNAL
};

static gboolean
step (PstComponent *component, const char *name, GError **error)
{
  TestPart *part = TEST_PART (component);

  if (part->log != NULL)
    g_string_append_printf (part->log, "%s ", name);
  if (part->fails && !part->mute)
    g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT, "no %s today", name);
  return !part->fails;
}

static gboolean
test_part_prepare (PstComponent *component, GError **error)
{
  return step (component, "prepare", error);
}

static gboolean
test_part_start (PstComponent *component, GError **error)
{
  return step (component, "start", error);
}

static void
test_part_stop (PstComponent *component)
{
  g_assert_false (pst_component_is_started (component));
  g_string_append (TEST_PART (component)->log, "stop ");
}

static void
test_part_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TestPart *part = TEST_PART (object);

  if (id == PROP_SIZE)
    part->size = g_value_get_int (value);
  else if (id == PROP_LIMIT)
    part->limit = g_value_get_int (value);
  else if (id == PROP_FEE)
    {
      g_clear_pointer (&part->fee, pst_decimal_free);
      part->fee = g_value_dup_boxed (value);
    }
  else if (id == PROP_PATH)
    {
      g_free (part->path);
      part->path = g_value_dup_string (value);
    }
}

static void
test_part_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TestPart *part = TEST_PART (object);

  if (id == PROP_SIZE)
    g_value_set_int (value, part->size);
  else if (id == PROP_LIMIT)
    g_value_set_int (value, part->limit);
  else if (id == PROP_FEE)
    g_value_set_boxed (value, part->fee);
  else if (id == PROP_PATH)
    g_value_set_string (value, part->path);
}

static void
test_part_finalize (GObject *object)
{
  TestPart *part = TEST_PART (object);

  g_free (part->path);
  g_clear_pointer (&part->fee, pst_decimal_free);
  G_OBJECT_CLASS (test_part_parent_class)->finalize (object);
}

static void
test_part_class_init (TestPartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = test_part_set_property;
  object_class->get_property = test_part_get_property;
  object_class->finalize = test_part_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = test_part_prepare;
  PST_COMPONENT_CLASS (klass)->start = test_part_start;
  PST_COMPONENT_CLASS (klass)->stop = test_part_stop;
  g_object_class_install_property (object_class, PROP_SIZE, g_param_spec_int ("size", "Size", "How much.", 1, 100, 10, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_LIMIT,
                                   g_param_spec_int ("limit", "Limit", "At most.", 1, 100, 50, PST_OPTION_READWRITE | PST_OPTION_LIVE));
  g_object_class_install_property (
      object_class, PROP_PATH, g_param_spec_string ("path", "Path", "Where.", NULL, PST_OPTION_READWRITE | PST_OPTION_PATH | PST_OPTION_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_FEE, pst_param_spec_decimal ("fee", "Fee", "What it costs.", "0", "1", "0", PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (object_class, PROP_INTERNAL, g_param_spec_int ("internal", "I", "No option.", 0, 1, 0, G_PARAM_READWRITE));
}

static void
test_part_init (TestPart *part)
{
  part->size = 10;
  part->limit = 50;
}

typedef struct
{
  PstHarness *harness; /* only as a context: parts are attached by hand */
  PstComponent *part;
  GString *log;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->harness = pst_harness_new ();
  fixture->part = g_object_new (TEST_TYPE_PART, NULL);
  fixture->log = TEST_PART (fixture->part)->log = g_string_new (NULL);
  g_assert_cmpstr (pst_component_get_name (fixture->part), ==, "");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->part != NULL)
    g_assert_finalize_object (fixture->part);
  pst_harness_finish (fixture->harness);
  g_string_free (fixture->log, TRUE);
}

static void
set_option (Fixture *fixture, const char *option, const char *text)
{
  g_autoptr (GError) error = NULL;

  pst_component_set_option (fixture->part, option, text, &error);
  g_assert_no_error (error);
}

static void
attach (Fixture *fixture)
{
  set_option (fixture, "path", "x");
  set_option (fixture, "fee", "0.1");
  pst_component_attach (fixture->part, PST_CONTEXT (fixture->harness), "part", "one", 7);
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  PstComponent *part = fixture->part;

  g_assert_cmpstr (pst_component_get_plugin (part), ==, "");
  g_assert_cmpuint (pst_component_get_index (part), ==, G_MAXUINT32);
  attach (fixture);
  g_assert_cmpstr (pst_component_get_name (part), ==, "one");
  g_assert_cmpstr (pst_component_get_plugin (part), ==, "part");
  g_assert_cmpuint (pst_component_get_index (part), ==, 7);
  g_assert_cmpint (pst_component_get_kind (part), ==, PST_COMPONENT_KIND_SERVICE);
  g_assert_true (pst_component_get_context (part) == PST_CONTEXT (fixture->harness));

  g_assert_true (pst_component_prepare (part, NULL));
  g_assert_true (pst_component_start (part, NULL));
  g_assert_true (pst_component_is_started (part));
  pst_component_stop (part);
  g_assert_true (pst_component_start (part, NULL));
  pst_component_stop (part);
  g_assert_cmpstr (fixture->log->str, ==, "prepare start stop start stop ");
  pst_component_detach (part);
  g_assert_null (pst_component_get_context (part));
}

static void
test_failures (Fixture *fixture, gconstpointer data)
{
  TestPart *part = TEST_PART (fixture->part);
  g_autoptr (GError) error = NULL;

  attach (fixture);
  part->fails = TRUE;
  g_assert_false (pst_component_prepare (fixture->part, &error));
  g_assert_cmpstr (error->message, ==, "no prepare today");
  g_clear_error (&error);
  part->fails = FALSE;
  g_assert_true (pst_component_prepare (fixture->part, NULL));
  part->fails = part->mute = TRUE;
  g_assert_false (pst_component_start (fixture->part, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT);
  g_assert_nonnull (strstr (error->message, "\"one\" of plugin \"part\" failed to start"));
  g_assert_false (pst_component_is_started (fixture->part));
  g_assert_cmpstr (fixture->log->str, ==, "prepare prepare start ");
}

static void
test_dispose_stops (Fixture *fixture, gconstpointer data)
{
  attach (fixture);
  g_assert_true (pst_component_prepare (fixture->part, NULL));
  g_assert_true (pst_component_start (fixture->part, NULL));
  g_clear_object (&fixture->part);
  g_assert_cmpstr (fixture->log->str, ==, "prepare start stop ");
}

/* A run that goes before its components leaves no dangling pointer. */
static void
test_run_goes_first (Fixture *fixture, gconstpointer data)
{
  PstHarness *other = pst_harness_new ();

  pst_component_attach (fixture->part, PST_CONTEXT (other), "part", "one", 1);
  pst_harness_finish (other);
  g_assert_null (pst_component_get_context (fixture->part));
}

static void
test_order_is_kept (Fixture *fixture, gconstpointer data)
{
  PstComponent *part = fixture->part;

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*context != NULL*");
  g_assert_false (pst_component_prepare (part, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*prepared*");
  g_assert_false (pst_component_start (part, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*started*");
  pst_component_stop (part);
  attach (fixture);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*context == NULL*");
  pst_component_attach (part, PST_CONTEXT (fixture->harness), "part", "two", 8);
  g_assert_true (pst_component_prepare (part, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*prepared*");
  g_assert_false (pst_component_prepare (part, NULL));
  g_assert_true (pst_component_start (part, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*started*");
  g_assert_false (pst_component_start (part, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*started*");
  pst_component_detach (part);
  g_test_assert_expected_messages ();
  g_assert_cmpstr (fixture->log->str, ==, "prepare start ");
}

static void
test_options (Fixture *fixture, gconstpointer data)
{
  g_autofree GParamSpec **options = NULL;
  g_autoptr (GError) error = NULL;
  guint n_options;

  options = pst_option_list (TEST_TYPE_PART, &n_options);
  g_assert_cmpuint (n_options, ==, 4);
  g_assert_cmpstr (options[0]->name, ==, "size");
  g_assert_cmpstr (options[3]->name, ==, "fee");

  set_option (fixture, "size", "42");
  g_assert_cmpint (TEST_PART (fixture->part)->size, ==, 42);
  g_assert_false (pst_component_set_option (fixture->part, "size", "101", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
  g_assert_cmpint (TEST_PART (fixture->part)->size, ==, 42);
  g_clear_error (&error);
  g_assert_false (pst_component_set_option (fixture->part, "szie", "1", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_assert_cmpstr (error->message, ==, "unknown option \"szie\"; did you mean \"size\"? (options: size, limit, path, fee)");
  g_clear_error (&error);
  /* What is no option, or is one under another spelling, is not set. */
  g_assert_false (pst_component_set_option (fixture->part, "internal", "1", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_assert_cmpstr (error->message, ==, "unknown option \"internal\" (options: size, limit, path, fee)");
}

static void
test_required (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pst_component_attach (fixture->part, PST_CONTEXT (fixture->harness), "part", "one", 1);
  g_assert_false (pst_component_prepare (fixture->part, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING);
  g_assert_cmpstr (error->message, ==, "option \"path\" is required (file's path); option \"fee\" is required (decimal number from 0 to 1)");
  g_clear_error (&error);
  /* Set to the default is set all the same; set by g_object_set() too. */
  set_option (fixture, "fee", "0");
  g_object_set (fixture->part, "path", "y", NULL);
  g_assert_true (pst_component_prepare (fixture->part, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->log->str, ==, "prepare ");
}

static void
test_live (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  attach (fixture);
  g_assert_true (pst_component_prepare (fixture->part, NULL));
  g_assert_true (pst_component_start (fixture->part, NULL));
  set_option (fixture, "limit", "60");
  g_assert_cmpint (TEST_PART (fixture->part)->limit, ==, 60);
  g_assert_false (pst_component_set_option (fixture->part, "size", "5", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_cmpint (TEST_PART (fixture->part)->size, ==, 10);
}

static void
keep_record (PstComponent *component, const PstRecord *record, PstRecord *kept)
{
  *kept = *record;
}

static void
test_alert (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (PST_TEXT_SIZE, 'x');
  PstRecord record = { 0 };

  g_signal_connect (fixture->part, "alert-raised", G_CALLBACK (keep_record), &record);
  pst_component_raise_alert (fixture->part, PST_SEVERITY_INFO, "early", "before attach", "%d", 1);
  g_assert_cmpint (record.time_ns, ==, 0);
  attach (fixture);
  pst_component_raise_alert (fixture->part, PST_SEVERITY_ERROR, "disk", "an \xff error", "%s%s", "\xc3\xa4", longest);
  g_assert_cmpint (record.kind, ==, PST_RECORD_ALERT);
  g_assert_cmpint (record.time_ns, ==, pst_context_now_ns (PST_CONTEXT (fixture->harness)));
  g_assert_cmpuint (record.alert.component, ==, 7);
  g_assert_cmpint (record.alert.severity, ==, PST_SEVERITY_ERROR);
  g_assert_cmpstr (record.alert.category, ==, "disk");
  g_assert_cmpstr (record.alert.title, ==, "an ? error");
  g_assert_cmpuint (strlen (record.alert.message), ==, PST_TEXT_SIZE - 1);
  /* Never half a character at the cut. */
  memmove (longest, longest + 2, PST_TEXT_SIZE - 1);
  pst_component_raise_alert (fixture->part, PST_SEVERITY_ERROR, "disk", "t", "%s\xc3\xa4", longest);
  g_assert_true (g_utf8_validate (record.alert.message, -1, NULL));
  g_assert_cmpuint (strlen (record.alert.message), ==, PST_TEXT_SIZE - 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sdk/component/life", Fixture, NULL, set_up, test_life, tear_down);
  g_test_add ("/sdk/component/failures", Fixture, NULL, set_up, test_failures, tear_down);
  g_test_add ("/sdk/component/dispose-stops", Fixture, NULL, set_up, test_dispose_stops, tear_down);
  g_test_add ("/sdk/component/run-goes-first", Fixture, NULL, set_up, test_run_goes_first, tear_down);
  g_test_add ("/sdk/component/order-is-kept", Fixture, NULL, set_up, test_order_is_kept, tear_down);
  g_test_add ("/sdk/component/options", Fixture, NULL, set_up, test_options, tear_down);
  g_test_add ("/sdk/component/required", Fixture, NULL, set_up, test_required, tear_down);
  g_test_add ("/sdk/component/live", Fixture, NULL, set_up, test_live, tear_down);
  g_test_add ("/sdk/component/alert", Fixture, NULL, set_up, test_alert, tear_down);
  return g_test_run ();
}
