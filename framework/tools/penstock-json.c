/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON output of the verbs. */

#include "penstock-json.h"

#include <math.h>

void
penstock_json_add_string (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

void
penstock_json_add_integer (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

void
penstock_json_add_double (JsonBuilder *json, const char *name, double value)
{
  json_builder_set_member_name (json, name);
  if (isfinite (value))
    json_builder_add_double_value (json, value);
  else
    json_builder_add_null_value (json);
}

void
penstock_json_add_boolean (JsonBuilder *json, const char *name, gboolean value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, value);
}

void
penstock_json_add_money (JsonBuilder *json, const char *name, const PstMoney *money)
{
  g_autofree char *text = money->currency ? pst_money_to_string (money) : NULL;

  penstock_json_add_string (json, name, text);
}

void
penstock_json_add_time (JsonBuilder *json, const char *name, gint64 time_ns)
{
  char text[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, text);
  penstock_json_add_string (json, name, text);
}

void
penstock_json_print (JsonBuilder *json)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = NULL;

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  g_print ("%s\n", text);
}

void
penstock_json_append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if ((guchar)*c < 0x20 || *c == '"' || *c == '\\')
        g_string_append_printf (json, "\\u%04x", (guchar)*c);
      else
        g_string_append_c (json, *c);
    }
  g_string_append_c (json, '"');
}
