/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Properties are not kept: they are what get-run and get-host tell, so that the bus cannot show another state than the host has. */

#include "pst-bus-properties.h"

#include "pst-bus-method.h"

static GVariant *
empty_value (const char *type)
{
  return g_strcmp0 (type, "s") == 0 ? g_variant_new_string ("") : g_variant_new_uint64 (0);
}

/**
 * pst_bus_properties_of:
 * @interface: an interface
 * @facts: a{sv}, as a verb or an event tells them
 * @all: whether what is not told is there too, empty
 *
 * Picks an interface's properties out of what is told. Any thread.
 *
 * Returns: (transfer full): floating, a{sv}
 */
GVariant *
pst_bus_properties_of (GDBusInterfaceInfo *interface, GVariant *facts, gboolean all)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (GDBusPropertyInfo **property = interface->properties; *property != NULL; property++)
    {
      g_autofree char *key = pst_bus_verb_name ((*property)->name);
      g_autoptr (GVariant) value = g_variant_lookup_value (facts, key, G_VARIANT_TYPE ((*property)->signature));

      if (value != NULL)
        g_variant_builder_add (&builder, "{sv}", (*property)->name, value);
      else if (all)
        g_variant_builder_add (&builder, "{sv}", (*property)->name, empty_value ((*property)->signature));
    }
  return g_variant_builder_end (&builder);
}
