/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every option of a plugin: words, default, text and back, and both sides of its range. */

#include "pst-check-conformance-private.h"

#include <string.h>

/* Texts that tell about an option's range, generated from its description. */
typedef struct
{
  GPtrArray *good;
  GPtrArray *bad;
} Samples;

static void
sample (GPtrArray *texts, char *text)
{
  g_ptr_array_add (texts, text);
}

static void
sample_integers (GParamSpec *pspec, Samples *samples)
{
  if (G_IS_PARAM_SPEC_INT (pspec) || G_IS_PARAM_SPEC_INT64 (pspec))
    {
      gboolean narrow = G_IS_PARAM_SPEC_INT (pspec);
      gint64 minimum = narrow ? G_PARAM_SPEC_INT (pspec)->minimum : G_PARAM_SPEC_INT64 (pspec)->minimum;
      gint64 maximum = narrow ? G_PARAM_SPEC_INT (pspec)->maximum : G_PARAM_SPEC_INT64 (pspec)->maximum;

      sample (samples->good, g_strdup_printf ("%" G_GINT64_FORMAT, minimum));
      sample (samples->good, g_strdup_printf ("%" G_GINT64_FORMAT, maximum));
      if (minimum > G_MININT64)
        sample (samples->bad, g_strdup_printf ("%" G_GINT64_FORMAT, minimum - 1));
      if (maximum < G_MAXINT64)
        sample (samples->bad, g_strdup_printf ("%" G_GINT64_FORMAT, maximum + 1));
    }
  else
    {
      gboolean narrow = G_IS_PARAM_SPEC_UINT (pspec);
      guint64 minimum = narrow ? G_PARAM_SPEC_UINT (pspec)->minimum : G_PARAM_SPEC_UINT64 (pspec)->minimum;
      guint64 maximum = narrow ? G_PARAM_SPEC_UINT (pspec)->maximum : G_PARAM_SPEC_UINT64 (pspec)->maximum;

      sample (samples->good, g_strdup_printf ("%" G_GUINT64_FORMAT, minimum));
      sample (samples->good, g_strdup_printf ("%" G_GUINT64_FORMAT, maximum));
      sample (samples->bad, g_strdup ("-1"));
      if (minimum > 0)
        sample (samples->bad, g_strdup_printf ("%" G_GUINT64_FORMAT, minimum - 1));
      if (maximum < G_MAXUINT64)
        sample (samples->bad, g_strdup_printf ("%" G_GUINT64_FORMAT, maximum + 1));
    }
  sample (samples->bad, g_strdup ("12x"));
  sample (samples->bad, g_strdup ("99999999999999999999999"));
}

static void
sample_decimals (GParamSpec *pspec, Samples *samples)
{
  const PstParamSpecDecimal *spec = (PstParamSpecDecimal *)pspec;
  PstDecimal beyond = spec->maximum, below = spec->minimum;

  sample (samples->good, pst_decimal_to_string (&spec->minimum));
  sample (samples->good, pst_decimal_to_string (&spec->maximum));
  if (beyond.mantissa++ < G_MAXINT64)
    sample (samples->bad, pst_decimal_to_string (&beyond));
  if (below.mantissa-- > G_MININT64)
    sample (samples->bad, pst_decimal_to_string (&below));
  sample (samples->bad, g_strdup ("0,1"));
  sample (samples->bad, g_strdup ("nan"));
}

static void
sample_durations (GParamSpec *pspec, Samples *samples)
{
  const PstParamSpecDuration *spec = (PstParamSpecDuration *)pspec;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT64);
  g_value_set_int64 (&value, spec->minimum);
  sample (samples->good, pst_option_to_string (pspec, &value));
  if (spec->maximum < G_MAXINT64 / 2)
    {
      g_value_set_int64 (&value, spec->maximum);
      sample (samples->good, pst_option_to_string (pspec, &value));
      sample (samples->bad, g_strdup_printf ("%" G_GINT64_FORMAT "s", spec->maximum / PST_NS_PER_SECOND + 1));
    }
  sample (samples->bad, g_strdup ("5"));
  sample (samples->bad, g_strdup ("-1s"));
}

static void
sample_enum (GParamSpec *pspec, Samples *samples)
{
  GEnumClass *members = G_PARAM_SPEC_ENUM (pspec)->enum_class;

  for (guint i = 0; i < members->n_values; i++)
    sample (samples->good, g_strdup (members->values[i].value_nick));
  sample (samples->bad, g_strdup ("no-such-choice"));
}

static void
sample_double (GParamSpec *pspec, Samples *samples)
{
  const GParamSpecDouble *spec = G_PARAM_SPEC_DOUBLE (pspec);
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  sample (samples->good, g_strdup (g_ascii_dtostr (buffer, sizeof buffer, spec->minimum)));
  sample (samples->good, g_strdup (g_ascii_dtostr (buffer, sizeof buffer, spec->maximum)));
  sample (samples->bad, g_strdup ("nan"));
  sample (samples->bad, g_strdup ("1,5"));
}

static void
make_samples (GParamSpec *pspec, Samples *samples)
{
  if (G_PARAM_SPEC_TYPE (pspec) == PST_TYPE_PARAM_DURATION)
    sample_durations (pspec, samples);
  else if (G_PARAM_SPEC_TYPE (pspec) == PST_TYPE_PARAM_DECIMAL)
    sample_decimals (pspec, samples);
  else if (G_PARAM_SPEC_TYPE (pspec) == PST_TYPE_PARAM_MONEY)
    {
      sample (samples->good, g_strdup ("50 USD"));
      sample (samples->bad, g_strdup ("50"));
      if (((PstParamSpecMoney *)pspec)->positive)
        sample (samples->bad, g_strdup ("0 USD"));
    }
  else if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    {
      sample (samples->good, g_strdup ("true"));
      sample (samples->good, g_strdup ("false"));
      sample (samples->bad, g_strdup ("maybe"));
    }
  else if (G_IS_PARAM_SPEC_ENUM (pspec))
    sample_enum (pspec, samples);
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    sample_double (pspec, samples);
  else if (G_PARAM_SPEC_VALUE_TYPE (pspec) == G_TYPE_STRV)
    sample (samples->good, g_strdup ("one;two\\;three"));
  else if (G_IS_PARAM_SPEC_STRING (pspec))
    sample (samples->good, g_strdup ("some text"));
  else
    sample_integers (pspec, samples);
}

char *
pst_check_option_example (GParamSpec *pspec, const char *folder)
{
  Samples samples = { g_ptr_array_new_with_free_func (g_free), g_ptr_array_new_with_free_func (g_free) };
  char *example;

  if (strcmp (pspec->name, "feed") == 0)
    example = g_strdup (PST_HARNESS_DATA);
  else if ((pspec->flags & PST_OPTION_PATH) != 0)
    example = g_build_filename (folder, pspec->name, NULL);
  else
    {
      make_samples (pspec, &samples);
      example = g_strdup (samples.good->pdata[0]);
    }
  g_ptr_array_unref (samples.good);
  g_ptr_array_unref (samples.bad);
  return example;
}

static void
check_words (GParamSpec *pspec)
{
  g_autofree char *allowed = pst_option_describe_allowed (pspec);
  const char *blurb = g_param_spec_get_blurb (pspec);

  for (const char *p = pspec->name; *p != '\0'; p++)
    if (!g_ascii_islower (*p) && !g_ascii_isdigit (*p) && *p != '-')
      pst_check_fail ("option \"%s\": a name has only a-z, 0-9 and '-'", pspec->name);
  if (g_strcmp0 (g_param_spec_get_nick (pspec), pspec->name) == 0)
    pst_check_fail ("option \"%s\" has no nick: say what people call it", pspec->name);
  if (blurb == NULL || strlen (blurb) < 5)
    pst_check_fail ("option \"%s\" has no blurb: say what it does, with its unit", pspec->name);
  if ((pspec->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE || (pspec->flags & G_PARAM_CONSTRUCT_ONLY) != 0)
    pst_check_fail ("option \"%s\" must be readable and writable at any time: PST_OPTION_READWRITE", pspec->name);
  if (strstr (allowed, "a value that text can give") != NULL)
    pst_check_fail ("option \"%s\": its type is none that a pipeline file can give", pspec->name);
}

static char *
get_text (PstComponent *component, GParamSpec *pspec)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (pspec));
  g_object_get_property (G_OBJECT (component), pspec->name, &value);
  return pst_option_to_string (pspec, &value);
}

static void
check_default (PstComponent *component, GParamSpec *pspec)
{
  g_autofree char *promised = pst_option_to_string (pspec, g_param_spec_get_default_value (pspec));
  g_autofree char *found = get_text (component, pspec);

  if ((pspec->flags & PST_OPTION_REQUIRED) == 0 && strcmp (promised, found) != 0)
    pst_check_fail ("option \"%s\" is described with the default \"%s\", but a new component has \"%s\": set it in its init", pspec->name, promised,
                    found);
}

static void
check_samples (PstComponent *component, GParamSpec *pspec)
{
  Samples samples = { g_ptr_array_new_with_free_func (g_free), g_ptr_array_new_with_free_func (g_free) };

  make_samples (pspec, &samples);
  for (guint i = 0; i < samples.good->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *once = NULL;
      g_autofree char *twice = NULL;

      pst_component_set_option (component, pspec->name, samples.good->pdata[i], &error);
      g_assert_no_error (error);
      if ((pspec->flags & PST_OPTION_SECRET) != 0)
        continue;
      once = get_text (component, pspec);
      pst_component_set_option (component, pspec->name, once, &error);
      g_assert_no_error (error);
      twice = get_text (component, pspec);
      if (strcmp (once, twice) != 0 || once[0] == '\0')
        pst_check_fail ("option \"%s\" set to \"%s\" reads \"%s\", set to that it reads \"%s\": set_property and get_property must agree",
                        pspec->name, (char *)samples.good->pdata[i], once, twice);
    }
  for (guint i = 0; i < samples.bad->len; i++)
    {
      g_autofree char *before = get_text (component, pspec);
      g_autofree char *after = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_false (pst_component_set_option (component, pspec->name, samples.bad->pdata[i], &error));
      g_assert_true (error != NULL && error->domain == PST_OPTION_ERROR);
      after = get_text (component, pspec);
      g_assert_cmpstr (before, ==, after);
    }
  g_ptr_array_unref (samples.good);
  g_ptr_array_unref (samples.bad);
}

void
pst_check_conform_options (PstCheckSubject *subject)
{
  g_autoptr (PstComponent) component = g_object_new (subject->type, NULL);
  g_autofree GParamSpec **options = NULL;
  guint n_options;

  options = pst_option_list (subject->type, &n_options);
  for (guint i = 0; i < n_options; i++)
    {
      g_test_message ("option %s", options[i]->name);
      check_words (options[i]);
      check_default (component, options[i]);
    }
  for (guint i = 0; i < n_options; i++)
    check_samples (component, options[i]);
  g_assert_false (pst_component_set_option (component, "no-such-option", "1", NULL));
  g_assert_finalize_object (g_steal_pointer (&component));
}
