/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values that a sweep gives one option: what "cross.fast=2..101/3" means. Numbers stay decimals, a range of a million is not a million texts. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Values that a list may hold, those of ranges within it counted. */
#define PST_PARAMETER_LIST_MAX 100000
/* Values of one range. */
#define PST_PARAMETER_RANGE_MAX G_MAXUINT32

/**
 * PstParameterRange:
 * @name: "cross.fast"
 * @n_values: how many values there are, at least 1
 * @start: of a range: its first value, at @scale
 * @step: of a range: from one value to the next, at @scale
 * @scale: of a range: decimals
 * @suffix: of a range: what stands behind each number, "s" or " USD"; may be empty
 * @texts: (nullable) (element-type utf8): of a list: its values; %NULL for a range
 *
 * The values of one option, in their order. Nothing changes it after it was made, so any thread may read it.
 */
typedef struct
{
  char *name;
  guint64 n_values;
  gint64 start, step;
  guint8 scale;
  char *suffix;
  GPtrArray *texts;
} PstParameterRange;

/* "2..101", "2..101/3", "1..1000*10", "5,10,20..30/5", "true,false"; empty: what the option's own range and default suggest. */
PstParameterRange *pst_parameter_range_parse (const char *name, GParamSpec *option, const char *text, GError **error);
void pst_parameter_range_free (PstParameterRange *range);
/* (transfer full): the text that the option gets. */
char *pst_parameter_range_get_text (const PstParameterRange *range, guint64 value);
/* The number without its unit; FALSE when the value is none. */
gboolean pst_parameter_range_get_decimal (const PstParameterRange *range, guint64 value, PstDecimal *decimal);
/* One line that says all of it, and back. */
char *pst_parameter_range_to_string (const PstParameterRange *range);
PstParameterRange *pst_parameter_range_from_string (const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstParameterRange, pst_parameter_range_free)

G_END_DECLS
