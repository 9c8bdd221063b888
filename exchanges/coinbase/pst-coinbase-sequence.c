/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pst-coinbase-sequence.h"

static PstCoinbaseOrder
take_old (PstCoinbaseSequence *self, guint64 number)
{
  self->n_old = self->n_old > 0 && number == self->last_old + 1 ? self->n_old + 1 : 1;
  self->last_old = number;
  if (self->n_old < PST_COINBASE_SEQUENCE_OLD_MAX)
    return PST_COINBASE_ORDER_OLD;
  self->next = number + 1;
  self->n_old = 0;
  return PST_COINBASE_ORDER_GAP;
}

/**
 * pst_coinbase_sequence_take:
 * @self: a sequence
 * @number: of the message that came
 *
 * Returns: what it says
 */
PstCoinbaseOrder
pst_coinbase_sequence_take (PstCoinbaseSequence *self, guint64 number)
{
  gboolean is_next = number == self->next || self->is_open;

  if (number < self->next)
    return take_old (self, number);
  self->next = number + 1;
  self->n_old = 0;
  self->is_open = FALSE;
  return is_next ? PST_COINBASE_ORDER_NEXT : PST_COINBASE_ORDER_GAP;
}

void
pst_coinbase_sequence_pass (PstCoinbaseSequence *self)
{
  self->is_open = TRUE;
}
