/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A service must never reach a run that has gone. */

#include <penstock-check.h>

#define TEST_TYPE_SERVICE (test_service_get_type ())
G_DECLARE_FINAL_TYPE (TestService, test_service, TEST, SERVICE, PstService)
struct _TestService
{
  PstService parent_instance;
};
G_DEFINE_FINAL_TYPE (TestService, test_service, PST_TYPE_SERVICE)

/* Uses its control in stop(), also when that comes from dispose. */
static void
test_service_stop (PstComponent *component)
{
  PstRunControl *control = pst_service_get_run_control (PST_SERVICE (component));

  g_assert_true (pst_run_control_stop (control, "service stopped", NULL));
}

static void
test_service_class_init (TestServiceClass *klass)
{
  PST_COMPONENT_CLASS (klass)->stop = test_service_stop;
}

static void
test_service_init (TestService *service)
{
}

static void
test_controller (void)
{
  PstHarness *harness = pst_harness_new ();
  g_autoptr (PstService) service = g_object_new (TEST_TYPE_SERVICE, NULL);
  PstRecord record = { .kind = PST_RECORD_NOTE };

  g_assert_cmpint (pst_component_get_kind (PST_COMPONENT (service)), ==, PST_COMPONENT_KIND_SERVICE);
  g_assert_null (pst_service_get_run_control (service));
  pst_service_on_record (service, &record);
  pst_component_attach (PST_COMPONENT (service), PST_CONTEXT (harness), "service", "service", 1);
  pst_service_set_run_control (service, PST_RUN_CONTROL (harness));
  g_assert_true (pst_component_prepare (PST_COMPONENT (service), NULL));
  g_assert_true (pst_component_start (PST_COMPONENT (service), NULL));
  g_clear_object (&service);
  g_assert_cmpstr (pst_harness_get_command (harness, 0), ==, "stop: service stopped");
  pst_harness_finish (harness);
}

static void
test_controller_goes_first (void)
{
  PstHarness *harness = pst_harness_new ();
  g_autoptr (PstService) service = g_object_new (TEST_TYPE_SERVICE, NULL);

  pst_service_set_run_control (service, PST_RUN_CONTROL (harness));
  pst_harness_finish (harness);
  g_assert_null (pst_service_get_run_control (service));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/service/control", test_controller);
  g_test_add_func ("/sdk/service/control-goes-first", test_controller_goes_first);
  return g_test_run ();
}
