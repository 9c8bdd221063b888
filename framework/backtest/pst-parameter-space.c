/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the number of a set to its values. A grid counts in mixed radix, the last option fastest. Random sets are the grid's under a keyed
 * permutation (a Feistel network that walks its cycles, Black and Rogaway 2002), so that none comes twice and none has to be remembered; a Latin
 * hypercube has such a permutation of the samples for each option (McKay, Beckman and Conover 1979). */
#include "pst-parameter-space.h"

#include <string.h>

#define ROUNDS 6

struct _PstParameterSpace
{
  GPtrArray *ranges; /* PstParameterRange */
  PstParameterMethod method;
  guint64 n_samples;
  guint64 seed;
  guint64 n_sets; /* 0 before the method is set */
};

static const char *const method_names[] = { "grid", "random", "latin-hypercube", NULL };

PstParameterSpace *
pst_parameter_space_new (void)
{
  PstParameterSpace *space = g_new0 (PstParameterSpace, 1);

  space->ranges = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_parameter_range_free);
  return space;
}

void
pst_parameter_space_free (PstParameterSpace *space)
{
  if (space == NULL)
    return;
  g_ptr_array_unref (space->ranges);
  g_free (space);
}

/* Of a "did you mean". */
static char *
hint_nearest (const char *name, const char *const *names, const char *what)
{
  const char *nearest = pst_nearest_name (name, names);
  g_autofree char *all = NULL;

  if (nearest != NULL)
    return g_strdup_printf ("; did you mean \"%s\"?", nearest);
  all = g_strjoinv (", ", (char **)names);
  return g_strdup_printf ("; %s: %s", what, all);
}

static const PstParameterOwner *
find_owner (const PstParameterOwner *owners, guint n_owners, const char *name, GError **error)
{
  g_autofree const char **names = g_new0 (const char *, n_owners + 1);
  g_autofree char *hint = NULL;

  for (guint i = 0; i < n_owners; i++)
    {
      if (strcmp (owners[i].name, name) == 0)
        return &owners[i];
      names[i] = owners[i].name;
    }
  hint = hint_nearest (name, names, "components");
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "the pipeline has no component \"%s\"%s", name, hint);
  return NULL;
}

static GParamSpec *
find_option (const PstParameterOwner *owner, const char *name, GError **error)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (owner->type, &n_options);
  g_autofree const char **names = g_new0 (const char *, n_options + 1);
  g_autofree char *hint = NULL;

  for (guint i = 0; i < n_options; i++)
    {
      if (strcmp (options[i]->name, name) == 0)
        return options[i];
      names[i] = options[i]->name;
    }
  hint = hint_nearest (name, names, "its options");
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "\"%s\" has no option \"%s\"%s", owner->name, name, hint);
  return NULL;
}

/**
 * pst_parameter_space_vary:
 * @space: a space without a method
 * @owners: (array length=n_owners): the components of the pipeline
 * @n_owners: how many
 * @assignment: "cross.fast=2..101"; without "=..." the option's default suggests the values
 * @error: where to say why not
 *
 * Adds an option that is varied. The thread that owns @space.
 *
 * Returns: %FALSE with a %PST_OPTION_ERROR that names the nearest component or option
 */
gboolean
pst_parameter_space_vary (PstParameterSpace *space, const PstParameterOwner *owners, guint n_owners, const char *assignment, GError **error)
{
  g_auto (GStrv) sides = g_strsplit (assignment, "=", 2);
  g_auto (GStrv) words = g_strsplit (sides[0] ? g_strstrip (sides[0]) : "", ".", 2);
  const PstParameterOwner *owner;
  GParamSpec *option;
  PstParameterRange *range;

  if (words[0] == NULL || words[1] == NULL || *words[0] == '\0' || *words[1] == '\0')
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "\"%s\" does not say what to vary; write COMPONENT.OPTION=VALUES", assignment);
      return FALSE;
    }
  owner = find_owner (owners, n_owners, words[0], error);
  option = owner != NULL ? find_option (owner, words[1], error) : NULL;
  range = option != NULL ? pst_parameter_range_parse (sides[0], option, sides[1] ? sides[1] : "", error) : NULL;
  return range != NULL && pst_parameter_space_add (space, range, error);
}

gboolean
pst_parameter_space_add (PstParameterSpace *space, PstParameterRange *range, GError **error)
{
  g_autoptr (PstParameterRange) taken = range;

  for (guint i = 0; i < space->ranges->len; i++)
    if (strcmp (((const PstParameterRange *)space->ranges->pdata[i])->name, range->name) == 0)
      {
        g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "%s is varied twice; give all its values at once", range->name);
        return FALSE;
      }
  if (space->ranges->len == PST_PARAMETER_RANGES_MAX)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "more than %d options are varied", PST_PARAMETER_RANGES_MAX);
      return FALSE;
    }
  g_ptr_array_add (space->ranges, g_steal_pointer (&taken));
  return TRUE;
}

gboolean
pst_parameter_method_parse (const char *text, PstParameterMethod *method, GError **error)
{
  g_autofree char *hint = NULL;

  for (guint i = 0; method_names[i] != NULL; i++)
    if (strcmp (text, method_names[i]) == 0)
      {
        *method = (PstParameterMethod)i;
        return TRUE;
      }
  hint = hint_nearest (text, method_names, "methods");
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "there is no method \"%s\"%s", text, hint);
  return FALSE;
}

const char *
pst_parameter_method_to_string (PstParameterMethod method)
{
  return method_names[method];
}

/* How many combinations there are; more than 64 bits can say: the largest. */
static guint64
count_combinations (const PstParameterSpace *space)
{
  guint64 product = 1;

  for (guint i = 0; i < space->ranges->len; i++)
    if (__builtin_mul_overflow (product, ((const PstParameterRange *)space->ranges->pdata[i])->n_values, &product))
      return G_MAXUINT64;
  return product;
}

/* "10,000,000,000" */
static char *
group_digits (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  GString *text = g_string_new (digits);

  for (gssize i = (gssize)text->len - 3; i > 0; i -= 3)
    g_string_insert_c (text, i, ',');
  return g_string_free (text, FALSE);
}

static gboolean
fail_too_many (const PstParameterSpace *space, guint64 n_sets, GError **error)
{
  g_autofree char *n = group_digits (n_sets), *most = group_digits (PST_PARAMETER_SETS_MAX);
  const char *more = n_sets == G_MAXUINT64 ? "more than " : "";

  if (space->method == PST_PARAMETER_METHOD_GRID)
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
                 "the grid has %s%s parameter sets; at most %s are tried: take larger steps, or a sample of them with method=random (or "
                 "latin-hypercube) and samples=10000",
                 more, n, most);
  else
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "%s samples are asked for; at most %s are tried", n, most);
  return FALSE;
}

/**
 * pst_parameter_space_set_method:
 * @space: a space to which all options were added
 * @method: which combinations are tried
 * @n_samples: of them; 0 for a grid
 * @seed: of what is drawn
 * @error: where to say why not
 *
 * Settles which sets there are. Random sets are all of the combinations when @n_samples is no less than these. The thread that owns @space.
 *
 * Returns: %FALSE with %PST_OPTION_ERROR_MISSING when nothing is varied or samples are not told, %PST_OPTION_ERROR_RANGE when there are more than
 * %PST_PARAMETER_SETS_MAX
 */
gboolean
pst_parameter_space_set_method (PstParameterSpace *space, PstParameterMethod method, guint64 n_samples, guint64 seed, GError **error)
{
  guint64 n_combinations = count_combinations (space), n_sets;

  space->method = method;
  space->n_samples = n_samples;
  space->seed = seed;
  if (space->ranges->len == 0)
    {
      g_set_error (
          error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
          "the sweep has no parameter set: nothing is varied; write COMPONENT.OPTION=VALUES into [sweep], or --vary COMPONENT.OPTION=VALUES");
      return FALSE;
    }
  if (method == PST_PARAMETER_METHOD_GRID && n_samples != 0)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                   "a grid tries all sets: samples=%" G_GUINT64_FORMAT " needs method=random or "
                   "method=latin-hypercube",
                   n_samples);
      return FALSE;
    }
  if (method != PST_PARAMETER_METHOD_GRID && n_samples == 0)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "method=%s needs samples=NUMBER: how many sets to try", method_names[method]);
      return FALSE;
    }
  n_sets = method == PST_PARAMETER_METHOD_GRID ? n_combinations : method == PST_PARAMETER_METHOD_RANDOM ? MIN (n_samples, n_combinations) : n_samples;
  if (n_sets > PST_PARAMETER_SETS_MAX)
    return fail_too_many (space, n_sets, error);
  space->n_sets = n_sets;
  return TRUE;
}

guint
pst_parameter_space_get_n_ranges (const PstParameterSpace *space)
{
  return space->ranges->len;
}

const PstParameterRange *
pst_parameter_space_get_range (const PstParameterSpace *space, guint range)
{
  return space->ranges->pdata[range];
}

PstParameterMethod
pst_parameter_space_get_method (const PstParameterSpace *space)
{
  return space->method;
}

guint64
pst_parameter_space_get_seed (const PstParameterSpace *space)
{
  return space->seed;
}

guint64
pst_parameter_space_get_n_sets (const PstParameterSpace *space)
{
  return space->n_sets;
}

/* splitmix64's finaliser: every bit of the input changes every bit of the output. */
static guint64
mix (guint64 z)
{
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* A number that follows from the seed, what it is for, and which one it is. */
static guint64
draw (guint64 seed, guint64 stream, guint64 number)
{
  return mix (mix (mix (seed + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) + stream * G_GUINT64_CONSTANT (0xd1342543de82ef95)) + number);
}

/* One pass over 2 * @half_bits bits. */
static guint64
feistel (guint64 seed, guint64 stream, guint64 number, guint half_bits)
{
  guint64 mask = (G_GUINT64_CONSTANT (1) << half_bits) - 1, left = number >> half_bits, right = number & mask;

  for (guint round = 0; round < ROUNDS; round++)
    {
      guint64 next = left ^ (draw (seed, stream * ROUNDS + round, right) & mask);

      left = right;
      right = next;
    }
  return left << half_bits | right;
}

/* Where @number goes in a permutation of 0 to n - 1. The domain is at most four times n, so a walk ends after four steps in the mean. */
static guint64
permute (guint64 seed, guint64 stream, guint64 number, guint64 n)
{
  guint half_bits = 1;

  while (half_bits < 31 && (G_GUINT64_CONSTANT (1) << (2 * half_bits)) < n)
    half_bits++;
  do
    number = feistel (seed, stream, number, half_bits);
  while (number >= n);
  return number;
}

static void
get_combination (const PstParameterSpace *space, guint64 combination, guint64 *choices)
{
  for (guint i = space->ranges->len; i-- > 0;)
    {
      guint64 n_values = pst_parameter_space_get_range (space, i)->n_values;

      choices[i] = combination % n_values;
      combination /= n_values;
    }
}

/* Too many combinations to permute: drawn one by one; that two are alike is as good as impossible. */
static void
get_independent (const PstParameterSpace *space, guint64 set, guint64 *choices)
{
  for (guint i = 0; i < space->ranges->len; i++)
    choices[i] = (guint64)(((unsigned __int128)draw (space->seed, i, set) * pst_parameter_space_get_range (space, i)->n_values) >> 64);
}

static void
get_stratified (const PstParameterSpace *space, guint64 set, guint64 *choices)
{
  for (guint i = 0; i < space->ranges->len; i++)
    {
      guint64 n_values = pst_parameter_space_get_range (space, i)->n_values, stratum = permute (space->seed, i, set, space->n_sets);
      guint64 within = (guint64)(((unsigned __int128)draw (space->seed, PST_PARAMETER_RANGES_MAX * ROUNDS + i, set) * n_values) >> 64);

      choices[i] = (guint64)(((unsigned __int128)stratum * n_values + within) / space->n_sets);
    }
}

/**
 * pst_parameter_space_get_set:
 * @space: a space with a method
 * @set: a set's number, from 0
 * @choices: (out caller-allocates): for each range, which of its values
 *
 * Makes a set. Any thread.
 */
void
pst_parameter_space_get_set (const PstParameterSpace *space, guint64 set, guint64 *choices)
{
  guint64 n_combinations = count_combinations (space);

  g_return_if_fail (set < space->n_sets);

  if (space->method == PST_PARAMETER_METHOD_GRID)
    get_combination (space, set, choices);
  else if (space->method == PST_PARAMETER_METHOD_LATIN_HYPERCUBE)
    get_stratified (space, set, choices);
  else if (n_combinations <= G_GUINT64_CONSTANT (1) << 62)
    get_combination (space, permute (space->seed, 0, set, n_combinations), choices);
  else
    get_independent (space, set, choices);
}

/**
 * pst_parameter_space_describe:
 * @space: a space with a method
 * @set: a set's number
 *
 * A set in words that --set takes. Any thread.
 *
 * Returns: (transfer full): "cross.fast=10 cross.slow=30"
 */
char *
pst_parameter_space_describe (const PstParameterSpace *space, guint64 set)
{
  guint64 choices[PST_PARAMETER_RANGES_MAX];
  GString *text = g_string_new (NULL);

  pst_parameter_space_get_set (space, set, choices);
  for (guint i = 0; i < space->ranges->len; i++)
    {
      const PstParameterRange *range = pst_parameter_space_get_range (space, i);
      g_autofree char *value = pst_parameter_range_get_text (range, choices[i]);

      g_string_append_printf (text, "%s%s=%s", i ? " " : "", range->name, value);
    }
  return g_string_free (text, FALSE);
}
