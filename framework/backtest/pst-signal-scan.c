/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal is one of sixteen, so that a table of sixteen bytes answers for many bars at once. */
#include "pst-signal-scan.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/**
 * pst_signal_scan_init: (skip)
 * @scan: (out caller-allocates): what changes something
 * @direction: which positions may be taken
 * @accumulate: whether an entry while in that position adds to it
 *
 * A signal may be passed over when it leads nowhere, or where one is and means to be already. Any thread.
 */
void
pst_signal_scan_init (PstSignalScan *scan, PstDirection direction, gboolean accumulate)
{
  for (guint target = 0; target <= PST_SIGNAL_TARGET_FLAT; target++)
    for (gint sign = -1; sign <= 1; sign++)
      for (guint signal = 0; signal < PST_SIGNAL_SCAN_N; signal++)
        {
          PstSignalTarget aim = pst_signal_rules_aim (direction, (PstSignalTarget)target, (PstSignal)signal);
          gint wanted = pst_signal_target_sign (aim);
          gboolean is_news = aim != PST_SIGNAL_TARGET_NONE && (aim != (PstSignalTarget)target || wanted != sign || (wanted != 0 && accumulate));

          scan->acts[target][sign + 1][signal] = is_news ? 0xff : 0;
        }
}

#ifdef __x86_64__
__attribute__ ((target ("avx2"))) static gsize
find_avx2 (const guint8 *acts, const guint8 *signals, gsize from, gsize n)
{
  const __m256i table = _mm256_broadcastsi128_si256 (_mm_loadu_si128 ((const __m128i *)(gconstpointer)acts));

  for (; from + 32 <= n; from += 32)
    {
      __m256i bars = _mm256_loadu_si256 ((const __m256i *)(gconstpointer)(signals + from));
      guint bits = (guint)_mm256_movemask_epi8 (_mm256_shuffle_epi8 (table, bars));

      if (bits != 0)
        return from + (guint)__builtin_ctz (bits);
    }
  while (from < n && acts[signals[from]] == 0)
    from++;
  return from;
}
#endif

gsize
pst_signal_scan_find (const PstSignalScan *scan, PstSignalTarget target, gint sign, const guint8 *signals, gsize from, gsize n)
{
  const guint8 *acts = scan->acts[target][sign + 1];

#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    return from < n ? find_avx2 (acts, signals, from, n) : n;
#endif
  while (from < n && acts[signals[from]] == 0)
    from++;
  return MIN (from, n);
}
