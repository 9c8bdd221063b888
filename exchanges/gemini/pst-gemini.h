/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gemini as a component. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_GEMINI (pst_gemini_get_type ())
G_DECLARE_FINAL_TYPE (PstGemini, pst_gemini, PST, GEMINI, PstVenue)

/**
 * PstGeminiCounts:
 * @n_heartbeats: heartbeats
 * @n_history: trades from before the subscription, which are not published
 * @n_errors: errors that the venue told
 *
 * What only this venue has.
 */
typedef struct
{
  guint64 n_heartbeats;
  guint64 n_history;
  guint64 n_errors;
} PstGeminiCounts;

const PstGeminiCounts *pst_gemini_get_counts (PstGemini *gemini);

G_END_DECLS
