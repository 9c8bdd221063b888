/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options as text: which there are, and how a value is read in full or refused with a sentence. Printing and describing stand in
 * pst-option-text.c. */

#include "pst-option.h"

#include "../model/pst-time.h"
#include "pst-component.h"
#include "pst-option-private.h"

#include <math.h>
#include <string.h>

PstOptionKind
pst_option_get_kind (GParamSpec *pspec)
{
  GType value_type = G_PARAM_SPEC_VALUE_TYPE (pspec);

  if (G_PARAM_SPEC_TYPE (pspec) == PST_TYPE_PARAM_DURATION)
    return PST_OPTION_KIND_DURATION;
  if (G_PARAM_SPEC_TYPE (pspec) == PST_TYPE_PARAM_DECIMAL)
    return PST_OPTION_KIND_DECIMAL;
  if (G_PARAM_SPEC_TYPE (pspec) == PST_TYPE_PARAM_MONEY)
    return PST_OPTION_KIND_MONEY;
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return PST_OPTION_KIND_BOOLEAN;
  if (G_IS_PARAM_SPEC_INT (pspec) || G_IS_PARAM_SPEC_INT64 (pspec))
    return PST_OPTION_KIND_SIGNED;
  if (G_IS_PARAM_SPEC_UINT (pspec) || G_IS_PARAM_SPEC_UINT64 (pspec))
    return PST_OPTION_KIND_UNSIGNED;
  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    return PST_OPTION_KIND_DOUBLE;
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return PST_OPTION_KIND_STRING;
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return PST_OPTION_KIND_ENUM;
  if (value_type == G_TYPE_STRV)
    return PST_OPTION_KIND_LIST;
  return PST_OPTION_KIND_NONE;
}

void
pst_option_get_signed_range (GParamSpec *pspec, gint64 *minimum, gint64 *maximum)
{
  if (G_IS_PARAM_SPEC_INT (pspec))
    {
      *minimum = G_PARAM_SPEC_INT (pspec)->minimum;
      *maximum = G_PARAM_SPEC_INT (pspec)->maximum;
    }
  else
    {
      *minimum = G_PARAM_SPEC_INT64 (pspec)->minimum;
      *maximum = G_PARAM_SPEC_INT64 (pspec)->maximum;
    }
}

void
pst_option_get_unsigned_range (GParamSpec *pspec, guint64 *minimum, guint64 *maximum)
{
  if (G_IS_PARAM_SPEC_UINT (pspec))
    {
      *minimum = G_PARAM_SPEC_UINT (pspec)->minimum;
      *maximum = G_PARAM_SPEC_UINT (pspec)->maximum;
    }
  else
    {
      *minimum = G_PARAM_SPEC_UINT64 (pspec)->minimum;
      *maximum = G_PARAM_SPEC_UINT64 (pspec)->maximum;
    }
}

/* The outcome of reading a text. */
typedef enum
{
  READ_GOOD,
  READ_MALFORMED,
  READ_OUT_OF_RANGE,
} Read;

static Read
read_number_error (GError *error)
{
  Read read = g_error_matches (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS) ? READ_OUT_OF_RANGE : READ_MALFORMED;

  g_error_free (error);
  return read;
}

static Read
read_boolean (const char *text, GValue *value)
{
  static const char *const words[][2] = { { "false", "true" }, { "no", "yes" }, { "off", "on" } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    for (guint truth = 0; truth < 2; truth++)
      if (g_ascii_strcasecmp (text, words[i][truth]) == 0)
        {
          g_value_set_boolean (value, truth);
          return READ_GOOD;
        }
  return READ_MALFORMED;
}

static Read
read_signed (GParamSpec *pspec, const char *text, GValue *value)
{
  gint64 minimum, maximum, number;
  GError *error = NULL;

  pst_option_get_signed_range (pspec, &minimum, &maximum);
  if (!g_ascii_string_to_signed (text, 10, minimum, maximum, &number, &error))
    return read_number_error (error);
  if (G_IS_PARAM_SPEC_INT (pspec))
    g_value_set_int (value, number);
  else
    g_value_set_int64 (value, number);
  return READ_GOOD;
}

static Read
read_unsigned (GParamSpec *pspec, const char *text, GValue *value)
{
  guint64 minimum, maximum, number;
  GError *error = NULL;

  pst_option_get_unsigned_range (pspec, &minimum, &maximum);
  if (!g_ascii_string_to_unsigned (text, 10, minimum, maximum, &number, &error))
    return read_number_error (error);
  if (G_IS_PARAM_SPEC_UINT (pspec))
    g_value_set_uint (value, number);
  else
    g_value_set_uint64 (value, number);
  return READ_GOOD;
}

static Read
read_double (GParamSpec *pspec, const char *text, GValue *value)
{
  double number;
  char *end;

  /* Neither "nan", "inf" nor "0x1p3" are values that someone means. */
  if (text[strspn (text, "+-0123456789.eE")] != '\0' || text[0] == '\0')
    return READ_MALFORMED;
  number = g_ascii_strtod (text, &end);
  if (*end != '\0')
    return READ_MALFORMED;
  if (!isfinite (number) || number < G_PARAM_SPEC_DOUBLE (pspec)->minimum || number > G_PARAM_SPEC_DOUBLE (pspec)->maximum)
    return READ_OUT_OF_RANGE;
  g_value_set_double (value, number);
  return READ_GOOD;
}

static Read
read_enum (GParamSpec *pspec, const char *text, GValue *value)
{
  const GEnumValue *member = g_enum_get_value_by_nick (G_PARAM_SPEC_ENUM (pspec)->enum_class, text);

  if (member == NULL)
    return READ_MALFORMED;
  g_value_set_enum (value, member->value);
  return READ_GOOD;
}

/* Words separated by ';' or ','; a backslash takes the next character as it is; one separator may stand at the end. */
static Read
read_list (const char *text, GValue *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p != ';' && *p != ',')
        {
          if (*p == '\\' && p[1] != '\0')
            p++;
          g_string_append_c (word, *p);
          continue;
        }
      if (g_strstrip (word->str)[0] == '\0')
        return READ_MALFORMED;
      g_strv_builder_add (builder, word->str);
      g_string_truncate (word, 0);
    }
  if (g_strstrip (word->str)[0] != '\0')
    g_strv_builder_add (builder, word->str);
  g_value_take_boxed (value, g_strv_builder_end (builder));
  return READ_GOOD;
}

static Read
read_value_error (GError *error)
{
  Read read = g_error_matches (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX) ? READ_MALFORMED : READ_OUT_OF_RANGE;

  g_error_free (error);
  return read;
}

static Read
read_decimal (GParamSpec *pspec, const char *text, GValue *value)
{
  const PstParamSpecDecimal *spec = (PstParamSpecDecimal *)pspec;
  PstDecimal decimal;
  GError *error = NULL;

  if (!pst_decimal_parse (text, -1, &decimal, &error))
    return read_value_error (error);
  if (pst_decimal_compare (&decimal, &spec->minimum) < 0 || pst_decimal_compare (&decimal, &spec->maximum) > 0)
    return READ_OUT_OF_RANGE;
  g_value_set_boxed (value, &decimal);
  return READ_GOOD;
}

static Read
read_money (GParamSpec *pspec, const char *text, GValue *value)
{
  PstMoney money;
  GError *error = NULL;

  if (!pst_money_parse (text, &money, &error))
    return read_value_error (error);
  if (((PstParamSpecMoney *)pspec)->positive && money.amount <= 0)
    return READ_OUT_OF_RANGE;
  g_value_set_boxed (value, &money);
  return READ_GOOD;
}

static Read
read_duration (GParamSpec *pspec, const char *text, GValue *value)
{
  const PstParamSpecDuration *spec = (PstParamSpecDuration *)pspec;
  gint64 duration_ns;
  GError *error = NULL;

  if (!pst_duration_parse (text, &duration_ns, &error))
    return read_value_error (error);
  if (duration_ns < spec->minimum || duration_ns > spec->maximum)
    return READ_OUT_OF_RANGE;
  g_value_set_int64 (value, duration_ns);
  return READ_GOOD;
}

static Read
read_text (GParamSpec *pspec, const char *text, GValue *value)
{
  switch (pst_option_get_kind (pspec))
    {
    case PST_OPTION_KIND_BOOLEAN:
      return read_boolean (text, value);
    case PST_OPTION_KIND_SIGNED:
      return read_signed (pspec, text, value);
    case PST_OPTION_KIND_UNSIGNED:
      return read_unsigned (pspec, text, value);
    case PST_OPTION_KIND_DOUBLE:
      return read_double (pspec, text, value);
    case PST_OPTION_KIND_STRING:
      g_value_set_string (value, text);
      return READ_GOOD;
    case PST_OPTION_KIND_ENUM:
      return read_enum (pspec, text, value);
    case PST_OPTION_KIND_LIST:
      return read_list (text, value);
    case PST_OPTION_KIND_DECIMAL:
      return read_decimal (pspec, text, value);
    case PST_OPTION_KIND_MONEY:
      return read_money (pspec, text, value);
    case PST_OPTION_KIND_DURATION:
      return read_duration (pspec, text, value);
    case PST_OPTION_KIND_NONE:
    default:
      return READ_MALFORMED;
    }
}

static char *
nearest_member (GParamSpec *pspec, const char *text)
{
  GEnumClass *members = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  g_autofree const char **nicks = g_new0 (const char *, members->n_values + 1);
  const char *nearest;

  for (guint i = 0; i < members->n_values; i++)
    nicks[i] = members->values[i].value_nick;
  nearest = pst_nearest_name (text, nicks);
  return nearest != NULL ? g_strdup_printf ("; did you mean \"%s\"?", nearest) : g_strdup ("");
}

static gboolean
refuse (GParamSpec *pspec, const char *text, Read read, GError **error)
{
  g_autofree char *allowed = pst_option_describe_after_not (pspec);
  g_autofree char *hint = pst_option_get_kind (pspec) == PST_OPTION_KIND_ENUM ? nearest_member (pspec, text) : g_strdup ("");
  gint code = read == READ_OUT_OF_RANGE ? PST_OPTION_ERROR_RANGE : PST_OPTION_ERROR_TYPE;

  if ((pspec->flags & PST_OPTION_SECRET) != 0)
    g_set_error (error, PST_OPTION_ERROR, code, "%s: the (hidden) value is not %s", pspec->name, allowed);
  else
    g_set_error (error, PST_OPTION_ERROR, code, "%s: \"%s\" is not %s%s", pspec->name, text, allowed, hint);
  return FALSE;
}

/**
 * pst_option_parse: (skip)
 * @pspec: an option
 * @text: its value as text, UTF-8
 * @value: (out caller-allocates): zero-filled or of the option's type; set on success
 * @error: return location
 *
 * Reads an option's value. White space around anything but strings is left out; every text is read in full: "12x" is not 12. Does not
 * depend on the locale. Any thread.
 *
 * Returns: %FALSE with %PST_OPTION_ERROR_TYPE or %PST_OPTION_ERROR_RANGE, naming option, value (unless it is secret) and what is allowed
 */
gboolean
pst_option_parse (GParamSpec *pspec, const char *text, GValue *value, GError **error)
{
  g_auto (GValue) parsed = G_VALUE_INIT;
  g_autofree char *stripped = NULL;
  Read read;

  g_return_val_if_fail (G_IS_PARAM_SPEC (pspec), FALSE);
  g_return_val_if_fail (text != NULL && value != NULL, FALSE);

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "%s: the value is not valid UTF-8", pspec->name);
      return FALSE;
    }
  stripped = g_strdup (text);
  if (pst_option_get_kind (pspec) != PST_OPTION_KIND_STRING)
    g_strstrip (stripped);

  g_value_init (&parsed, G_PARAM_SPEC_VALUE_TYPE (pspec));
  read = read_text (pspec, stripped, &parsed);
  if (read == READ_GOOD && g_param_value_validate (pspec, &parsed))
    read = READ_OUT_OF_RANGE;
  if (read != READ_GOOD)
    return refuse (pspec, stripped, read, error);

  if (!G_IS_VALUE (value))
    g_value_init (value, G_PARAM_SPEC_VALUE_TYPE (pspec));
  g_value_copy (&parsed, value);
  return TRUE;
}

/* Options are installed with their class and stay: sorting them anew costs microseconds, and a run asks some ten times. */
static GQuark
get_options_quark (void)
{
  return g_quark_from_static_string ("pst-options");
}

static GPtrArray *
list_options (GType component_type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (component_type);
  guint n_properties;
  g_autofree GParamSpec **properties = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n_properties);
  GPtrArray *options = g_ptr_array_new ();

  for (guint i = 0; i < n_properties; i++)
    if ((properties[i]->flags & PST_OPTION) != 0)
      g_ptr_array_add (options, properties[i]);
  return options;
}

/* (transfer none): kept with the type, which is for good. */
static GPtrArray *
get_options (GType component_type)
{
  static GMutex mutex;
  GPtrArray *options;

  g_mutex_lock (&mutex);
  options = g_type_get_qdata (component_type, get_options_quark ());
  if (options == NULL)
    {
      options = list_options (component_type);
      g_type_set_qdata (component_type, get_options_quark (), options);
    }
  g_mutex_unlock (&mutex);
  return options;
}

/**
 * pst_option_list: (skip)
 * @component_type: a type derived from #PstComponent
 * @n_options: (out): how many
 *
 * Lists the options of a component type, base class first, in the order in which they were installed. Any thread.
 *
 * Returns: (transfer container) (array length=n_options): the options; free with g_free()
 */
GParamSpec **
pst_option_list (GType component_type, guint *n_options)
{
  GPtrArray *options;

  g_return_val_if_fail (g_type_is_a (component_type, PST_TYPE_COMPONENT), NULL);
  g_return_val_if_fail (n_options != NULL, NULL);

  options = get_options (component_type);
  *n_options = options->len;
  return options->len > 0 ? g_memdup2 (options->pdata, options->len * sizeof (GParamSpec *)) : g_new0 (GParamSpec *, 1);
}

static gboolean
parse_time (const char *option, const char *text, gint64 fallback, gint64 *time_ns, GError **error)
{
  g_autoptr (GError) cause = NULL;

  *time_ns = fallback;
  if (text == NULL || *text == '\0' || pst_time_parse (text, -1, time_ns, &cause))
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "option \"%s\": %s; such as 2015-01-12 or 2015-01-12T09:30:00Z", option,
               cause->message);
  return FALSE;
}

/**
 * pst_option_parse_period: (skip)
 * @from: (nullable): the text of an option "from"; %NULL or empty: since ever
 * @to: (nullable): the text of an option "to"; %NULL or empty: for ever
 * @from_ns: (out): the first time, ns since 1970 UTC; %G_MININT64 for none
 * @to_ns: (out): the time behind the last; %G_MAXINT64 for none
 * @error: return location for an error
 *
 * Reads the two options by which a feed is told what part of its data to give. Errors: %PST_OPTION_ERROR_TYPE, %PST_OPTION_ERROR_CONFLICT
 * when nothing lies between. Any thread.
 *
 * Returns: whether the period is one
 */
gboolean
pst_option_parse_period (const char *from, const char *to, gint64 *from_ns, gint64 *to_ns, GError **error)
{
  g_return_val_if_fail (from_ns != NULL && to_ns != NULL, FALSE);

  if (!parse_time ("from", from, G_MININT64, from_ns, error) || !parse_time ("to", to, G_MAXINT64, to_ns, error))
    return FALSE;
  if (*from_ns < *to_ns)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "option \"from\" (%s) must lie before option \"to\" (%s)", from, to);
  return FALSE;
}
