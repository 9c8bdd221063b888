/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Duration options: "5s" in the file, nanoseconds in the property; a number without a unit is never guessed at. */

#include "../model/pst-time.h"
#include "pst-option.h"

static PstParamSpecDuration *
spec_of (GParamSpec *pspec)
{
  return (PstParamSpecDuration *)pspec;
}

static void
param_duration_init (GParamSpec *pspec)
{
  spec_of (pspec)->maximum = G_MAXINT64;
}

static void
param_duration_set_default (GParamSpec *pspec, GValue *value)
{
  g_value_set_int64 (value, spec_of (pspec)->default_value);
}

static gboolean
param_duration_validate (GParamSpec *pspec, GValue *value)
{
  gint64 before = g_value_get_int64 (value);
  gint64 after = CLAMP (before, spec_of (pspec)->minimum, spec_of (pspec)->maximum);

  g_value_set_int64 (value, after);
  return before != after;
}

static gint
param_duration_compare (GParamSpec *pspec, const GValue *a, const GValue *b)
{
  gint64 left = g_value_get_int64 (a), right = g_value_get_int64 (b);

  return (left > right) - (left < right);
}

GType
pst_param_duration_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    {
      const GParamSpecTypeInfo info = {
        .instance_size = sizeof (PstParamSpecDuration),
        .instance_init = param_duration_init,
        .value_type = G_TYPE_INT64,
        .value_set_default = param_duration_set_default,
        .value_validate = param_duration_validate,
        .values_cmp = param_duration_compare,
      };

      g_once_init_leave (&type, g_param_type_register_static ("PstParamDuration", &info));
    }
  return type;
}

/**
 * pst_param_spec_duration: (skip)
 * @name: the option's name
 * @nick: what people call it
 * @blurb: a sentence
 * @minimum: least value, "0s"
 * @maximum: greatest value, "1d"
 * @default_value: default, "5s"
 * @flags: %PST_OPTION_READWRITE and more
 *
 * Describes a duration option; the property's value is gint64 nanoseconds. A malformed or disordered text is a programmer's error.
 *
 * Returns: (transfer full) (nullable): the description
 */
GParamSpec *
pst_param_spec_duration (const char *name, const char *nick, const char *blurb, const char *minimum, const char *maximum, const char *default_value,
                         GParamFlags flags)
{
  gint64 least, greatest, preset;
  PstParamSpecDuration *spec;

  g_return_val_if_fail (pst_duration_parse (minimum, &least, NULL), NULL);
  g_return_val_if_fail (pst_duration_parse (maximum, &greatest, NULL), NULL);
  g_return_val_if_fail (pst_duration_parse (default_value, &preset, NULL), NULL);
  g_return_val_if_fail (least <= preset && preset <= greatest, NULL);

  spec = g_param_spec_internal (PST_TYPE_PARAM_DURATION, name, nick, blurb, flags);
  spec->minimum = least;
  spec->maximum = greatest;
  spec->default_value = preset;
  return (GParamSpec *)spec;
}
