/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Coinbase tells of its products by REST: grids, minima, what may be done with them. Pure. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstCoinbaseProduct:
 * @listing: ours
 * @draft: scales, steps, minima and maxima
 * @status: what may be done
 * @is_delisted: whether it is gone for good
 * @alias: (array length=alias_length): the product on whose book it is traded, under whose name its market data come; empty for most
 * @alias_length: bytes of @alias
 *
 * One product that is wanted.
 */
typedef struct
{
  PstListing *listing;
  PstInstrument draft;
  PstInstrumentStatus status;
  gboolean is_delisted;
  const char *alias;
  gsize alias_length;
} PstCoinbaseProduct;

/* FALSE with an error ends the reading. */
typedef gboolean (*PstCoinbaseProductFunc) (const PstCoinbaseProduct *product, gpointer user_data, GError **error);
/* As of the parser: NULL for a product that is not wanted. */
typedef PstListing *(*PstCoinbaseWantedFunc) (gpointer user_data, const char *product, gsize length);

gboolean pst_coinbase_products_read (const char *text, gsize length, PstCoinbaseWantedFunc wanted, PstCoinbaseProductFunc take, gpointer user_data,
                                     GError **error);

G_END_DECLS
