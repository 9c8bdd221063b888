/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options as people read them: values printed so that they can be read back, and what is allowed in words. inspect, error messages, D-Bus
 * and the reference all say the same because they all ask here. */

#include "../model/pst-time.h"
#include "pst-option-private.h"

#include <string.h>

static char *
print_double (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, sizeof buffer, formats[i], number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }
  return g_strdup (buffer);
}

static char *
print_duration (gint64 duration_ns)
{
  static const struct
  {
    gint64 ns;
    const char *name;
  } units[] = { { PST_NS_PER_DAY, "d" },    { 3600 * PST_NS_PER_SECOND, "h" }, { 60 * PST_NS_PER_SECOND, "m" },
                { PST_NS_PER_SECOND, "s" }, { PST_NS_PER_MS, "ms" },           { 1000, "us" } };

  if (duration_ns == 0)
    return g_strdup ("0s");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (duration_ns % units[i].ns == 0)
      return g_strdup_printf ("%" G_GINT64_FORMAT "%s", duration_ns / units[i].ns, units[i].name);
  return g_strdup_printf ("%" G_GINT64_FORMAT "ns", duration_ns);
}

static char *
print_list (char **words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (text, ';');
      for (const char *p = words[i]; *p != '\0'; p++)
        {
          if (strchr (";,\\", *p) != NULL)
            g_string_append_c (text, '\\');
          g_string_append_c (text, *p);
        }
    }
  return g_string_free (text, FALSE);
}

static char *
print_enum (GParamSpec *pspec, gint number)
{
  const GEnumValue *member = g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class, number);

  return g_strdup (member != NULL ? member->value_nick : "");
}

static char *
print_number (GParamSpec *pspec, const GValue *value)
{
  if (G_VALUE_HOLDS_INT (value))
    return g_strdup_printf ("%d", g_value_get_int (value));
  if (G_VALUE_HOLDS_INT64 (value))
    return g_strdup_printf ("%" G_GINT64_FORMAT, g_value_get_int64 (value));
  if (G_VALUE_HOLDS_UINT (value))
    return g_strdup_printf ("%u", g_value_get_uint (value));
  return g_strdup_printf ("%" G_GUINT64_FORMAT, g_value_get_uint64 (value));
}

static char *
print_value (GParamSpec *pspec, const GValue *value)
{
  switch (pst_option_get_kind (pspec))
    {
    case PST_OPTION_KIND_BOOLEAN:
      return g_strdup (g_value_get_boolean (value) ? "true" : "false");
    case PST_OPTION_KIND_SIGNED:
    case PST_OPTION_KIND_UNSIGNED:
      return print_number (pspec, value);
    case PST_OPTION_KIND_DOUBLE:
      return print_double (g_value_get_double (value));
    case PST_OPTION_KIND_STRING:
      return g_strdup (g_value_get_string (value) != NULL ? g_value_get_string (value) : "");
    case PST_OPTION_KIND_ENUM:
      return print_enum (pspec, g_value_get_enum (value));
    case PST_OPTION_KIND_LIST:
      return print_list (g_value_get_boxed (value));
    case PST_OPTION_KIND_DECIMAL:
      return g_value_get_boxed (value) != NULL ? pst_decimal_to_string (g_value_get_boxed (value)) : g_strdup ("");
    case PST_OPTION_KIND_MONEY:
      return g_value_get_boxed (value) != NULL ? pst_money_to_string (g_value_get_boxed (value)) : g_strdup ("");
    case PST_OPTION_KIND_DURATION:
      return print_duration (g_value_get_int64 (value));
    case PST_OPTION_KIND_NONE:
    default:
      return g_strdup ("");
    }
}

/**
 * pst_option_to_string: (skip)
 * @pspec: an option
 * @value: its value
 *
 * Prints a value so that pst_option_parse() reads the same back. A secret is printed as "(hidden)", unless it is empty; a value that is
 * not set as the empty text. Does not depend on the locale. Any thread.
 *
 * Returns: (transfer full): the text
 */
char *
pst_option_to_string (GParamSpec *pspec, const GValue *value)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (G_IS_PARAM_SPEC (pspec), NULL);
  g_return_val_if_fail (G_IS_VALUE (value), NULL);

  text = print_value (pspec, value);
  if ((pspec->flags & PST_OPTION_SECRET) != 0 && text[0] != '\0')
    return g_strdup ("(hidden)");
  return g_steal_pointer (&text);
}

/* "an integer" and two limits, each NULL when it is none. */
static char *
describe_range (const char *what, const char *minimum, const char *maximum)
{
  if (minimum != NULL && maximum != NULL)
    return g_strdup_printf ("%s from %s to %s", what, minimum, maximum);
  if (minimum != NULL)
    return g_strdup_printf ("%s of at least %s", what, minimum);
  if (maximum != NULL)
    return g_strdup_printf ("%s of at most %s", what, maximum);
  return g_strdup (what);
}

static char *
describe_signed (GParamSpec *pspec)
{
  g_autofree char *low = NULL, *high = NULL;
  gboolean narrow = G_IS_PARAM_SPEC_INT (pspec);
  gint64 minimum, maximum;

  pst_option_get_signed_range (pspec, &minimum, &maximum);
  if (minimum != (narrow ? G_MININT : G_MININT64))
    low = g_strdup_printf ("%" G_GINT64_FORMAT, minimum);
  if (maximum != (narrow ? G_MAXINT : G_MAXINT64))
    high = g_strdup_printf ("%" G_GINT64_FORMAT, maximum);
  return describe_range ("an integer", low, high);
}

static char *
describe_unsigned (GParamSpec *pspec)
{
  g_autofree char *low = NULL, *high = NULL;
  guint64 minimum, maximum;

  pst_option_get_unsigned_range (pspec, &minimum, &maximum);
  low = g_strdup_printf ("%" G_GUINT64_FORMAT, minimum);
  if (maximum != (G_IS_PARAM_SPEC_UINT (pspec) ? G_MAXUINT : G_MAXUINT64))
    high = g_strdup_printf ("%" G_GUINT64_FORMAT, maximum);
  return describe_range ("an integer", low, high);
}

static char *
describe_double (GParamSpec *pspec)
{
  GParamSpecDouble *spec = G_PARAM_SPEC_DOUBLE (pspec);
  g_autofree char *low = spec->minimum > -G_MAXDOUBLE ? print_double (spec->minimum) : NULL;
  g_autofree char *high = spec->maximum < G_MAXDOUBLE ? print_double (spec->maximum) : NULL;

  return describe_range ("a number", low, high);
}

static char *
describe_decimal (GParamSpec *pspec)
{
  PstParamSpecDecimal *spec = (PstParamSpecDecimal *)pspec;
  g_autofree char *low = spec->minimum.mantissa != G_MININT64 ? pst_decimal_to_string (&spec->minimum) : NULL;
  g_autofree char *high = spec->maximum.mantissa != G_MAXINT64 ? pst_decimal_to_string (&spec->maximum) : NULL;

  return describe_range ((pspec->flags & PST_OPTION_RATE) != 0 ? "a fraction of one" : "a decimal number", low, high);
}

static char *
describe_duration (GParamSpec *pspec)
{
  PstParamSpecDuration *spec = (PstParamSpecDuration *)pspec;
  g_autofree char *low = print_duration (spec->minimum);
  g_autofree char *high = spec->maximum != G_MAXINT64 ? print_duration (spec->maximum) : NULL;
  g_autofree char *range = describe_range ("a duration", low, high);

  return g_strdup_printf ("%s (a number and us, ms, s, m, h or d)", range);
}

static char *
describe_enum (GParamSpec *pspec)
{
  GEnumClass *members = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  GString *text = g_string_new ("one of ");

  for (guint i = 0; i < members->n_values; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", members->values[i].value_nick);
  return g_string_free (text, FALSE);
}

char *
pst_option_describe_after_not (GParamSpec *pspec)
{
  switch (pst_option_get_kind (pspec))
    {
    case PST_OPTION_KIND_BOOLEAN:
      return g_strdup ("true or false");
    case PST_OPTION_KIND_SIGNED:
      return describe_signed (pspec);
    case PST_OPTION_KIND_UNSIGNED:
      return describe_unsigned (pspec);
    case PST_OPTION_KIND_DOUBLE:
      return describe_double (pspec);
    case PST_OPTION_KIND_STRING:
      return g_strdup ((pspec->flags & PST_OPTION_PATH) != 0 ? "a file's path" : "text");
    case PST_OPTION_KIND_ENUM:
      return describe_enum (pspec);
    case PST_OPTION_KIND_LIST:
      return g_strdup ("a list of words separated by ',' or ';'");
    case PST_OPTION_KIND_DECIMAL:
      return describe_decimal (pspec);
    case PST_OPTION_KIND_MONEY:
      return g_strdup (((PstParamSpecMoney *)pspec)->positive ? "an amount above zero and its currency, like \"50 USD\""
                                                              : "an amount and its currency, like \"50 USD\"");
    case PST_OPTION_KIND_DURATION:
      return describe_duration (pspec);
    case PST_OPTION_KIND_NONE:
    default:
      return g_strdup_printf ("a value that text can give (it is a %s)", g_type_name (G_PARAM_SPEC_VALUE_TYPE (pspec)));
    }
}

/**
 * pst_option_describe_allowed: (skip)
 * @pspec: an option
 *
 * Says what an option may be: "integer from 1 to 10000", "one of gtc, ioc, fok". Any thread.
 *
 * Returns: (transfer full): the words
 */
char *
pst_option_describe_allowed (GParamSpec *pspec)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (G_IS_PARAM_SPEC (pspec), NULL);

  text = pst_option_describe_after_not (pspec);
  if (g_str_has_prefix (text, "an "))
    return g_strdup (text + strlen ("an "));
  if (g_str_has_prefix (text, "a "))
    return g_strdup (text + strlen ("a "));
  return g_steal_pointer (&text);
}

/**
 * pst_option_describe_default: (skip)
 * @pspec: an option
 *
 * Says what an option is when the file does not set it. Any thread.
 *
 * Returns: (transfer full): its text; "required" when it must be set, "not set" when there is none
 */
char *
pst_option_describe_default (GParamSpec *pspec)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (G_IS_PARAM_SPEC (pspec), NULL);

  if ((pspec->flags & PST_OPTION_REQUIRED) != 0)
    return g_strdup ("required");
  text = pst_option_to_string (pspec, g_param_spec_get_default_value (pspec));
  return g_strdup (text == NULL || text[0] == '\0' ? "not set" : text);
}
