/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of enums as records and answers name them: the nick in capitals, "STOP_LIMIT". */
#pragma once

#include <glib-object.h>

#define PST_ENUM_NAME_SIZE 64

/* FALSE, and empty, for a number that names none. */
static inline gboolean
pst_enum_name (GType type, gint value, char name[PST_ENUM_NAME_SIZE])
{
  GEnumClass *members = g_type_class_ref (type);
  const GEnumValue *member = g_enum_get_value (members, value);
  gsize length = 0;

  for (const char *c = member != NULL ? member->value_nick : ""; *c != '\0' && length + 1 < PST_ENUM_NAME_SIZE; c++)
    name[length++] = *c == '-' ? '_' : g_ascii_toupper (*c);
  name[length] = '\0';
  g_type_class_unref (members);
  return member != NULL;
}
