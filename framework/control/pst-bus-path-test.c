/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A path that is read as another run than the one it was made of would halt the wrong one. */
#include "pst-bus-path.h"

#include <gio/gio.h>

static void
test_round_trip (void)
{
  static const char *const names[] = { "ann", "sma-1", "_", "a_2d", "-", "x.y@z", "9", "größe", "a b/c" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (names); j++)
      {
        g_autofree char *path = pst_bus_run_path (names[i], names[j]), *user = NULL, *run = NULL;

        g_assert_true (g_variant_is_object_path (path));
        g_assert_true (pst_bus_run_path_parse (path, &user, &run));
        g_assert_cmpstr (user, ==, names[i]);
        g_assert_cmpstr (run, ==, names[j]);
      }
}

/* Every other spelling is no run: "%61nn" must not be ann's. */
static void
test_refused (void)
{
  static const char *const paths[] = {
    "/org/penstock/runs",           "/org/penstock/runs/ann",       "/org/penstock/runs/ann/r/x",  "/org/penstock/runs/_61nn/r",
    "/org/penstock/runs/ann/a_2D1", "/org/penstock/runs/ann/_",     "/org/penstock/runs/ann/_0",   "/org/penstock/runs/ann/_ff",
    "/org/penstock/Host1",          "/org/penstock/runs/ann/a_00b", "/org/penstock/runs/ann/a__b",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *user = NULL, *run = NULL;

      g_assert_false (pst_bus_run_path_parse (paths[i], &user, &run));
      g_assert_null (user);
      g_assert_null (run);
    }
}

/* What GDBus is given instead of a run's path is that run's and no other's. */
static void
test_folded (void)
{
  g_autofree char *path = pst_bus_run_path ("a_b", "-"), *folded = pst_bus_run_path_fold (path), *back = pst_bus_run_path_unfold (folded);
  static const char *const refused[]
      = { "/org/penstock/runs/ann", "/org/penstock/runs/ann__r", "/org/penstock/runs/a/b/c", "/org/penstock/runs/a__b/c" };

  g_assert_cmpstr (folded, ==, "/org/penstock/runs/a_5fb___2d");
  g_assert_cmpstr (back, ==, path);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *none = pst_bus_run_path_fold (refused[i]), *user = NULL, *run = NULL;

      g_assert_false (pst_bus_run_path_parse (none, &user, &run));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-path/round-trip", test_round_trip);
  g_test_add_func ("/control/bus-path/refused", test_refused);
  g_test_add_func ("/control/bus-path/folded", test_folded);
  return g_test_run ();
}
