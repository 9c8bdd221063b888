/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shares of a portfolio as an option names them: "SPY.US:0.6;BND.US:0.4". */
#pragma once

#include "pst-context.h"

G_BEGIN_DECLS

/**
 * PstWeight:
 * @name: id or symbol of an instrument
 * @rate: its share, at #PST_RATE_SCALE, above 0
 * @instrument: its index once it is known; %PST_INSTRUMENT_NONE before
 *
 * One share.
 */
typedef struct
{
  char *name;
  gint64 rate;
  guint32 instrument;
} PstWeight;

/* (transfer full) (element-type PstWeight): PST_OPTION_ERROR for what is malformed, not above 0, named twice, or adds up to more than 1. @sum: what
 * they add up to, at PST_RATE_SCALE. */
PST_API GArray *pst_weights_parse (char **texts, gint64 *sum, GError **error);
/* Looks up those that were not known before. TRUE: all are known. @missing: (nullable) (out): the first that is not. */
PST_API gboolean pst_weights_resolve (GArray *weights, PstContext *context, const char **missing);

G_END_DECLS
