/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a host that cannot connect, or that pays for libsoup when it does not. */
#include "pst-transport-module.h"

#include <string.h>

#define TEST_TYPE_CLIENT (test_client_get_type ())
G_DECLARE_FINAL_TYPE (TestClient, test_client, TEST, CLIENT, PstService)

struct _TestClient
{
  PstService parent_instance;
};

G_DEFINE_FINAL_TYPE (TestClient, test_client, PST_TYPE_SERVICE)

static void
test_client_class_init (TestClientClass *klass)
{
}

static void
test_client_init (TestClient *client)
{
}

static gboolean
is_mapped (const char *library)
{
  g_autofree char *maps = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  return strstr (maps, library) != NULL;
}

static void
test_load (void)
{
  g_autoptr (GObject) component = g_object_new (TEST_TYPE_CLIENT, NULL);
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (GError) error = NULL;

  g_assert_false (is_mapped ("/penstock-soup.so"));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PstTransport) transport = pst_transport_module_create (clock, PST_COMPONENT (component), NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (G_OBJECT_TYPE_NAME (transport), ==, "PstSoupTransport");
      g_assert_true (pst_transport_get_clock (transport) == clock);
    }
  g_assert_true (is_mapped ("/penstock-soup.so"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport-module/load", test_load);
  return g_test_run ();
}
