/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coinbase Advanced Trade as a component. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_COINBASE (pst_coinbase_get_type ())
G_DECLARE_FINAL_TYPE (PstCoinbase, pst_coinbase, PST, COINBASE, PstVenue)

/**
 * PstCoinbaseCounts:
 * @n_old: messages whose sequence_num was there already, or came too late
 * @n_gaps: times that sequence_num jumped
 * @n_heartbeats: heartbeats
 * @n_history: trades from before the subscription, which are not published
 * @n_errors: errors that the venue told
 *
 * What only this venue has.
 */
typedef struct
{
  guint64 n_old;
  guint64 n_gaps;
  guint64 n_heartbeats;
  guint64 n_history;
  guint64 n_errors;
} PstCoinbaseCounts;

const PstCoinbaseCounts *pst_coinbase_get_counts (PstCoinbase *coinbase);

G_END_DECLS
