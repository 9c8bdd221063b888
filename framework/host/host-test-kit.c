/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See host-test-kit.h. */

#include "host-test-kit.h"

#include "pst-test-ledger.h"

#define N_BARS 400

static void
write_bars (HostTest *test)
{
  g_autoptr (GString) text = g_string_new ("time,open,high,low,close,volume\n");
  g_autofree char *path = NULL;

  for (guint i = 0; i < N_BARS; i++)
    {
      int cents = 10000 + (int)(i % 40 < 20 ? i % 20 : 20 - i % 20) * 25;

      g_string_append_printf (text, "2024-01-02T%02u:%02u:00Z,%d.%02d,%d.%02d,%d.%02d,%d.%02d,1000\n", i / 60, i % 60, cents / 100, cents % 100,
                              (cents + 10) / 100, (cents + 10) % 100, (cents - 10) / 100, (cents - 10) % 100, cents / 100, cents % 100);
    }
  path = pst_test_folder_write (test->pipelines, HOST_TEST_BARS, text->str, -1, 0600);
}

/**
 * host_test_add_pipeline:
 * @test: the host
 * @file: "NAME" or "USER/NAME"
 * @mode: "backtest" or "paper"
 * @more: (nullable): behind the usual components
 */
void
host_test_add_pipeline (HostTest *test, const char *file, const char *mode, const char *more)
{
  const char *slash = strrchr (file, '/');
  g_autofree char *name = g_strconcat (file, ".pipeline", NULL);
  g_autofree char *text = g_strdup_printf ("[pipeline]\nname=%s\nmode=%s\ndescription=of a test\n"
                                           "[exchange data]\nplugin=replay\npath=%s/" HOST_TEST_BARS "\nbar-period=1m\nsymbol=ACME\nprice-scale=2\n%s"
                                           "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\n"
                                           "[strategy cross]\nplugin=sma-cross\nfast=2\nslow=5\norder-value=10000 USD\n"
                                           "[guard kill]\nplugin=kill-switch\n%s",
                                           slash != NULL ? slash + 1 : file, mode, test->pipelines, strcmp (mode, "paper") == 0 ? "pace=10ms\n" : "",
                                           more != NULL ? more : "");
  g_autofree char *path = pst_test_folder_write (test->pipelines, name, text, -1, 0600);

  g_assert_nonnull (path);
}

static void
open_host (HostTest *test)
{
  g_autoptr (GError) error = NULL;

  test->host = pst_host_new (test->settings, test->catalogue, &error);
  g_assert_no_error (error);
  pst_host_restore (test->host, &error);
  g_assert_no_error (error);
}

static void
prepare (HostTest *test)
{
  g_autofree char *journaled = NULL;

  test->pipelines = g_build_filename (test->folder, "pipelines", NULL);
  test->settings = pst_host_settings_new ();
  test->settings->state_folder = g_build_filename (test->folder, "state", NULL);
  test->settings->pipelines = g_strdup (test->pipelines);
  test->catalogue = pst_catalogue_new (NULL);
  test->events = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  pst_catalogue_scan (test->catalogue);
  if (g_file_test (test->pipelines, G_FILE_TEST_IS_DIR))
    return;
  write_bars (test);
  journaled = g_strdup_printf ("[store journal]\nplugin=journal\npath=%s/{user}-{run}.journal\n", test->folder);
  host_test_add_pipeline (test, HOST_TEST_BACKTEST, "backtest", NULL);
  host_test_add_pipeline (test, HOST_TEST_PAPER, "paper", NULL);
  host_test_add_pipeline (test, HOST_TEST_JOURNALED, "paper", journaled);
}

void
host_test_begin (HostTest *test)
{
  *test = (HostTest){ .folder = pst_test_folder_new () };
  prepare (test);
  open_host (test);
}

void
host_test_begin_in (HostTest *test, const char *folder)
{
  *test = (HostTest){ .folder = g_strdup (folder) };
  prepare (test);
  open_host (test);
}

static void
close_host (HostTest *test)
{
  g_assert_cmpuint (pst_host_shutdown (test->host, "the test is over"), ==, 0);
  g_assert_finalize_object (test->host);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
host_test_restart (HostTest *test)
{
  close_host (test);
  open_host (test);
}

void
host_test_end (HostTest *test)
{
  close_host (test);
  g_clear_object (&test->settings);
  g_clear_object (&test->catalogue);
  g_ptr_array_unref (test->events);
  g_free (test->pipelines);
  pst_check_ledger_assert_folder (test->folder);
  pst_test_folder_free (test->folder);
}

static void
on_event (PstController *controller, GVariant *event, gpointer user_data)
{
  HostTest *test = user_data;

  g_ptr_array_add (test->events, g_variant_ref (event));
}

void
host_test_listen (HostTest *test)
{
  g_signal_connect (test->host, "event-published", G_CALLBACK (on_event), test);
}

static GVariant *
find_event (HostTest *test, const char *run_id, const char *kind, const char *key, const char *value)
{
  for (guint i = 0; i < test->events->len; i++)
    {
      const char *user, *of_run, *is_kind;
      g_autoptr (GVariant) detail = NULL;

      g_variant_get (test->events->pdata[i], "(&s&s&s@a{sv})", &user, &of_run, &is_kind, &detail);
      if (strcmp (of_run, run_id) == 0 && strcmp (is_kind, kind) == 0 && (key == NULL || strcmp (host_test_text (detail, key), value) == 0))
        return g_steal_pointer (&detail);
    }
  return NULL;
}

GVariant *
host_test_wait_for (HostTest *test, const char *run_id, const char *kind, const char *key, const char *value)
{
  GVariant *detail;

  while ((detail = find_event (test, run_id, kind, key, value)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return detail;
}

PstCaller
host_test_caller (const char *user, const char *permissions)
{
  static const char letters[] = "rhtla";
  PstCaller caller = { .origin = "test" };

  g_strlcpy (caller.user_id, user, sizeof caller.user_id);
  for (guint i = 0; letters[i] != '\0'; i++)
    if (strchr (permissions, letters[i]) != NULL)
      caller.permissions |= 1u << i;
  return caller;
}

GVariant *
host_test_call_with (HostTest *test, const PstCaller *caller, const char *verb, const char *const *pairs, GError **error)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i += 2)
    {
      g_autoptr (GVariant) value = pst_verb_parse_parameter (pst_verb_find_parameter (pst_verb_find (verb), pairs[i]), pairs[i + 1], NULL);

      g_variant_builder_add (&builder, "{sv}", pairs[i], value);
    }
  return pst_controller_call (PST_CONTROLLER (test->host), caller, verb, g_variant_builder_end (&builder), error);
}

static char **
gather (va_list arguments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *text;

  while ((text = va_arg (arguments, const char *)) != NULL)
    g_strv_builder_add (builder, text);
  return g_strv_builder_end (builder);
}

GVariant *
host_test_call (HostTest *test, const char *user, const char *verb, ...)
{
  PstCaller caller = host_test_caller (user, "rhtl");
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) pairs = NULL;
  GVariant *result;
  va_list arguments;

  va_start (arguments, verb);
  pairs = gather (arguments);
  va_end (arguments);
  result = host_test_call_with (test, &caller, verb, (const char *const *)pairs, &error);
  g_assert_no_error (error);
  return result;
}

void
host_test_refuse (HostTest *test, const char *user, const char *permissions, PstControllerError code, const char *verb, ...)
{
  PstCaller caller = host_test_caller (user, permissions);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  g_auto (GStrv) pairs = NULL;
  va_list arguments;

  va_start (arguments, verb);
  pairs = gather (arguments);
  va_end (arguments);
  result = host_test_call_with (test, &caller, verb, (const char *const *)pairs, &error);
  g_assert_error (error, PST_CONTROLLER_ERROR, (int)code);
  g_assert_null (result);
}

const char *
host_test_text (GVariant *dict, const char *key)
{
  const char *text = "";

  g_variant_lookup (dict, key, "&s", &text);
  return text;
}

guint64
host_test_number (GVariant *dict, const char *key)
{
  guint64 number = G_MAXUINT64;

  g_variant_lookup (dict, key, "t", &number);
  return number;
}
