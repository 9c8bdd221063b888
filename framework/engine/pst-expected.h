/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records of a tick that a kill broke off, while that tick is done again. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstExpected:
 *
 * Records that stand in the journal already and are going to be made once more.
 */
typedef struct _PstExpected PstExpected;

typedef enum
{
  PST_EXPECTED_MET,      /* it stands in the journal: it is not recorded again */
  PST_EXPECTED_NEW,      /* it does not */
  PST_EXPECTED_DIVERGED, /* the journal has something else there */
} PstExpectation;

PstExpected *pst_expected_new (void);
void pst_expected_free (PstExpected *expected);
void pst_expected_add (PstExpected *expected, const PstRecord *record);
PstExpectation pst_expected_meet (PstExpected *expected, const PstRecord *record);
gboolean pst_expected_is_reached (const PstExpected *expected, gint64 time_ns);
gboolean pst_expected_is_over (const PstExpected *expected, gint64 time_ns);
/* (nullable): the next that has to come: of orders, money and the trading state. */
const PstRecord *pst_expected_peek (const PstExpected *expected);
void pst_expected_skip (PstExpected *expected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstExpected, pst_expected_free)

G_END_DECLS
