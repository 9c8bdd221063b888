/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ring, looked through from the newest back: a book stands where the newest tickers are. */

#include "pst-binance-proof.h"

/* Forgets all. */
void
pst_binance_proof_clear (PstBinanceProof *proof)
{
  proof->n_tickers = 0;
  proof->checked_id = 0;
}

static guint
place_of (const PstBinanceProof *proof, guint n_back)
{
  return (proof->n_tickers - n_back) % PST_BINANCE_PROOFS_MAX;
}

/* Keeps a ticker. */
void
pst_binance_proof_add (PstBinanceProof *proof, guint64 id, const PstQuote *quote)
{
  guint at;

  if (proof->n_tickers > 0 && id <= proof->tickers[place_of (proof, 1)].id)
    proof->n_tickers = 0;
  at = proof->n_tickers++ % PST_BINANCE_PROOFS_MAX;
  proof->tickers[at].id = id;
  proof->tickers[at].quote = *quote;
}

static gboolean
is_touch (const PstBookLevel *level, gint64 price, gint64 size)
{
  return level == NULL ? size == 0 : level->price == price && level->size == size;
}

/* Compares the touch with the ticker that holds at @id: one of that very change, or one behind which a later one is known. */
PstBinanceProofVerdict
pst_binance_proof_check (PstBinanceProof *proof, const PstBook *book, guint64 id)
{
  guint n = MIN (proof->n_tickers, PST_BINANCE_PROOFS_MAX);

  for (guint i = 1; i <= n && id != proof->checked_id; i++)
    {
      guint at = place_of (proof, i);
      const PstQuote *quote = &proof->tickers[at].quote;

      if (proof->tickers[at].id > id)
        continue;
      if (proof->tickers[at].id < id && i == 1)
        return PST_BINANCE_PROOF_NONE;
      proof->checked_id = id;
      return is_touch (pst_book_get_best (book, PST_SIDE_BUY), quote->bid_price, quote->bid_size)
                     && is_touch (pst_book_get_best (book, PST_SIDE_SELL), quote->ask_price, quote->ask_size)
                 ? PST_BINANCE_PROOF_EQUAL
                 : PST_BINANCE_PROOF_DIFFERENT;
    }
  return PST_BINANCE_PROOF_NONE;
}
