/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "Did you mean": the nearest of some names. Nobody finds a slip in a long pipeline file by being told that it is wrong. */

#include "pst-option.h"

#include <string.h>

/* Names longer than this are not compared. */
#define NAME_LENGTH_MAX 64

static char
fold (char c)
{
  return c == '_' ? '-' : g_ascii_tolower (c);
}

/* Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, one each. Case and '_' for '-' are free. */
static guint
edit_distance (const char *a, guint n_a, const char *b, guint n_b)
{
  guint rows[3][NAME_LENGTH_MAX + 1];

  for (guint j = 0; j <= n_b; j++)
    rows[0][j] = j;
  for (guint i = 1; i <= n_a; i++)
    {
      guint *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

      row[0] = i;
      for (guint j = 1; j <= n_b; j++)
        {
          guint replace = above[j - 1] + (fold (a[i - 1]) != fold (b[j - 1]));

          row[j] = MIN (MIN (above[j] + 1, row[j - 1] + 1), replace);
          if (i > 1 && j > 1 && fold (a[i - 1]) == fold (b[j - 2]) && fold (a[i - 2]) == fold (b[j - 1]))
            row[j] = MIN (row[j], two_above[j - 2] + 1);
        }
    }
  return rows[n_a % 3][n_b];
}

/**
 * pst_nearest_name:
 * @name: what was written
 * @names: (array zero-terminated=1): what may be written
 *
 * Finds the nearest of @names by edit distance: at most one edit for every three characters of @name, at least one. The first wins a tie.
 * Any thread.
 *
 * Returns: (transfer none) (nullable): one of @names; %NULL when none is near
 */
const char *
pst_nearest_name (const char *name, const char *const *names)
{
  const char *nearest = NULL;
  guint distance_least;
  gsize length;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (names != NULL, NULL);

  length = strlen (name);
  if (length == 0 || length > NAME_LENGTH_MAX)
    return NULL;

  distance_least = MAX (length / 3, 1) + 1;
  for (guint i = 0; names[i] != NULL; i++)
    {
      gsize candidate_length = strlen (names[i]);
      guint distance;

      if (candidate_length > NAME_LENGTH_MAX)
        continue;
      distance = edit_distance (name, length, names[i], candidate_length);
      if (distance < distance_least && distance < MAX (length, candidate_length))
        {
          distance_least = distance;
          nearest = names[i];
        }
    }
  return nearest;
}
