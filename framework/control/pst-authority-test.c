/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may do what: the table that an administrator relies on. Whenever polkit is absent, silent, broken or strange, the answer is no. */
#include "pst-authority.h"

#include "bus-fakes.h"

#include <string.h>
#include <unistd.h>

typedef struct
{
  FakeBus *bus;
  GDBusConnection *service;
  GDBusConnection *client;
  PstBusSettings *settings;
  PstAuthority *authority;
} Fixture;

static void
fixture_free (Fixture *fixture)
{
  if (fixture == NULL)
    return;
  g_object_unref (fixture->authority);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->client);
  g_object_unref (fixture->service);
  fake_bus_free (fixture->bus);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static Fixture *
fixture_new (void)
{
  Fixture *fixture;
  FakeBus *bus = fake_bus_can_be_others () ? fake_bus_new () : NULL;

  if (bus == NULL)
    return NULL;
  fixture = g_new0 (Fixture, 1);
  fixture->bus = bus;
  fixture->service = fake_bus_connect (bus);
  fixture->client = fake_bus_connect_as (bus, FAKE_ANN, FAKE_ANN);
  fixture->settings = pst_bus_settings_new ();
  g_hash_table_insert (fixture->settings->users, GUINT_TO_POINTER (FAKE_ANN), g_strdup ("ann"));
  fixture->authority = pst_authority_new (fixture->service, TRUE, fixture->settings);
  return fixture;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static PstIdentity *
identify (Fixture *fixture, GDBusConnection *client, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pst_authority_identify_async (fixture->authority, g_dbus_connection_get_unique_name (client), NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pst_authority_identify_finish (fixture->authority, result, error);
}

/* What a call of @verb by @client is granted: "read halt trade", or "" when it is denied. */
static char *
authorise (Fixture *fixture, GDBusConnection *client, const char *verb, const char *parameters, gboolean interactive)
{
  g_autoptr (GVariant) given = g_variant_ref_sink (g_variant_new_parsed (parameters));
  g_autoptr (PstIdentity) identity = identify (fixture, client, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PstCaller) caller = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  g_assert_nonnull (identity);
  pst_authority_authorise_async (fixture->authority, identity, pst_verb_find (verb), given, interactive, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  caller = pst_authority_authorise_finish (fixture->authority, result, &error);
  if (caller == NULL)
    g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
  for (guint bit = 1; caller != NULL && bit <= PST_PERMISSION_ADMIN; bit <<= 1)
    if (caller->permissions & bit)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", pst_permission_to_string ((PstPermission)bit));
  return g_string_free (text, FALSE);
}

#define assert_granted(fixture, client, verb, parameters, expected)                           \
  G_STMT_START                                                                                \
  {                                                                                           \
    g_autofree char *granted_ = authorise ((fixture), (client), (verb), (parameters), FALSE); \
    g_assert_cmpstr (granted_, ==, (expected));                                               \
  }                                                                                           \
  G_STMT_END

#define OWN "{'user': <'ann'>, 'run-id': <'r'>, 'reason': <'x'>}"
#define OTHERS "{'user': <'bob'>, 'run-id': <'r'>, 'reason': <'x'>}"

static void
test_identity (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GDBusConnection) bob = NULL;
  g_autoptr (PstIdentity) ann = NULL, named = NULL, gone = NULL;
  g_autoptr (GError) error = NULL;

  if (fixture == NULL)
    return;
  bob = fake_bus_connect_as (fixture->bus, FAKE_BOB, FAKE_BOB);
  ann = identify (fixture, fixture->client, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ann->uid, ==, FAKE_ANN);
  g_assert_cmpstr (ann->user_id, ==, "ann");
  /* Nobody named uid 2: the login name. */
  named = identify (fixture, bob, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (named->user_id, ==, "bin");
  fake_bus_leave (bob, fixture->service);
  gone = identify (fixture, bob, &error);
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
  g_assert_null (gone);
}

static void
test_without_polkit (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  if (fixture == NULL)
    return;
  /* There is none on this bus. */
  assert_granted (fixture, fixture->client, "list-runs", "@a{sv} {}", "read halt");
  assert_granted (fixture, fixture->client, "halt", OWN, "read halt");
  assert_granted (fixture, fixture->client, "engage-kill-switch", OWN, "read halt");
  assert_granted (fixture, fixture->client, "stop", OWN, "read halt");
  assert_granted (fixture, fixture->client, "flatten", OWN, "");
  assert_granted (fixture, fixture->client, "resume", OWN, "");
  assert_granted (fixture, fixture->client, "create", "{'pipeline': <'sma'>}", "");
  /* Others' runs: the host is asked without ADMIN, and says that there is none. */
  assert_granted (fixture, fixture->client, "halt", OTHERS, "read halt");
  /* root is root. */
  assert_granted (fixture, fixture->service, "resume", OTHERS, "read halt trade release admin");
  /* Forbidden to ask: the same. */
  fixture->settings->polkit = FALSE;
  assert_granted (fixture, fixture->client, "flatten", OWN, "");
  assert_granted (fixture, fixture->client, "halt", OWN, "read halt");
}

static void
test_groups (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  GHashTable *granted;

  if (fixture == NULL)
    return;
  granted = fixture->settings->permissions;
  g_hash_table_insert (granted, GUINT_TO_POINTER (FAKE_ANN), GUINT_TO_POINTER (PST_PERMISSION_TRADE));
  assert_granted (fixture, fixture->client, "flatten", OWN, "read halt trade");
  assert_granted (fixture, fixture->client, "resume", OWN, "");
  g_hash_table_insert (granted, GUINT_TO_POINTER (FAKE_ANN), GUINT_TO_POINTER (PST_PERMISSION_RELEASE));
  assert_granted (fixture, fixture->client, "resume", OWN, "read halt release");
  assert_granted (fixture, fixture->client, "flatten", OWN, "");
  g_hash_table_insert (granted, GUINT_TO_POINTER (FAKE_ANN), GUINT_TO_POINTER (PST_PERMISSION_ALL));
  assert_granted (fixture, fixture->client, "resume", OTHERS, "read halt trade release admin");
  g_hash_table_insert (granted, GUINT_TO_POINTER (FAKE_ANN), NULL);
  g_hash_table_insert (granted, GUINT_TO_POINTER (FAKE_BOB), GUINT_TO_POINTER (PST_PERMISSION_ALL));
  assert_granted (fixture, fixture->client, "resume", OWN, "");
}

static void
test_polkit (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (FakePolkit) polkit = fixture != NULL ? fake_polkit_new (fixture->bus) : NULL;
  const char *name = fixture != NULL ? g_dbus_connection_get_unique_name (fixture->client) : NULL;
  g_autofree char *asked = NULL, *expected = NULL, *nothing = NULL, *both = NULL, *wanted = NULL, *granted = NULL;

  if (fixture == NULL)
    return;
  /* What is anyone's is not asked for. */
  assert_granted (fixture, fixture->client, "halt", OWN, "read halt");
  nothing = fake_polkit_take_questions (polkit);
  g_assert_cmpstr (nothing, ==, "");
  fake_polkit_grant (polkit, "org.penstock.trade");
  assert_granted (fixture, fixture->client, "flatten", OWN, "read halt trade");
  assert_granted (fixture, fixture->client, "resume", OWN, "");
  fake_polkit_grant (polkit, "org.penstock.release");
  assert_granted (fixture, fixture->client, "act", OWN, "read halt release");
  asked = fake_polkit_take_questions (polkit);
  expected = g_strdup_printf ("org.penstock.trade %s 0\norg.penstock.release %s 0\norg.penstock.release %s 0\n", name, name, name);
  g_assert_cmpstr (asked, ==, expected);
  fake_polkit_grant (polkit, "org.penstock.admin");
  assert_granted (fixture, fixture->client, "halt", OTHERS, "read halt trade release admin");
  /* Who may not be everyone is asked for the rest still. */
  fake_polkit_grant (polkit, "org.penstock.trade");
  g_clear_pointer (&asked, g_free);
  asked = fake_polkit_take_questions (polkit);
  granted = authorise (fixture, fixture->client, "flatten", OTHERS, TRUE);
  g_assert_cmpstr (granted, ==, "read halt trade");
  both = fake_polkit_take_questions (polkit);
  wanted = g_strdup_printf ("org.penstock.admin %s 1\norg.penstock.trade %s 1\n", name, name);
  g_assert_cmpstr (both, ==, wanted);
}

/* Everything but a yes is a no, and a question that was given up is taken back. */
static void
test_polkit_fails (void)
{
  static const FakePolkitAnswer answers[] = { FAKE_POLKIT_NO, FAKE_POLKIT_CHALLENGE, FAKE_POLKIT_NONSENSE, FAKE_POLKIT_ERROR, FAKE_POLKIT_SILENCE };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (FakePolkit) polkit = fixture != NULL ? fake_polkit_new (fixture->bus) : NULL;

  if (fixture == NULL)
    return;
  fixture->settings->polkit_timeout_ns = 50 * 1000000;
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      fake_polkit_answer (polkit, answers[i]);
      assert_granted (fixture, fixture->client, "flatten", OWN, "");
      assert_granted (fixture, fixture->client, "halt", OTHERS, "read halt");
    }
  fake_bus_settle (fixture->service);
  while (fake_polkit_get_n_cancelled (polkit) < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fake_polkit_get_n_cancelled (polkit), ==, 2);
}

/* A pipeline as text may name any file: that is for administrators, and on one's own bus for oneself. */
static void
test_files (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (FakePolkit) polkit = fixture != NULL ? fake_polkit_new (fixture->bus) : NULL;
  g_autofree char *asked = NULL;

  if (fixture == NULL)
    return;
  fake_polkit_grant (polkit, "org.penstock.trade");
  assert_granted (fixture, fixture->client, "create", "{'text': <'[pipeline]'>}", "read halt trade");
  g_free (fake_polkit_take_questions (polkit));
  /* Nobody is asked for a password to change a number. */
  assert_granted (fixture, fixture->client, "create", "{'pipeline': <'sma'>, 'set': <['cross.fast=2']>}", "read halt trade");
  asked = fake_polkit_take_questions (polkit);
  g_assert_null (strstr (asked, "admin"));
  g_object_unref (fixture->authority);
  fixture->authority = pst_authority_new (fixture->service, FALSE, fixture->settings);
  g_hash_table_insert (fixture->settings->users, GUINT_TO_POINTER (0), g_strdup ("ann"));
  assert_granted (fixture, fixture->service, "create", "{'text': <'[pipeline]'>}", "read halt trade release admin");
  assert_granted (fixture, fixture->service, "create", "{'text': <'[pipeline]'>, 'user': <'bob'>}", "read halt trade release");
  assert_granted (fixture, fixture->service, "list-runs", "@a{sv} {}", "read halt trade release");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/authority/identity", test_identity);
  g_test_add_func ("/control/authority/without-polkit", test_without_polkit);
  g_test_add_func ("/control/authority/groups", test_groups);
  g_test_add_func ("/control/authority/polkit", test_polkit);
  g_test_add_func ("/control/authority/polkit-fails", test_polkit_fails);
  g_test_add_func ("/control/authority/files", test_files);
  return g_test_run ();
}
