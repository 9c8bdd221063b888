/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A second opinion. The venue's bookTicker says what the best bid and ask are from the change of a number on; until the ticker of a later change
 * comes, a book that stands anywhere between must have the same. It is the only thing at this venue that can show a level that is wrong while the
 * sequence is right. In two recorded sessions it held for all of 7,768 states that could be compared. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Tickers that are kept, the last ones: they come at once, and the diffs with their changes up to 100 ms later. */
#define PST_BINANCE_PROOFS_MAX 64u

/**
 * PstBinanceProofVerdict:
 * @PST_BINANCE_PROOF_NONE: nothing is known of this state of the book, or it was compared already
 * @PST_BINANCE_PROOF_EQUAL: the book's touch is what the venue said
 * @PST_BINANCE_PROOF_DIFFERENT: it is not
 *
 * What the venue's tickers say of a book.
 */
typedef enum
{
  PST_BINANCE_PROOF_NONE,
  PST_BINANCE_PROOF_EQUAL,
  PST_BINANCE_PROOF_DIFFERENT,
} PstBinanceProofVerdict;

/* Private. */
typedef struct
{
  struct
  {
    guint64 id;
    PstQuote quote;
  } tickers[PST_BINANCE_PROOFS_MAX];
  guint n_tickers;    /* ever */
  guint64 checked_id; /* of the book that was compared last */
} PstBinanceProof;

void pst_binance_proof_clear (PstBinanceProof *proof);
/* Tickers come in the order of their changes; one that does not begins anew. */
void pst_binance_proof_add (PstBinanceProof *proof, guint64 id, const PstQuote *quote);
/* @book: as it is after the change @id. */
PstBinanceProofVerdict pst_binance_proof_check (PstBinanceProof *proof, const PstBook *book, guint64 id);

G_END_DECLS
