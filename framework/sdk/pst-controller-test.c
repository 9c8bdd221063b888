/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every face relies on: that no call gets through without its permission, and none with parameters that the table does not have. */
#include <penstock.h>

#include <string.h>

#define TEST_TYPE_HOST (test_host_get_type ())
G_DECLARE_FINAL_TYPE (TestHost, test_host, TEST, HOST, GObject)

struct _TestHost
{
  GObject parent_instance;

  char *last; /* what got through */
};

static GVariant *
test_host_call (PstController *controller, const PstCaller *caller, const PstVerb *verb, GVariant *parameters, GError **error)
{
  TestHost *self = TEST_HOST (controller);
  GVariantBuilder builder;

  g_free (self->last);
  self->last = g_strdup_printf ("%s %s", caller->user_id, verb->name);
  if (strcmp (verb->name, "get-run") == 0)
    {
      g_set_error_literal (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND, "no such run");
      return NULL;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE (verb->result_type));
  return g_variant_builder_end (&builder);
}

static void
test_host_controller_init (PstControllerInterface *iface)
{
  iface->call = test_host_call;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHost, test_host, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (PST_TYPE_CONTROLLER, test_host_controller_init))

static void
test_host_finalize (GObject *object)
{
  g_free (TEST_HOST (object)->last);
  G_OBJECT_CLASS (test_host_parent_class)->finalize (object);
}

static void
test_host_class_init (TestHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_host_finalize;
}

static void
test_host_init (TestHost *self)
{
}

static GVariant *
of_run (const char *key, GVariant *value)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "run-id", "s", "r-1");
  if (key != NULL)
    g_variant_dict_insert_value (&dict, key, value);
  return g_variant_dict_end (&dict);
}

static void
test_permissions (void)
{
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  /* Each verb with every permission but its own, and by nobody. */
  for (guint i = 0; i < n_verbs; i++)
    {
      PstCaller caller = { .user_id = "ann", .permissions = PST_PERMISSION_ALL & ~verbs[i].permission };
      PstCaller nobody = { .permissions = PST_PERMISSION_ALL };
      g_autoptr (GError) error = NULL, nobodys = NULL;

      g_assert_null (pst_controller_call (PST_CONTROLLER (host), &caller, verbs[i].name, NULL, &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
      g_assert_nonnull (strstr (error->message, pst_permission_to_string (verbs[i].permission)));
      g_assert_null (pst_controller_call (PST_CONTROLLER (host), &nobody, verbs[i].name, NULL, &nobodys));
      g_assert_error (nobodys, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
      g_assert_null (host->last);
    }
}

static void
test_parameters (void)
{
  static const struct
  {
    const char *verb, *key, *value, *says;
  } wrong[] = {
    { "halt", NULL, NULL, "\"reason\" is missing" },  { "halt", "raeson", "'x'", "did you mean \"reason\"?" },
    { "halt", "reason", "7", "is of type i, not s" }, { "list-orders", "limit", "'7'", "is of type s, not u" },
    { "explode", NULL, NULL, "no verb \"explode\"" },
  };
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  PstCaller ann = { .user_id = "ann", .permissions = PST_PERMISSION_ALL };
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      GVariant *value = wrong[i].value != NULL ? g_variant_new_parsed (wrong[i].value) : NULL;

      g_assert_null (pst_controller_call (PST_CONTROLLER (host), &ann, wrong[i].verb, of_run (wrong[i].key, value), &error));
      g_assert_nonnull (strstr (error->message, wrong[i].says));
      g_assert_null (host->last);
      g_clear_error (&error);
    }
  result = pst_controller_call (PST_CONTROLLER (host), &ann, "halt", of_run ("reason", g_variant_new_string ("careful")), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_type_string (result), ==, "a{sv}");
  g_assert_cmpstr (host->last, ==, "ann halt");
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_controller_call_finish (PST_CONTROLLER (source), result, &error));
  g_assert_cmpstr (pst_controller_error_to_string (error), ==, "not-found");
  g_main_loop_quit (user_data);
}

static void
on_event (PstController *controller, GVariant *event, gpointer user_data)
{
  const char *user_id, *run_id, *kind;

  g_variant_get (event, "(&s&s&s@a{sv})", &user_id, &run_id, &kind, NULL);
  g_assert_cmpstr (kind, ==, "fill");
  (*(guint *)user_data)++;
}

static void
test_async (void)
{
  g_autoptr (TestHost) host = g_object_new (TEST_TYPE_HOST, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (PstCaller) ann = pst_caller_copy (&(PstCaller){ .user_id = "ann", .permissions = PST_PERMISSION_READ });
  guint n_events = 0;

  pst_controller_call_async (PST_CONTROLLER (host), ann, "get-run", of_run (NULL, NULL), NULL, on_done, loop);
  g_main_loop_run (loop);
  g_signal_connect (host, "event-published", G_CALLBACK (on_event), &n_events);
  pst_controller_publish (PST_CONTROLLER (host), g_variant_new ("(sss@a{sv})", "ann", "r-1", "fill", of_run (NULL, NULL)));
  g_assert_cmpuint (n_events, ==, 1);
  g_assert_true (pst_caller_may_see (ann, "ann"));
  g_assert_false (pst_caller_may_see (ann, "bob"));
  ann->permissions |= PST_PERMISSION_ADMIN;
  g_assert_true (pst_caller_may_see (ann, "bob"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/controller/permissions", test_permissions);
  g_test_add_func ("/sdk/controller/parameters", test_parameters);
  g_test_add_func ("/sdk/controller/async", test_async);
  return g_test_run ();
}
