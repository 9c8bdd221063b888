/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A slip in the file that says who may trade is an error, not a wider door. */
#include "pst-bus-settings.h"

#include <string.h>

static PstBusSettings *
read_settings (const char *text, char **problems)
{
  g_autoptr (PstKeyText) keys = pst_key_text_parse (text, strlen (text));
  g_autoptr (GPtrArray) list = pst_problem_list_new ();
  PstBusSettings *settings = pst_bus_settings_read (keys, list);

  *problems = pst_problem_list_to_string (list, "penstockd.conf");
  return settings;
}

static void
test_read (void)
{
  g_autofree char *problems = NULL;
  g_autoptr (PstBusSettings) settings
      = read_settings ("[bus]\npolkit=false\npolkit-timeout=2s\nmax-calls=7\ntrade-groups=daemon;bin\nrelease-groups=bin\n\n"
                       "[users]\n1000=ann\ndaemon=trader.one@desk\n",
                       &problems);
  const guint32 daemon_gid[] = { 1 }, bin_gid[] = { 2 }, others[] = { 4711, 4712 };

  g_assert_cmpstr (problems, ==, "");
  g_assert_false (settings->polkit);
  g_assert_cmpint (settings->polkit_timeout_ns, ==, G_GINT64_CONSTANT (2000000000));
  g_assert_cmpuint (settings->calls_max, ==, 7);
  g_assert_cmpuint (pst_bus_settings_get_granted (settings, daemon_gid, 1), ==, PST_PERMISSION_TRADE);
  g_assert_cmpuint (pst_bus_settings_get_granted (settings, bin_gid, 1), ==, PST_PERMISSION_TRADE | PST_PERMISSION_RELEASE);
  g_assert_cmpuint (pst_bus_settings_get_granted (settings, others, 2), ==, 0);
  g_assert_cmpstr (g_hash_table_lookup (settings->users, GUINT_TO_POINTER (1000)), ==, "ann");
  g_assert_cmpstr (g_hash_table_lookup (settings->users, GUINT_TO_POINTER (1)), ==, "trader.one@desk");
}

static void
test_defaults (void)
{
  g_autofree char *problems = NULL;
  g_autoptr (PstBusSettings) settings = read_settings ("", &problems);
  guint n_options;
  g_autofree GParamSpec **options = pst_bus_settings_list (&n_options);

  g_assert_cmpstr (problems, ==, "");
  g_assert_true (settings->polkit);
  g_assert_cmpuint (settings->calls_max, ==, 32);
  g_assert_cmpuint (g_hash_table_size (settings->permissions), ==, 0);
  g_assert_cmpuint (n_options, ==, 8);
}

static void
test_refused (void)
{
  g_autofree char *problems = NULL;
  g_autoptr (PstBusSettings) settings = read_settings (
      "[bus]\npolkitt=false\nmax-calls=0\ntrade-groups=no-such-group-here\n[users]\n1000=a/b\nno-such-login-here=ann\n0001000=x\n", &problems);

  g_assert_cmpuint (g_hash_table_size (settings->permissions), ==, 0);
  g_assert_nonnull (strstr (problems, "penstockd.conf:2: [bus] polkitt"));
  g_assert_nonnull (strstr (problems, "did you mean \"polkit\"?"));
  g_assert_nonnull (strstr (problems, "penstockd.conf:3: [bus] max-calls"));
  g_assert_nonnull (strstr (problems, "there is no group \"no-such-group-here\" on this machine"));
  g_assert_nonnull (strstr (problems, "penstockd.conf:6: [users] 1000: \"a/b\" is no user"));
  g_assert_nonnull (strstr (problems, "penstockd.conf:7: [users] no-such-login-here: there is no login of this name"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-settings/read", test_read);
  g_test_add_func ("/control/bus-settings/defaults", test_defaults);
  g_test_add_func ("/control/bus-settings/refused", test_refused);
  return g_test_run ();
}
