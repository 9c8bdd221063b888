/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading ranges and lists. A range's numbers are mantissas at one scale, so that 0.1..0.9/0.1 has nine values, the last of them 0.9; what stands
 * behind a number ("USD", "s") is carried along. Every value is one that the option takes. */
#include "pst-parameter-range.h"

#include <string.h>

/* Of what an option's default is multiplied by when no values are given, in quarters. */
static const gint64 suggested_quarters[] = { 1, 2, 3, 4, 5, 6, 8, 12, 16 };
/* An integer option of no more values than these is swept whole when none are given. */
#define SUGGEST_ALL_MAX 50
/* Digits beyond the scale with which a factor's products are carried. */
#define GUARD_DIGITS 6

/* "10.5 USD" */
typedef struct
{
  PstDecimal decimal;
  const char *suffix; /* in the text; up to its end */
} Number;

static gboolean fail (GError **error, int code, const char *name, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (GError **error, int code, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, PST_OPTION_ERROR, code, "%s: %s", name, text);
  return FALSE;
}

static gboolean
read_number (const char *text, Number *number)
{
  gsize length = strspn (text, "+-0123456789.");

  if (length == 0 || !pst_decimal_parse (text, (gssize)length, &number->decimal, NULL))
    return FALSE;
  number->suffix = text + length;
  return TRUE;
}

/* The option's own words about a value; without its name, which is said already. */
static gboolean
fail_value (GError **error, const char *name, GParamSpec *option, const GError *cause)
{
  g_autofree char *prefix = g_strconcat (option->name, ": ", NULL);
  const char *text = cause->message;

  return fail (error, cause->code, name, "%s", g_str_has_prefix (text, prefix) ? text + strlen (prefix) : text);
}

/* Adds a value; FALSE when the option does not take it. */
static gboolean
add_text (PstParameterRange *range, GParamSpec *option, const char *text, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) cause = NULL;
  g_autofree char *canonical = NULL;

  if (!pst_option_parse (option, text, &value, &cause))
    return fail_value (error, range->name, option, cause);
  canonical = pst_option_to_string (option, &value);
  for (guint i = 0; i < range->texts->len && range->texts->len < 1000; i++)
    if (strcmp (range->texts->pdata[i], canonical) == 0)
      return fail (error, PST_OPTION_ERROR_CONFLICT, range->name, "the value %s stands twice; take one out", canonical);
  if (range->texts->len == PST_PARAMETER_LIST_MAX)
    return fail (error, PST_OPTION_ERROR_RANGE, range->name, "the list has more than %d values; write one range, or fewer values",
                 PST_PARAMETER_LIST_MAX);
  g_ptr_array_add (range->texts, g_steal_pointer (&canonical));
  return TRUE;
}

static char *
print_number (gint64 mantissa, guint scale, const char *suffix)
{
  char digits[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (mantissa, scale, digits);
  return g_strconcat (digits, suffix, NULL);
}

/* The same suffix on both, or on one of them only. */
static gboolean
join_suffix (const char **suffix, const char *other)
{
  if (*other == '\0')
    return TRUE;
  if (**suffix == '\0')
    *suffix = other;
  return strcmp (*suffix, other) == 0;
}

/* A range's three numbers at one scale. */
typedef struct
{
  gint64 first, last, step;
  guint scale;
  gboolean is_factor;
  const char *suffix;
} Span;

static gboolean
rescale_all (Span *span, const Number *first, const Number *last, const Number *step)
{
  span->scale = MAX (first->decimal.scale, last->decimal.scale);
  if (step != NULL && !span->is_factor)
    span->scale = MAX (span->scale, step->decimal.scale);
  return pst_decimal_rescale (&first->decimal, span->scale, PST_ROUND_EXACT, &span->first, NULL)
         && pst_decimal_rescale (&last->decimal, span->scale, PST_ROUND_EXACT, &span->last, NULL);
}

/* "A..B", "A..B/S", "A..B*F": @text is written into. */
static gboolean
read_span (const char *name, char *text, Span *span, GError **error)
{
  char *dots = strstr (text, ".."), *sign = strpbrk (dots, "/*");
  Number first, last, step = { .decimal = { 1, 0 }, .suffix = "" };

  span->is_factor = sign != NULL && *sign == '*';
  if (sign != NULL)
    *sign = '\0';
  *dots = '\0';
  g_strstrip (text);
  if (!read_number (text, &first) || !read_number (g_strstrip (dots + 2), &last) || (sign != NULL && !read_number (g_strstrip (sign + 1), &step)))
    return fail (error, PST_OPTION_ERROR_TYPE, name, "a range is written FIRST..LAST, FIRST..LAST/STEP or FIRST..LAST*FACTOR, of numbers");
  span->suffix = first.suffix;
  if (!join_suffix (&span->suffix, last.suffix) || !join_suffix (&span->suffix, step.suffix))
    return fail (error, PST_OPTION_ERROR_TYPE, name, "the range's numbers have different units; write all in one");
  if (!rescale_all (span, &first, &last, sign != NULL ? &step : NULL))
    return fail (error, PST_OPTION_ERROR_RANGE, name, "the range's numbers have too many digits");
  if (sign == NULL)
    span->step = 1; /* of the last digit that is written */
  else if (span->is_factor)
    return pst_decimal_rescale (&step.decimal, GUARD_DIGITS, PST_ROUND_EXACT, &span->step, NULL) && span->step > pst_power_of_ten (GUARD_DIGITS)
                   && span->first > 0
               ? TRUE
               : fail (error, PST_OPTION_ERROR_RANGE, name, "a factor must be above 1 with up to %d decimals, and what it multiplies above 0",
                       GUARD_DIGITS);
  else if (!pst_decimal_rescale (&step.decimal, span->scale, PST_ROUND_EXACT, &span->step, NULL) || span->step <= 0)
    return fail (error, PST_OPTION_ERROR_RANGE, name, "the step must be above 0");
  return TRUE;
}

/* Each product rounded to the scale; carried with digits to spare, so that roundings do not add up. */
static gboolean
add_products (PstParameterRange *range, GParamSpec *option, const Span *span, GError **error)
{
  gint64 carried, before = G_MININT64, value, last;

  if (!pst_mantissa_rescale (span->first, 0, GUARD_DIGITS, PST_ROUND_EXACT, &carried)
      || !pst_mantissa_rescale (span->last, 0, GUARD_DIGITS, PST_ROUND_EXACT, &last))
    return fail (error, PST_OPTION_ERROR_RANGE, range->name, "the range's numbers have too many digits");
  while (carried <= last)
    {
      g_autofree char *text = NULL;

      pst_mantissa_rescale (carried, GUARD_DIGITS, 0, PST_ROUND_HALF_EVEN, &value);
      text = print_number (value, span->scale, span->suffix);
      if (value != before && !add_text (range, option, text, error))
        return FALSE;
      before = value;
      if (!pst_mantissa_multiply (carried, span->step, GUARD_DIGITS, 0, PST_ROUND_HALF_EVEN, &carried))
        break;
    }
  return TRUE;
}

static gboolean
count_steps (const char *name, const Span *span, guint64 *n_values, GError **error)
{
  if (span->last < span->first)
    return fail (error, PST_OPTION_ERROR_RANGE, name, "the range holds no value: its last is below its first");
  *n_values = (guint64)(((__int128)span->last - span->first) / span->step) + 1;
  if (*n_values > PST_PARAMETER_RANGE_MAX)
    return fail (error, PST_OPTION_ERROR_RANGE, name, "the range has %" G_GUINT64_FORMAT " values; at most %u: choose a larger step", *n_values,
                 (guint)PST_PARAMETER_RANGE_MAX);
  return TRUE;
}

static gboolean
add_steps (PstParameterRange *range, GParamSpec *option, const Span *span, GError **error)
{
  guint64 n_values;

  if (!count_steps (range->name, span, &n_values, error))
    return FALSE;
  for (guint64 i = 0; i < n_values; i++)
    {
      g_autofree char *text = print_number (span->first + (gint64)i * span->step, span->scale, span->suffix);

      if (!add_text (range, option, text, error))
        return FALSE;
    }
  return TRUE;
}

/* A range alone stays one; its ends tell whether the option takes all of it. */
static gboolean
take_steps (PstParameterRange *range, GParamSpec *option, const Span *span, GError **error)
{
  if (!count_steps (range->name, span, &range->n_values, error))
    return FALSE;
  range->start = span->first;
  range->step = span->step;
  range->scale = (guint8)span->scale;
  range->suffix = g_strdup (span->suffix);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *text = pst_parameter_range_get_text (range, i ? range->n_values - 1 : 0);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) cause = NULL;

      if (!pst_option_parse (option, text, &value, &cause))
        return fail_value (error, range->name, option, cause);
    }
  return TRUE;
}

static gboolean
is_range (GParamSpec *option, const char *text)
{
  return strstr (text, "..") != NULL && !G_IS_PARAM_SPEC_STRING (option);
}

static gboolean
add_item (PstParameterRange *range, GParamSpec *option, char *item, GError **error)
{
  Span span;

  g_strstrip (item);
  if (!is_range (option, item))
    return add_text (range, option, item, error);
  if (!read_span (range->name, item, &span, error))
    return FALSE;
  return span.is_factor ? add_products (range, option, &span, error) : add_steps (range, option, &span, error);
}

static gboolean
read_values (PstParameterRange *range, GParamSpec *option, const char *text, GError **error)
{
  g_auto (GStrv) items = g_strsplit_set (text, ",;", -1);

  if (items[1] == NULL && is_range (option, text) && strchr (text, '*') == NULL)
    {
      Span span;

      return read_span (range->name, items[0], &span, error) && take_steps (range, option, &span, error);
    }
  range->texts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; items[i] != NULL; i++)
    if (!add_item (range, option, items[i], error))
      return FALSE;
  range->n_values = range->texts->len;
  return TRUE;
}

/* All of it when it is a small integer range; FALSE when it is not. */
static gboolean
suggest_all (PstParameterRange *range, GParamSpec *option)
{
  static const char *const booleans[] = { "false", "true" };

  if (G_IS_PARAM_SPEC_BOOLEAN (option))
    for (guint i = 0; i < G_N_ELEMENTS (booleans); i++)
      g_ptr_array_add (range->texts, g_strdup (booleans[i]));
  if (G_IS_PARAM_SPEC_ENUM (option))
    for (guint i = 0; i < G_PARAM_SPEC_ENUM (option)->enum_class->n_values; i++)
      g_ptr_array_add (range->texts, g_strdup (G_PARAM_SPEC_ENUM (option)->enum_class->values[i].value_nick));
  if (G_IS_PARAM_SPEC_UINT (option) && G_PARAM_SPEC_UINT (option)->maximum - G_PARAM_SPEC_UINT (option)->minimum < SUGGEST_ALL_MAX)
    for (guint i = G_PARAM_SPEC_UINT (option)->minimum; i <= G_PARAM_SPEC_UINT (option)->maximum; i++)
      g_ptr_array_add (range->texts, g_strdup_printf ("%u", i));
  return range->texts->len > 0;
}

/* From a quarter of the default to four times it, those that the option takes. */
static void
suggest_around (PstParameterRange *range, GParamSpec *option, const Number *centre)
{
  gboolean whole = G_IS_PARAM_SPEC_UINT (option) || G_IS_PARAM_SPEC_INT (option) || G_IS_PARAM_SPEC_INT64 (option) || G_IS_PARAM_SPEC_UINT64 (option);
  guint scale = whole ? 0 : MIN (centre->decimal.scale + 2u, PST_SCALE_MAX);

  for (guint i = 0; i < G_N_ELEMENTS (suggested_quarters); i++)
    {
      g_autofree char *text = NULL;
      gint64 mantissa;

      if (!pst_mantissa_multiply (centre->decimal.mantissa, suggested_quarters[i] * 25, centre->decimal.scale + 2u, scale, PST_ROUND_HALF_EVEN,
                                  &mantissa))
        continue;
      text = print_number (mantissa, scale, centre->suffix);
      add_text (range, option, text, NULL); /* what it does not take, or has, is left out */
    }
}

static gboolean
suggest (PstParameterRange *range, GParamSpec *option, GError **error)
{
  g_autofree char *centre_text = pst_option_describe_default (option);
  Number centre;

  range->texts = g_ptr_array_new_with_free_func (g_free);
  if (!suggest_all (range, option) && read_number (centre_text, &centre) && centre.decimal.mantissa != 0)
    suggest_around (range, option, &centre);
  range->n_values = range->texts->len;
  if (range->n_values > 1)
    return TRUE;
  return fail (error, PST_OPTION_ERROR_MISSING, range->name,
               "no values are given, and its default suggests none; write %s=FIRST..LAST/STEP or a list", range->name);
}

/**
 * pst_parameter_range_parse:
 * @name: "cross.fast", for messages and results
 * @option: the option, with what it may be
 * @text: the values: "2..101", with a step "0.5..2.5/0.5" or a factor "1..1000*10", or a list "5,10,20..30/5"; a unit may stand behind the numbers
 * ("10s..60s/10s", "1000..5000/1000 USD"). Without a step, it is one of the last digit that is written. Empty: all values of a switch or choice,
 * otherwise nine from a quarter of the default to four times it
 * @error: where to say why not
 *
 * Reads the values that an option is to have. Any thread.
 *
 * Returns: (transfer full) (nullable): the range; %NULL with a %PST_OPTION_ERROR
 */
PstParameterRange *
pst_parameter_range_parse (const char *name, GParamSpec *option, const char *text, GError **error)
{
  g_autoptr (PstParameterRange) range = g_new0 (PstParameterRange, 1);
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  range->name = g_strdup (name);
  if ((option->flags & (PST_OPTION_SECRET | PST_OPTION_PATH)) != 0 || G_PARAM_SPEC_VALUE_TYPE (option) == G_TYPE_STRV)
    {
      fail (error, PST_OPTION_ERROR_TYPE, name, "a sweep varies numbers, switches and choices, not %s",
            (option->flags & PST_OPTION_SECRET) ? "secrets"
            : (option->flags & PST_OPTION_PATH) ? "files"
                                                : "lists");
      return NULL;
    }
  if (*trimmed == '\0' ? !suggest (range, option, error) : !read_values (range, option, trimmed, error))
    return NULL;
  return g_steal_pointer (&range);
}

void
pst_parameter_range_free (PstParameterRange *range)
{
  if (range == NULL)
    return;
  g_clear_pointer (&range->texts, g_ptr_array_unref);
  g_free (range->suffix);
  g_free (range->name);
  g_free (range);
}

/**
 * pst_parameter_range_get_text:
 * @range: a range
 * @value: which of its values, from 0
 *
 * One value, as the option reads it. Any thread.
 *
 * Returns: (transfer full): the text
 */
char *
pst_parameter_range_get_text (const PstParameterRange *range, guint64 value)
{
  g_return_val_if_fail (value < range->n_values, NULL);

  if (range->texts != NULL)
    return g_strdup (range->texts->pdata[value]);
  return print_number (range->start + (gint64)value * range->step, range->scale, range->suffix);
}

gboolean
pst_parameter_range_get_decimal (const PstParameterRange *range, guint64 value, PstDecimal *decimal)
{
  Number number;

  if (range->texts == NULL)
    {
      *decimal = (PstDecimal){ range->start + (gint64)value * range->step, range->scale };
      return TRUE;
    }
  if (!read_number (range->texts->pdata[value], &number))
    return FALSE;
  *decimal = number.decimal;
  return TRUE;
}

/**
 * pst_parameter_range_to_string:
 * @range: a range
 *
 * Writes it so that pst_parameter_range_from_string() makes the same of it, whatever the option's defaults are then: "NAME=FIRST..COUNT/STEP SUFFIX"
 * of a range, "NAME=[a,b,c]" of a list. Any thread.
 *
 * Returns: (transfer full): one line
 */
char *
pst_parameter_range_to_string (const PstParameterRange *range)
{
  g_autoptr (GVariant) texts = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; range->texts != NULL && i < range->texts->len; i++)
    g_variant_builder_add (&builder, "s", range->texts->pdata[i]);
  texts = g_variant_ref_sink (g_variant_new ("(sxxtysas)", range->name, range->start, range->step, range->n_values, range->scale,
                                             range->suffix != NULL ? range->suffix : "", &builder));
  return g_variant_print (texts, FALSE);
}

/**
 * pst_parameter_range_from_string:
 * @text: what pst_parameter_range_to_string() wrote
 * @error: where to say why not
 *
 * Reads a range back. Any thread.
 *
 * Returns: (transfer full) (nullable): the range; %NULL with %PST_VALUE_ERROR_SYNTAX
 */
PstParameterRange *
pst_parameter_range_from_string (const char *text, GError **error)
{
  g_autoptr (GVariant) variant = g_variant_parse (G_VARIANT_TYPE ("(sxxtysas)"), text, NULL, NULL, NULL);
  g_autoptr (PstParameterRange) range = g_new0 (PstParameterRange, 1);
  g_auto (GStrv) texts = NULL;

  if (variant != NULL)
    g_variant_get (variant, "(sxxtys^as)", &range->name, &range->start, &range->step, &range->n_values, &range->scale, &range->suffix, &texts);
  if (variant == NULL || range->scale > PST_SCALE_MAX || range->n_values == 0
      || (texts[0] != NULL ? g_strv_length (texts) != range->n_values : range->n_values > PST_PARAMETER_RANGE_MAX))
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "not a range of parameters: %.60s", text);
      return NULL;
    }
  if (texts[0] != NULL)
    {
      range->texts = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; texts[i] != NULL; i++)
        g_ptr_array_add (range->texts, g_strdup (texts[i]));
    }
  return g_steal_pointer (&range);
}
