/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The quarks of the error domains, and the one sentence in which a broken invariant is told. */
#include "pst-error.h"

/* Written out: formatters take G_DEFINE_QUARK's names for subtractions and space them out. */

GQuark
pst_value_error_quark (void)
{
  return g_quark_from_static_string ("pst-value-error-quark");
}

GQuark
pst_option_error_quark (void)
{
  return g_quark_from_static_string ("pst-option-error-quark");
}

GQuark
pst_exchange_error_quark (void)
{
  return g_quark_from_static_string ("pst-exchange-error-quark");
}

GQuark
pst_store_error_quark (void)
{
  return g_quark_from_static_string ("pst-store-error-quark");
}

GQuark
pst_run_error_quark (void)
{
  return g_quark_from_static_string ("pst-run-error-quark");
}

/**
 * pst_invariant_broken:
 * @condition: the text of the condition that did not hold
 * @file: source file
 * @line: line in @file
 * @function: function
 * @error: return location for a #PstRunError
 *
 * Sets %PST_RUN_ERROR_INVARIANT. Called by pst_invariant() only. Any thread.
 *
 * Returns: always %FALSE
 */
gboolean
pst_invariant_broken (const char *condition, const char *file, int line, const char *function, GError **error)
{
  const char *name = strrchr (file, '/');

  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT,
               "invariant broken in %s (%s:%d): %s does not hold; the run stops here, keep its journal and report this", function,
               name != NULL ? name + 1 : file, line, condition);
  return FALSE;
}
