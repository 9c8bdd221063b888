/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All parameter sets of a sweep, by number. A set follows from its number alone, so that any thread, process or machine makes any of them, in any
 * order, and nothing is kept of those that are done. */
#pragma once

#include "pst-parameter-range.h"

G_BEGIN_DECLS

/* Options that one sweep varies. */
#define PST_PARAMETER_RANGES_MAX 64
/* Sets that one sweep tries: a set leaves about a hundred bytes in the results file. */
#define PST_PARAMETER_SETS_MAX 10000000

/**
 * PstParameterMethod:
 * @PST_PARAMETER_METHOD_GRID: every combination of the values
 * @PST_PARAMETER_METHOD_RANDOM: some of the combinations, drawn evenly, none twice
 * @PST_PARAMETER_METHOD_LATIN_HYPERCUBE: some of the combinations, so that each value of each option is met equally often
 *
 * Which combinations are tried.
 */
typedef enum /*< prefix=PST_PARAMETER_METHOD >*/
{
  PST_PARAMETER_METHOD_GRID,
  PST_PARAMETER_METHOD_RANDOM,
  PST_PARAMETER_METHOD_LATIN_HYPERCUBE,
} PstParameterMethod;

/* A component whose options may be varied. Borrowed. */
typedef struct
{
  const char *name; /* "cross" */
  GType type;
} PstParameterOwner;

typedef struct _PstParameterSpace PstParameterSpace;

PstParameterSpace *pst_parameter_space_new (void);
void pst_parameter_space_free (PstParameterSpace *space);
/* "cross.fast=2..101"; see pst_parameter_range_parse(). */
gboolean pst_parameter_space_vary (PstParameterSpace *space, const PstParameterOwner *owners, guint n_owners, const char *assignment, GError **error);
/* Takes the range. */
gboolean pst_parameter_space_add (PstParameterSpace *space, PstParameterRange *range, GError **error);
/* @n_samples: of a grid 0. Call it last: it says when there are too many sets, or none. */
gboolean pst_parameter_space_set_method (PstParameterSpace *space, PstParameterMethod method, guint64 n_samples, guint64 seed, GError **error);
/* "grid", "random", "latin-hypercube"; FALSE with the nearest. */
gboolean pst_parameter_method_parse (const char *text, PstParameterMethod *method, GError **error);
const char *pst_parameter_method_to_string (PstParameterMethod method);

guint pst_parameter_space_get_n_ranges (const PstParameterSpace *space);
const PstParameterRange *pst_parameter_space_get_range (const PstParameterSpace *space, guint range);
PstParameterMethod pst_parameter_space_get_method (const PstParameterSpace *space);
guint64 pst_parameter_space_get_seed (const PstParameterSpace *space);
/* Sets that are tried: of a grid all combinations. */
guint64 pst_parameter_space_get_n_sets (const PstParameterSpace *space);
/* @choices: which value of each range. */
void pst_parameter_space_get_set (const PstParameterSpace *space, guint64 set, guint64 *choices);
/* (transfer full): "cross.fast=10 cross.slow=30" */
char *pst_parameter_space_describe (const PstParameterSpace *space, guint64 set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstParameterSpace, pst_parameter_space_free)

G_END_DECLS
