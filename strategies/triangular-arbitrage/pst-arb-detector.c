/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Per update: one book is looked at, two logarithms are taken, and the cycles of the sides whose touch changed are added up. */

#include "pst-arb-detector.h"

#include <string.h>

void
pst_arb_detector_init (PstArbDetector *detector, PstContext *context, const PstArbDetectorSettings *settings)
{
  memset (detector, 0, G_STRUCT_OFFSET (PstArbDetector, legs));
  detector->settings = *settings;
  pst_arb_market_init (&detector->market, context, settings->age_max_ns);
  detector->touched = g_array_new (FALSE, FALSE, sizeof (guint32));
  detector->hits = g_array_new (FALSE, FALSE, sizeof (PstArbHit));
}

void
pst_arb_detector_clear (PstArbDetector *detector)
{
  pst_arb_market_clear (&detector->market);
  pst_arb_screen_clear (&detector->screen);
  g_clear_pointer (&detector->constants, g_free);
  g_clear_pointer (&detector->touched, g_array_unref);
  g_clear_pointer (&detector->hits, g_array_unref);
}

gboolean
pst_arb_detector_is_behind (const PstArbDetector *detector)
{
  return pst_instrument_table_get_size (pst_context_get_instruments (detector->market.context)) != detector->market.n_pairs;
}

static void
weigh_side (PstArbDetector *detector, guint32 instrument, PstSide side, const PstBook *book)
{
  guint32 edge = pst_arb_edge (instrument, side);
  const PstBookLevel *best = book != NULL ? pst_book_get_best (book, side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY) : NULL;
  gint64 weight = best != NULL && detector->constants[edge] != PST_ARB_LOG_NEVER ? pst_arb_log_rate (side, detector->constants[edge], best->price)
                                                                                 : PST_ARB_LOG_NEVER;

  pst_arb_screen_update (&detector->screen, edge, weight, detector->n_frames, detector->hits);
}

static inline void
weigh (PstArbDetector *detector, guint32 instrument)
{
  const PstBook *book = pst_arb_market_get_book (&detector->market, instrument);

  weigh_side (detector, instrument, PST_SIDE_BUY, book);
  weigh_side (detector, instrument, PST_SIDE_SELL, book);
}

static gint64
find_constant (const PstArbPair *pair, PstSide side)
{
  if (pair->instrument->settlement != PST_SETTLEMENT_DELIVERY || pair->taker_fee <= -PST_RATE_ONE || pair->taker_fee >= PST_RATE_ONE)
    return PST_ARB_LOG_NEVER;
  return pst_arb_log_constant (pair->instrument, side, pair->taker_fee);
}

gboolean
pst_arb_detector_follow (PstArbDetector *detector, GError **error)
{
  PstArbMarket *market = &detector->market;
  g_autofree guint32 *executors = NULL;
  guint n_before = market->n_pairs;
  PstArbCycles *cycles;

  pst_arb_market_follow (market);
  executors = g_new (guint32, MAX (market->n_pairs, 1));
  detector->constants = g_renew (gint64, detector->constants, MAX (2 * market->n_pairs, 1));
  for (guint i = 0; i < market->n_pairs; i++)
    {
      executors[i] = market->pairs[i].executor;
      detector->constants[2 * i] = find_constant (&market->pairs[i], PST_SIDE_BUY);
      detector->constants[2 * i + 1] = find_constant (&market->pairs[i], PST_SIDE_SELL);
    }
  cycles = pst_arb_cycles_new (pst_context_get_instruments (market->context), executors, detector->settings.base, detector->settings.length_max,
                               detector->settings.cycles_max, error);
  if (cycles == NULL)
    {
      if (detector->screen.cycles == NULL)
        market->n_pairs = n_before;
      return FALSE;
    }
  pst_arb_screen_clear (&detector->screen);
  pst_arb_screen_init (&detector->screen, cycles, detector->settings.net_least);
  detector->n_frames++;
  for (guint i = 0; i < market->n_pairs; i++)
    weigh (detector, i);
  g_array_set_size (detector->hits, 0);
  return TRUE;
}

/* Each instrument that the frame concerns, once, in the frame's order. */
static void
collect (PstArbDetector *detector, const PstFrame *frame)
{
  PstArbPair *pairs = detector->market.pairs;
  guint32 last = G_MAXUINT32;

  g_array_set_size (detector->touched, 0);
  for (guint i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];
      PstArbPair *pair;

      if (event->instrument == last || (event->kind != PST_EVENT_LEVEL && event->kind != PST_EVENT_STATUS)
          || event->instrument * 2 >= detector->screen.cycles->n_edges)
        continue;
      pair = &pairs[event->instrument];
      if (event->kind == PST_EVENT_LEVEL)
        {
          pair->updated_ns = event->venue_time_ns > 0 ? MIN (event->venue_time_ns, event->receive_time_ns) : event->receive_time_ns;
          last = event->instrument;
        }
      if (pair->frame == detector->n_frames)
        continue;
      pair->frame = detector->n_frames;
      g_array_append_val (detector->touched, event->instrument);
    }
}

const GArray *
pst_arb_detector_look (PstArbDetector *detector, const PstFrame *frame)
{
  detector->n_frames++;
  g_array_set_size (detector->hits, 0);
  collect (detector, frame);
  for (guint i = 0; i < detector->touched->len; i++)
    weigh (detector, g_array_index (detector->touched, guint32, i));
  return detector->hits;
}

gboolean
pst_arb_detector_evaluate (PstArbDetector *detector, const PstArbHit *hit, gint64 capital, guint trials_max, gint64 now_ns, PstArbFinding *finding)
{
  const PstArbCycle *cycle = pst_arb_detector_get_cycle (detector, hit->cycle);
  const PstArbTerms terms = { capital, detector->settings.net_least, trials_max };
  PstArbLeg *legs = detector->legs;

  /* A change behind in the frame may have ended what one before it began. */
  if (!pst_arb_screen_passes (&detector->screen, hit->cycle))
    return FALSE;
  for (guint i = 0; i < cycle->n_legs; i++)
    if (pst_arb_market_begin_leg (&detector->market, cycle->edges[i], now_ns, &legs[i]) != NULL)
      return FALSE;
  detector->n_evaluated++;
  if (!pst_arb_sizer_pays_at_touch (legs, cycle->n_legs, terms.net_least) || !pst_arb_sizer_find (legs, cycle->n_legs, &terms, &finding->plan))
    return FALSE;
  finding->hit = *hit;
  for (guint i = 0; i < cycle->n_legs; i++)
    {
      finding->quantity[i] = pst_arb_leg_get_quantity (&legs[i], finding->plan.steps[i]);
      finding->touch[i] = legs[i].levels[0].price;
      finding->limit_price[i] = pst_arb_leg_get_limit (&legs[i], finding->plan.steps[i]);
    }
  return TRUE;
}

gint64
pst_arb_detector_get_gross_rate (const PstArbDetector *detector, const PstArbFinding *finding)
{
  const PstArbCycle *cycle = pst_arb_detector_get_cycle (detector, finding->hit.cycle);
  const PstInstrument *instruments[PST_ARB_LEGS_MAX];
  PstSide sides[PST_ARB_LEGS_MAX];

  for (guint i = 0; i < cycle->n_legs; i++)
    {
      instruments[i] = detector->market.pairs[pst_arb_edge_instrument (cycle->edges[i])].instrument;
      sides[i] = pst_arb_edge_side (cycle->edges[i]);
    }
  return pst_arb_sizer_gross_rate (instruments, sides, finding->touch, cycle->n_legs);
}
