/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The harness's own exchange: market data that the test pushes pass the same border as everyone's. */

#include "pst-harness-private.h"

struct _PstHarnessFeed
{
  PstExchange parent_instance;
};

G_DEFINE_FINAL_TYPE (PstHarnessFeed, pst_harness_feed, PST_TYPE_EXCHANGE)

static void
pst_harness_feed_class_init (PstHarnessFeedClass *klass)
{
}

static void
pst_harness_feed_init (PstHarnessFeed *feed)
{
}
