/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run is made of. Who may only trade must not reach a file, a secret or another user's name by an override. */

#include "pst-host-source.h"

#include "host-test-kit.h"

static const char text[] = "[pipeline]\nname=p\nmode=paper\n[exchange data]\nplugin=replay\npath=bars.csv\nkey=@env:KEY\nmail=@@home\n";

static PstHostSource *
make (const char *assignment, GError **error)
{
  const char *const assignments[] = { assignment, NULL };

  return pst_host_source_new ("/srv/p.pipeline", text, strlen (text), assignments, FALSE, error);
}

static void
test_keeps_what_it_was (void)
{
  char edited[sizeof text];
  g_autoptr (GError) error = NULL;
  g_autoptr (PstHostSource) source = NULL;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  memcpy (edited, text, sizeof text);
  source = pst_host_source_new ("/srv/p.pipeline", edited, strlen (edited), NULL, FALSE, &error);
  g_assert_no_error (error);
  memset (edited, 'x', sizeof edited - 1);
  g_assert_cmpstr (source->text, ==, text);
  g_assert_cmpstr (source->digest, ==, digest);
  g_assert_cmpuint (g_strv_length (source->assignments), ==, 0);
}

static void
test_names_are_the_hosts (void)
{
  static const char *const refused[] = { "pipeline.user=bert", "pipeline.run-id=two" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (make (refused[i], &error));
      g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "\"run-id\""));
    }
}

static void
test_bounds (void)
{
  const char *many[PST_HOST_ASSIGNMENTS_MAX + 2] = { NULL };
  g_autofree char *value = g_strnfill (PST_HOST_ASSIGNMENTS_BYTES_MAX, 'x'), *wide = g_strconcat ("a.b=", value, NULL);
  g_autoptr (GError) too_many = NULL, too_wide = NULL, error = NULL;
  g_autoptr (PstHostSource) source = NULL;

  for (guint i = 0; i <= PST_HOST_ASSIGNMENTS_MAX; i++)
    many[i] = "a.b=c";
  g_assert_null (pst_host_source_new ("p", text, strlen (text), many, TRUE, &too_many));
  g_assert_error (too_many, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID);
  g_assert_null (make (wide, &too_wide));
  g_assert_error (too_wide, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID);
  many[PST_HOST_ASSIGNMENTS_MAX] = NULL;
  source = pst_host_source_new ("p", text, strlen (text), many, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (source->assignments), ==, PST_HOST_ASSIGNMENTS_MAX);
}

static void
test_hides_secrets (void)
{
  g_autoptr (PstHostSource) plain = make ("data.path=x", NULL), by_name = make ("data.path=@file:/x", NULL);
  g_autoptr (PstHostSource) by_group = make ("exchange data.path=@env:X", NULL), shown = make ("data.key=plain", NULL);

  g_assert_true (pst_host_source_hides (plain, PST_COMPONENT_KIND_EXCHANGE, "data", "key"));
  g_assert_false (pst_host_source_hides (plain, PST_COMPONENT_KIND_EXCHANGE, "data", "mail"));
  g_assert_false (pst_host_source_hides (plain, PST_COMPONENT_KIND_EXCHANGE, "data", "path"));
  g_assert_true (pst_host_source_hides (by_name, PST_COMPONENT_KIND_EXCHANGE, "data", "path"));
  g_assert_true (pst_host_source_hides (by_group, PST_COMPONENT_KIND_EXCHANGE, "data", "path"));
  g_assert_false (pst_host_source_hides (shown, PST_COMPONENT_KIND_EXCHANGE, "data", "key"));
}

/* Only who is privileged may lead a run out of its folder. */
static void
test_escapes_no_folder (void)
{
  static const char *const escapes[] = { "data.path=../../etc/passwd", "data.path=/etc/passwd", "kill.reason=@file:/etc/passwd" };
  HostTest test;
  g_autofree char *path = NULL, *content = NULL;
  gsize length;

  host_test_begin (&test);
  path = g_build_filename (test.pipelines, HOST_TEST_PAPER ".pipeline", NULL);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (escapes); i++)
    {
      const char *const assignments[] = { escapes[i], NULL };
      g_autoptr (PstHostSource) source = pst_host_source_new (path, content, length, assignments, FALSE, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (pst_host_source_build (source, test.catalogue, "anna", "one", PST_RESUME_NONE, &error));
      g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_DENIED);
    }
  host_test_end (&test);
}

static void
test_own_before_shared (void)
{
  HostTest test;
  g_autoptr (GVariant) annas = NULL, berts = NULL;

  host_test_begin (&test);
  host_test_add_pipeline (&test, "anna/" HOST_TEST_PAPER, "backtest", NULL);
  annas = host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_PAPER, NULL);
  berts = host_test_call (&test, "bert", "create", "pipeline", HOST_TEST_PAPER, NULL);
  g_assert_cmpstr (host_test_text (annas, "mode"), ==, "backtest");
  g_assert_cmpstr (host_test_text (berts, "mode"), ==, "paper");
  host_test_refuse (&test, "bert", "t", PST_CONTROLLER_ERROR_NOT_FOUND, "create", "pipeline", "anna/" HOST_TEST_PAPER, NULL);
  host_test_end (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-source/keeps-what-it-was", test_keeps_what_it_was);
  g_test_add_func ("/host-source/names-are-the-hosts", test_names_are_the_hosts);
  g_test_add_func ("/host-source/bounds", test_bounds);
  g_test_add_func ("/host-source/hides-secrets", test_hides_secrets);
  g_test_add_func ("/host-source/escapes-no-folder", test_escapes_no_folder);
  g_test_add_func ("/host-source/own-before-shared", test_own_before_shared);
  return g_test_run ();
}
