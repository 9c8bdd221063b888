/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers of a connection's messages: 0, 1, 2 ... over all channels together. Whoever sees a hole knows that a message is missing, but not
 * which book it was about. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So many old numbers in a row, each one more than the one before, are no repetition: the last jump was a misread number, or the venue began anew. */
#define PST_COINBASE_SEQUENCE_OLD_MAX 4u

/**
 * PstCoinbaseOrder:
 * @PST_COINBASE_ORDER_NEXT: the number that was due
 * @PST_COINBASE_ORDER_OLD: one that was there already, or comes too late: the message must not be applied
 * @PST_COINBASE_ORDER_GAP: messages are missing before it
 *
 * What a number says.
 */
typedef enum
{
  PST_COINBASE_ORDER_NEXT,
  PST_COINBASE_ORDER_OLD,
  PST_COINBASE_ORDER_GAP,
} PstCoinbaseOrder;

/**
 * PstCoinbaseSequence:
 * @next: the number that is due
 *
 * Where a connection stands. Zeroed: before its first message.
 */
typedef struct
{
  guint64 next;
  /*< private >*/
  guint64 last_old;
  guint n_old;
  gboolean is_open;
} PstCoinbaseSequence;

PstCoinbaseOrder pst_coinbase_sequence_take (PstCoinbaseSequence *sequence, guint64 number);
/* A message came whose number could not be read: all books are lost, so that the next number, if it is not old, is no gap. */
void pst_coinbase_sequence_pass (PstCoinbaseSequence *sequence);

G_END_DECLS
