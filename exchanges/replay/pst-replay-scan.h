/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the fields of a row end, for 64 bytes at once. Fields found this way are converted side by side by the processor; found one behind
 * the other, each would wait for the end of the one before. */
#pragma once

#include "pst-replay-number.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

G_BEGIN_DECLS

/**
 * PstReplayMasks:
 * @ends: delimiters and newlines
 * @newlines: newlines
 * @odd: quotation marks and NULs, which want care
 *
 * One bit a byte, the lowest for the first.
 */
typedef struct
{
  guint64 ends;
  guint64 newlines;
  guint64 odd;
} PstReplayMasks;

/* The top bit of each byte of @word that equals @byte, gathered. */
static inline guint64
pst_replay_match_eight (guint64 word, char byte)
{
  guint64 x = word ^ (G_GUINT64_CONSTANT (0x0101010101010101) * (guchar)byte);
  guint64 other = ((x & G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)) + G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)) | x;
  guint64 equal = (~other & G_GUINT64_CONSTANT (0x8080808080808080)) >> 7;

  return (equal * G_GUINT64_CONSTANT (0x0102040810204080)) >> 56;
}

/* For processors without SSE2, and for the test that holds the two against each other. */
static inline PstReplayMasks
pst_replay_scan_portable (const char *p, char delimiter)
{
  PstReplayMasks masks = { 0 };

  for (guint i = 0; i < 8; i++)
    {
      guint64 word = pst_replay_load (p + 8 * i), newlines = pst_replay_match_eight (word, '\n');

      masks.newlines |= newlines << (8 * i);
      masks.ends |= (newlines | pst_replay_match_eight (word, delimiter)) << (8 * i);
      masks.odd |= (pst_replay_match_eight (word, '"') | pst_replay_match_eight (word, '\0')) << (8 * i);
    }
  return masks;
}

/* 64 bytes from @p on. */
static inline PstReplayMasks
pst_replay_scan (const char *p, char delimiter)
{
#if defined(__SSE2__)
  const __m128i delimiters = _mm_set1_epi8 (delimiter), newline = _mm_set1_epi8 ('\n'), quote = _mm_set1_epi8 ('"'), zero = _mm_setzero_si128 ();
  PstReplayMasks masks = { 0 };

  for (guint i = 0; i < 4; i++)
    {
      __m128i bytes = _mm_loadu_si128 ((const __m128i *)(gconstpointer)(p + 16 * i));
      __m128i at_newline = _mm_cmpeq_epi8 (bytes, newline);
      __m128i at_end = _mm_or_si128 (at_newline, _mm_cmpeq_epi8 (bytes, delimiters));
      __m128i at_odd = _mm_or_si128 (_mm_cmpeq_epi8 (bytes, quote), _mm_cmpeq_epi8 (bytes, zero));

      masks.newlines |= (guint64)(guint)_mm_movemask_epi8 (at_newline) << (16 * i);
      masks.ends |= (guint64)(guint)_mm_movemask_epi8 (at_end) << (16 * i);
      masks.odd |= (guint64)(guint)_mm_movemask_epi8 (at_odd) << (16 * i);
    }
  return masks;
#else
  return pst_replay_scan_portable (p, delimiter);
#endif
}

/* Where each of @n fields of the row at @row ends. FALSE when it does not plainly have that many within @length_max bytes. */
static inline gboolean
pst_replay_find_ends (const char *row, const char *end, char delimiter, guint n, guint length_max, const char **ends)
{
  guint found = 0;

  for (const char *p = row; p < end && p - row < (gssize)length_max; p += 64)
    {
      PstReplayMasks masks = pst_replay_scan (p, delimiter);
      /* Everything up to the first newline; all, when there is none. */
      guint64 row_bits = masks.newlines ^ (masks.newlines - 1);
      guint64 bits = masks.ends & row_bits;

      if (G_UNLIKELY ((masks.odd & row_bits) != 0))
        return FALSE;
      for (; bits != 0; bits &= bits - 1)
        {
          if (G_UNLIKELY (found == n))
            return FALSE;
          ends[found++] = p + __builtin_ctzll (bits);
        }
      if (G_LIKELY (masks.newlines != 0))
        return found == n && ends[found - 1] - row < (gssize)length_max;
    }
  return FALSE;
}

G_END_DECLS
