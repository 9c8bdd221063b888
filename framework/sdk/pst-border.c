/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The border: market data are checked once, here, so that books, marks and strategies need not doubt them. Every event of every run
 * passes: a tight loop over plain structs, a few nanoseconds an event. */

#include "pst-border-private.h"

void
pst_border_clear (PstBorder *border)
{
  g_clear_pointer (&border->facts, g_free);
  border->n_facts = border->n_allocated = 0;
}

void
pst_border_own (PstBorder *border, guint32 instrument, gint64 price_step)
{
  if (instrument >= border->n_allocated)
    {
      guint n = MAX (64, instrument + 1 + instrument / 2);

      border->facts = g_renew (PstBorderFacts, border->facts, n);
      border->n_allocated = n;
    }
  for (; border->n_facts <= instrument; border->n_facts++)
    border->facts[border->n_facts] = (PstBorderFacts){ .last_time_ns = G_MININT64 };
  border->facts[instrument].owned = TRUE;
  border->facts[instrument].price_step = price_step;
}

gboolean
pst_border_owns (const PstBorder *border, guint32 instrument)
{
  return instrument < border->n_facts && border->facts[instrument].owned;
}

static inline gboolean
off_grid (const PstBorderFacts *facts, gint64 price)
{
  return facts->price_step != 1 && price % facts->price_step != 0;
}

static inline const char *
check_bar (const PstBorderFacts *facts, const PstBar *bar)
{
  if (bar->low <= 0)
    return "a price of the bar is zero or negative";
  if (bar->high < bar->low)
    return "the bar's high is below its low";
  if (bar->open < bar->low || bar->open > bar->high)
    return "the bar's open lies outside its low and high";
  if (bar->close < bar->low || bar->close > bar->high)
    return "the bar's close lies outside its low and high";
  if (bar->volume < 0)
    return "the bar's volume is negative";
  if (off_grid (facts, bar->open) || off_grid (facts, bar->high) || off_grid (facts, bar->low) || off_grid (facts, bar->close))
    return "a price of the bar is off the instrument's grid";
  return NULL;
}

static const char *
check_quote (const PstBorderFacts *facts, const PstQuote *quote)
{
  if (quote->bid_size < 0 || quote->ask_size < 0)
    return "a size of the quote is negative";
  if (quote->bid_price < 0 || quote->ask_price < 0 || (quote->bid_size > 0 && quote->bid_price == 0)
      || (quote->ask_size > 0 && quote->ask_price == 0))
    return "a price of the quote is zero or negative";
  if (quote->bid_size > 0 && quote->ask_size > 0 && quote->bid_price >= quote->ask_price)
    return "the quote's bid is not below its ask";
  if (off_grid (facts, quote->bid_price) || off_grid (facts, quote->ask_price))
    return "a price of the quote is off the instrument's grid";
  return NULL;
}

static const char *
check_trade (const PstBorderFacts *facts, const PstTrade *trade)
{
  if (trade->price <= 0)
    return "the trade's price is zero or negative";
  if (trade->size < 0)
    return "the trade's size is negative";
  if (trade->aggressor > PST_SIDE_SELL)
    return "the trade's aggressor is no side";
  if (off_grid (facts, trade->price))
    return "the trade's price is off the instrument's grid";
  return NULL;
}

static const char *
check_level (const PstBorderFacts *facts, const PstLevel *level)
{
  if (level->price <= 0)
    return "the level's price is zero or negative";
  if (level->size < 0)
    return "the level's size is negative";
  if (level->side != PST_SIDE_BUY && level->side != PST_SIDE_SELL)
    return "the level's side is neither bid nor ask";
  if (off_grid (facts, level->price))
    return "the level's price is off the instrument's grid";
  return NULL;
}

static inline const char *
check_content (const PstBorderFacts *facts, const PstEvent *event)
{
  switch ((PstEventKind)event->kind)
    {
    case PST_EVENT_BAR:
      return check_bar (facts, &event->bar);
    case PST_EVENT_QUOTE:
      return check_quote (facts, &event->quote);
    case PST_EVENT_TRADE:
      return check_trade (facts, &event->trade);
    case PST_EVENT_LEVEL:
      return check_level (facts, &event->level);
    case PST_EVENT_STATUS:
      return event->status <= PST_INSTRUMENT_STATUS_STALE ? NULL : "the instrument's status is none that is known";
    default:
      return "the event is of no known kind";
    }
}

static inline const char *
check_event (const PstBorder *border, const PstEvent *event)
{
  const PstBorderFacts *facts;

  if (G_UNLIKELY (event->instrument >= border->n_facts))
    return "the instrument is unknown or another exchange's";
  facts = &border->facts[event->instrument];
  if (G_UNLIKELY (!facts->owned))
    return "the instrument is unknown or another exchange's";
  if (G_UNLIKELY (event->receive_time_ns < facts->last_time_ns))
    return "the instrument's time goes backwards";
  return check_content (facts, event);
}

const char *
pst_border_check_event (const PstBorder *border, const PstEvent *event)
{
  return check_event (border, event);
}

static const char *
check_frame (PstBorder *border, const PstFrame *frame, guint *position)
{
  for (guint i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];
      const char *refusal = check_event (border, event);
      PstBorderFacts *facts;

      if (G_UNLIKELY (refusal == NULL && event->receive_time_ns > frame->time_ns))
        refusal = "the event was received after its frame's time";
      if (G_UNLIKELY (refusal != NULL))
        {
          *position = i;
          return refusal;
        }
      facts = &border->facts[event->instrument];
      if (facts->block != border->block)
        {
          facts->block = border->block;
          facts->saved_time_ns = facts->last_time_ns;
        }
      facts->last_time_ns = event->receive_time_ns;
    }
  return NULL;
}

static void
forget_block (PstBorder *border)
{
  for (guint i = 0; i < border->n_facts; i++)
    if (border->facts[i].block == border->block)
      border->facts[i].last_time_ns = border->facts[i].saved_time_ns;
}

const char *
pst_border_check_block (PstBorder *border, const PstFrameBlock *block, guint *frame, guint *event)
{
  gint64 time_ns = border->last_frame_time_ns;
  const char *refusal = NULL;

  /* Block numbers wrap after four milliards: then every saved number could be met again, so all are forgotten. */
  if (G_UNLIKELY (++border->block == 0))
    {
      for (guint i = 0; i < border->n_facts; i++)
        border->facts[i].block = 0;
      border->block = 1;
    }

  *frame = *event = 0;
  for (guint i = 0; i < block->n_frames && refusal == NULL; i++)
    {
      const PstFrame *current = &block->frames[i];

      *frame = i;
      if (G_UNLIKELY (current->n_events == 0))
        refusal = "the frame is empty";
      else if (G_UNLIKELY (current->time_ns < time_ns))
        refusal = "the frame's time goes backwards";
      else
        refusal = check_frame (border, current, event);
      time_ns = current->time_ns;
    }
  if (refusal != NULL)
    forget_block (border);
  else
    border->last_frame_time_ns = time_ns;
  return refusal;
}
