/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard's answer. A denial is a value with a code, not an error; an unwritten verdict denies. */
#pragma once

#include "pst-macros.h"

G_BEGIN_DECLS

#define PST_VERDICT_CODE_SIZE 64
#define PST_VERDICT_DETAIL_SIZE 160

#define PST_TYPE_VERDICT (pst_verdict_get_type ())

/**
 * PstVerdict:
 * @passed: whether the order may go on
 * @code: of a denial, lower_case_words; stable, documented in the guard's README
 * @detail: of a denial, "key=value key=value"
 *
 * What a guard says of an order. Zeroed memory is a denial with the code guard_failed.
 */
typedef struct
{
  gboolean passed;
  char code[PST_VERDICT_CODE_SIZE];
  char detail[PST_VERDICT_DETAIL_SIZE];
} PstVerdict;

PST_API GType pst_verdict_get_type (void);
PST_API PstVerdict *pst_verdict_copy (const PstVerdict *verdict);
PST_API void pst_verdict_free (PstVerdict *verdict);
PST_API void pst_verdict_pass (PstVerdict *verdict);
PST_API void pst_verdict_deny (PstVerdict *verdict, const char *code, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstVerdict, pst_verdict_free)

G_END_DECLS
