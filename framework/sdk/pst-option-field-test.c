/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options of every kind go into their fields and come back, and what they held is freed: the sanitizers tell. */
#include <penstock-check.h>

#include <string.h>

#define TEST_TYPE_HOLDER (test_holder_get_type ())
G_DECLARE_FINAL_TYPE (TestHolder, test_holder, TEST, HOLDER, PstService)

struct _TestHolder
{
  PstService parent_instance;

  gboolean flag;
  guint count;
  gint64 age_ns;
  guint64 seed;
  double width;
  char *text;
  char **list;
  PstDecimal *rate;
  PstMoney *value;
};

G_DEFINE_FINAL_TYPE (TestHolder, test_holder, PST_TYPE_SERVICE)

static void
test_holder_class_init (TestHolderClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  PST_OPTION_IN (klass, g_param_spec_boolean ("flag", "Flag", "A flag", TRUE, with_default), TestHolder, flag);
  PST_OPTION_IN (klass, g_param_spec_uint ("count", "Count", "A count", 1, 10, 3, with_default), TestHolder, count);
  PST_OPTION_IN (klass, pst_param_spec_duration ("age", "Age", "An age", "0s", "1h", "5s", with_default), TestHolder, age_ns);
  PST_OPTION_IN (klass, g_param_spec_uint64 ("seed", "Seed", "A seed", 0, G_MAXUINT64, 0, PST_OPTION_READWRITE), TestHolder, seed);
  PST_OPTION_IN (klass, g_param_spec_double ("width", "Width", "A width", 0, 10, 2, with_default), TestHolder, width);
  PST_OPTION_IN (klass, g_param_spec_string ("text", "Text", "A text", NULL, PST_OPTION_READWRITE), TestHolder, text);
  PST_OPTION_IN (klass, g_param_spec_boxed ("list", "List", "A list", G_TYPE_STRV, PST_OPTION_READWRITE), TestHolder, list);
  PST_OPTION_IN (klass, pst_param_spec_decimal ("rate", "Rate", "A rate", "0", "1", "0.5", with_default), TestHolder, rate);
  PST_OPTION_IN (klass, pst_param_spec_money ("value", "Value", "A value", TRUE, PST_OPTION_READWRITE), TestHolder, value);
}

static void
test_holder_init (TestHolder *self)
{
}

static void
test_fields (void)
{
  static const char *const options[][2] = { { "flag", "no" },      { "count", "7" },     { "age", "250ms" }, { "seed", "18446744073709551615" },
                                            { "width", "1.5" },    { "text", "a word" }, { "list", "a;b" },  { "rate", "0.25" },
                                            { "value", "50 USD" }, { "text", "other" },  { "list", "c" },    { "value", "7 EUR" } };
  g_autoptr (TestHolder) holder = g_object_new (TEST_TYPE_HOLDER, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gint64 age_ns;

  g_assert_true (holder->flag);
  g_assert_cmpuint (holder->count, ==, 3);
  g_assert_cmpint (holder->age_ns, ==, 5 * PST_NS_PER_SECOND);
  g_assert_cmpfloat (holder->width, ==, 2.0);
  g_assert_null (holder->value);
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_assert_true (pst_component_set_option (PST_COMPONENT (holder), options[i][0], options[i][1], &error));
      g_assert_no_error (error);
    }
  g_assert_false (holder->flag);
  g_assert_cmpuint (holder->count, ==, 7);
  g_assert_cmpuint (holder->seed, ==, G_MAXUINT64);
  g_assert_cmpfloat (holder->width, ==, 1.5);
  g_assert_cmpstr (holder->list[0], ==, "c");
  g_assert_cmpint (holder->rate->mantissa, ==, 25);
  g_assert_cmpstr (holder->value->currency->code, ==, "EUR");
  g_object_get (holder, "text", &text, "age", &age_ns, NULL);
  g_assert_cmpstr (text, ==, "other");
  g_assert_cmpint (age_ns, ==, 250 * PST_NS_PER_MS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/option-field/fields", test_fields);
  return g_test_run ();
}
