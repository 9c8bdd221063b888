/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [host] of a key file. A limit that is read wrongly, or not at all, is a limit that nobody has. */

#include "pst-host-settings.h"

#include "pst-problem.h"

static PstHostSettings *
read_text (const char *content, char **problems)
{
  g_autoptr (PstKeyText) text = pst_key_text_parse (content, strlen (content));
  g_autoptr (GPtrArray) list = pst_problem_list_new ();
  PstHostSettings *settings = pst_host_settings_read (text, "/etc/penstock", list);

  *problems = list->len > 0 ? pst_problem_list_to_string (list, "host.conf") : NULL;
  return settings;
}

static void
test_every_key (void)
{
  g_autofree char *problems = NULL;
  g_autoptr (PstHostSettings) settings
      = read_text ("[host]\nstate-folder=state\npipelines=/srv/pipelines\non-restart=stop\nmax-runs=1\nmax-runs-per-user=2\n"
                   "max-finished-per-user=3\nmax-views=4\nmax-list=5\nmax-events=6\nmax-events-per-second=7\nstart-timeout=8s\n"
                   "stop-timeout=9s\ncommand-timeout=10ms\n",
                   &problems);
  guint n_options;
  g_autofree GParamSpec **options = pst_host_settings_list (&n_options);

  g_assert_cmpstr (problems, ==, NULL);
  g_assert_cmpstr (settings->state_folder, ==, "/etc/penstock/state");
  g_assert_cmpstr (settings->pipelines, ==, "/srv/pipelines");
  g_assert_cmpint (settings->on_restart, ==, PST_ON_RESTART_STOP);
  g_assert_cmpuint (settings->runs_max, ==, 1);
  g_assert_cmpuint (settings->runs_per_user_max, ==, 2);
  g_assert_cmpuint (settings->finished_per_user_max, ==, 3);
  g_assert_cmpuint (settings->views_max, ==, 4);
  g_assert_cmpuint (settings->list_max, ==, 5);
  g_assert_cmpuint (settings->events_max, ==, 6);
  g_assert_cmpuint (settings->events_per_second, ==, 7);
  g_assert_cmpint (settings->start_timeout_ns, ==, 8 * PST_NS_PER_SECOND);
  g_assert_cmpint (settings->stop_timeout_ns, ==, 9 * PST_NS_PER_SECOND);
  g_assert_cmpint (settings->command_timeout_ns, ==, PST_NS_PER_SECOND / 100);
  /* A key that is new belongs above. */
  g_assert_cmpuint (n_options, ==, 13);
}

static void
test_defaults (void)
{
  g_autofree char *problems = NULL;
  g_autoptr (PstHostSettings) settings = read_text ("[host]\nstate-folder=/var/lib/penstock\n", &problems);

  g_assert_cmpstr (problems, ==, NULL);
  g_assert_null (settings->pipelines);
  g_assert_cmpint (settings->on_restart, ==, PST_ON_RESTART_RESUME);
  g_assert_cmpuint (settings->runs_max, ==, 200);
  g_assert_cmpuint (settings->list_max, ==, 1000);
  g_assert_cmpint (settings->stop_timeout_ns, ==, 30 * PST_NS_PER_SECOND);
}

static void
test_wrong_values (void)
{
  static const struct
  {
    const char *line, *place;
  } cases[] = {
    { "max-runs=0", "host.conf:3: [host] max-runs: " },
    { "max-runs=many", "host.conf:3: [host] max-runs: " },
    { "max-list=10001", "host.conf:3: [host] max-list: " },
    { "on-restart=perhaps", "host.conf:3: [host] on-restart: " },
    { "stop-timeout=2h", "host.conf:3: [host] stop-timeout: " },
    { "command-timeout=5", "host.conf:3: [host] command-timeout: " },
    { "max-run=5", "did you mean \"max-runs\"?" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *problems = NULL, *text = g_strdup_printf ("[host]\nstate-folder=/s\n%s\n", cases[i].line);
      g_autoptr (PstHostSettings) settings = read_text (text, &problems);

      g_assert_nonnull (problems);
      if (strstr (problems, cases[i].place) == NULL)
        g_assert_cmpstr (problems, ==, cases[i].place);
      /* What is wrong changes nothing. */
      g_assert_cmpuint (settings->runs_max, ==, 200);
    }
}

static void
test_folder_is_required (void)
{
  g_autofree char *problems = NULL;
  g_autoptr (PstHostSettings) settings = read_text ("[host]\nmax-runs=5\n", &problems);

  g_assert_nonnull (problems);
  g_assert_nonnull (strstr (problems, "state-folder"));
  g_assert_null (settings->state_folder);
}

static void
test_on_restart (void)
{
  PstOnRestart policy;

  g_assert_true (pst_on_restart_from_string ("stop", &policy) && policy == PST_ON_RESTART_STOP);
  g_assert_true (pst_on_restart_from_string ("resume", &policy) && policy == PST_ON_RESTART_RESUME);
  g_assert_false (pst_on_restart_from_string ("Stop", &policy));
  g_assert_false (pst_on_restart_from_string ("", &policy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-settings/every-key", test_every_key);
  g_test_add_func ("/host-settings/defaults", test_defaults);
  g_test_add_func ("/host-settings/wrong-values", test_wrong_values);
  g_test_add_func ("/host-settings/folder-is-required", test_folder_is_required);
  g_test_add_func ("/host-settings/on-restart", test_on_restart);
  return g_test_run ();
}
