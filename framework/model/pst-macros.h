/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every header needs: visibility, and the one way to state an invariant of money or sequence. */
#pragma once

#include <glib-object.h>

#if !defined(PST_API)
#define PST_API __attribute__ ((visibility ("default")))
#endif

G_BEGIN_DECLS

/**
 * PST_ABI:
 *
 * The number of the plugin ABI. A module built for another number is refused before any of its code runs.
 */
#define PST_ABI 1

/**
 * PST_NUMBER_FORMAT:
 *
 * How prices, sizes and money are laid out in structures: 1 = signed 64-bit mantissa with a decimal scale.
 */
#define PST_NUMBER_FORMAT 1

/**
 * pst_invariant:
 * @condition: what must hold
 * @error: (nullable): where to say that it did not
 *
 * Compiled into release builds too. A broken invariant makes the calling function return %FALSE with
 * %PST_RUN_ERROR_INVARIANT; the run ends in ERROR and never trades on, the host lives.
 */
#define pst_invariant(condition, error)                                                 \
  G_STMT_START                                                                          \
  {                                                                                     \
    if (G_UNLIKELY (!(condition)))                                                      \
      return pst_invariant_broken (#condition, __FILE__, __LINE__, G_STRFUNC, (error)); \
  }                                                                                     \
  G_STMT_END

PST_API gboolean pst_invariant_broken (const char *condition, const char *file, int line, const char *function, GError **error);

G_END_DECLS
