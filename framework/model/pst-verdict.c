/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard's answer. Nothing here can turn a forgotten or broken answer into a pass. */
#include "pst-verdict.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (PstVerdict, pst_verdict, pst_verdict_copy, pst_verdict_free)

/**
 * pst_verdict_copy:
 * @verdict: a verdict
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy
 */
PstVerdict *
pst_verdict_copy (const PstVerdict *verdict)
{
  return g_memdup2 (verdict, sizeof *verdict);
}

/**
 * pst_verdict_free:
 * @verdict: (nullable) (transfer full): a copy of a verdict
 *
 * Any thread.
 */
void
pst_verdict_free (PstVerdict *verdict)
{
  g_free (verdict);
}

/**
 * pst_verdict_pass:
 * @verdict: (out caller-allocates): what to write
 *
 * Lets the order go on to the next guard. Any thread.
 */
void
pst_verdict_pass (PstVerdict *verdict)
{
  memset (verdict, 0, sizeof *verdict);
  verdict->passed = TRUE;
}

/**
 * pst_verdict_deny:
 * @verdict: (out caller-allocates): what to write
 * @code: lower_case_words, stable, documented in the guard's README
 * @format: "key=value key=value" as for printf; only integers and strings, for numbers with a point depend on the locale
 * @...: values
 *
 * Refuses the order. What is too long is cut off. Any thread.
 */
void
pst_verdict_deny (PstVerdict *verdict, const char *code, const char *format, ...)
{
  va_list args;
  const char *end;

  memset (verdict, 0, sizeof *verdict);
  g_strlcpy (verdict->code, code != NULL && *code != '\0' ? code : "guard_failed", sizeof verdict->code);
  va_start (args, format);
  g_vsnprintf (verdict->detail, sizeof verdict->detail, format, args);
  va_end (args);
  /* Never half a character. */
  if (!g_utf8_validate (verdict->detail, -1, &end))
    memset (verdict->detail + (end - verdict->detail), 0, sizeof verdict->detail - (end - verdict->detail));
}
