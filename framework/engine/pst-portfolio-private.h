/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the portfolio keeps; shared by its own files only: pst-portfolio.c holds and moves, pst-portfolio-value.c values and audits. */
#pragma once

#include "pst-portfolio.h"

G_BEGIN_DECLS

/* A position and what it was worth when its instrument's mark was last looked at. */
typedef struct
{
  PstPosition position;
  gint64 value; /* at the quote's scale; 0 when flat or unpriced */
  gint64 open;  /* value less cost; 0 when flat or unpriced */
  gboolean unpriced;
} PstHolding;

/* All holdings of one instrument. Addresses are stable: strategies borrow positions. */
typedef struct
{
  const PstInstrument *instrument;
  guint quote; /* its currency's slot */
  gint64 up;   /* price times size times this is money; 0 when the money has fewer decimals */
  PstHolding net;
  GPtrArray *holdings; /* (element-type PstHolding): of strategies that had a fill; owned by their books */
} PstAsset;

/* One currency of the run. */
typedef struct
{
  gint64 balance;   /* sum of the accounts */
  gint64 value;     /* of positions that are settled as positions */
  gint64 converted; /* both, in the base currency */
  gint64 realised, fees;
  gint64 realised_converted, fees_converted;
  guint32 n_unpriced; /* positions without a price */
  gboolean unpriced;  /* no rate */
  gboolean changed;
} PstPurse;

typedef struct
{
  gint64 realised, open, fees;
} PstEarning;

/* One strategy. */
typedef struct
{
  guint32 strategy;
  GPtrArray *holdings; /* (element-type PstHolding) (nullable elements): by instrument */
  GArray *earnings;    /* PstEarning by slot */
  PstProfit profit;
  gboolean stale;   /* profit is to be computed again */
  gboolean changed; /* stands in the list of changes */
} PstHoldings;

struct _PstPortfolio
{
  GObject parent_instance;

  PstMarket *market;
  PstInstrumentTable *instruments;
  PstRates *rates;
  GPtrArray *assets;   /* (nullable elements) by instrument */
  GPtrArray *books;    /* (nullable elements) by component index */
  GPtrArray *accounts; /* (nullable elements) by component index */
  GArray *purses;      /* by slot */
  guint32 *changed;    /* strategies whose profit changed; room for all books */
  guint n_changed;
  PstEquity equity;
  guint64 version;
  gboolean stale;
};

static inline PstPurse *
pst_portfolio_purse (PstPortfolio *portfolio, guint slot)
{
  return &g_array_index (portfolio->purses, PstPurse, slot);
}

guint pst_portfolio_slot (PstPortfolio *portfolio, const PstCurrency *currency);
static inline void
pst_portfolio_touch_book (PstPortfolio *portfolio, PstHoldings *book)
{
  book->stale = portfolio->stale = TRUE;
  if (book->changed)
    return;
  book->changed = TRUE;
  portfolio->changed[portfolio->n_changed++] = book->strategy;
}

static inline PstEarning *
pst_portfolio_earning (PstHoldings *book, guint slot)
{
  if (G_UNLIKELY (slot >= book->earnings->len))
    g_array_set_size (book->earnings, slot + 1);
  return &g_array_index (book->earnings, PstEarning, slot);
}

gboolean pst_portfolio_revalue (PstPortfolio *portfolio, PstAsset *asset, GError **error);
gboolean pst_portfolio_overflow (const char *what, const char *name, GError **error);

G_END_DECLS
