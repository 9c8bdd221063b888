/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Netting is PstPosition's; here is only what it forgets when a position comes back to zero: when, for how long, and how it stood meanwhile. */
#include "pst-trip-book.h"

typedef struct
{
  PstPosition position;
  PstRoundTrip trip;
  gint64 realised;                     /* of the open trip, before fees */
  gint64 opened_size, opened_notional; /* fills that opened or added */
  gint64 closed_size, closed_notional; /* fills that closed */
  guint64 entry_bar;
} Lane;

typedef struct
{
  const PstInstrument *instrument;
  GArray *lanes; /* Lane, one a strategy; (nullable) */
  guint64 n_bars;
  gint64 last_ns, last_price;
} Place;

struct _PstTripBook
{
  GArray *places; /* Place */
  GArray *trips;  /* PstRoundTrip */
};

static void
place_clear (gpointer data)
{
  g_clear_pointer (&((Place *)data)->lanes, g_array_unref);
}

/**
 * pst_trip_book_new:
 *
 * Returns: (transfer full): an empty book
 */
PstTripBook *
pst_trip_book_new (void)
{
  PstTripBook *book = g_new0 (PstTripBook, 1);

  book->places = g_array_new (FALSE, TRUE, sizeof (Place));
  book->trips = g_array_new (FALSE, FALSE, sizeof (PstRoundTrip));
  g_array_set_clear_func (book->places, place_clear);
  return book;
}

/**
 * pst_trip_book_free:
 * @book: (transfer full): a book
 */
void
pst_trip_book_free (PstTripBook *book)
{
  g_array_unref (book->places);
  g_array_unref (book->trips);
  g_free (book);
}

/**
 * pst_trip_book_reset:
 * @book: a book
 *
 * Empties it; what it has allocated it keeps.
 */
void
pst_trip_book_reset (PstTripBook *book)
{
  for (guint i = 0; i < book->places->len; i++)
    {
      Place *place = &g_array_index (book->places, Place, i);
      GArray *lanes = place->lanes;

      if (lanes != NULL)
        g_array_set_size (lanes, 0);
      *place = (Place){ .lanes = lanes };
    }
  g_array_set_size (book->trips, 0);
}

static Place *
get_place (PstTripBook *book, guint32 place)
{
  if (place >= book->places->len)
    g_array_set_size (book->places, place + 1);
  return &g_array_index (book->places, Place, place);
}

static Lane *
get_lane (Place *place, guint16 strategy, guint32 number)
{
  Lane lane = { .position = { .strategy = strategy, .instrument = number } };

  if (place->lanes == NULL)
    place->lanes = g_array_new (FALSE, TRUE, sizeof (Lane));
  for (guint i = 0; i < place->lanes->len; i++)
    if (g_array_index (place->lanes, Lane, i).position.strategy == strategy)
      return &g_array_index (place->lanes, Lane, i);
  g_array_append_val (place->lanes, lane);
  return &g_array_index (place->lanes, Lane, place->lanes->len - 1);
}

static gint64
average (const PstInstrument *instrument, gint64 size, gint64 notional)
{
  const PstPosition position = { .quantity = size, .cost = notional };

  return pst_position_average_price (&position, instrument);
}

static void
note_extreme (Lane *lane, gint64 profit)
{
  lane->trip.adverse = MIN (lane->trip.adverse, profit);
  lane->trip.favourable = MAX (lane->trip.favourable, profit);
}

static void
begin (Lane *lane, const Place *place, const PstFill *fill)
{
  lane->trip = (PstRoundTrip){ .entry_time_ns = fill->time_ns,
                               .instrument = fill->instrument,
                               .direction = fill->side == PST_SIDE_BUY ? 1 : -1,
                               .strategy = (guint16)lane->position.strategy };
  lane->realised = lane->opened_size = lane->opened_notional = lane->closed_size = lane->closed_notional = 0;
  lane->entry_bar = place->n_bars;
}

static void
end (PstTripBook *book, Lane *lane, const Place *place, gint64 time_ns)
{
  PstRoundTrip *trip = &lane->trip;

  trip->exit_time_ns = time_ns;
  trip->n_bars = place->n_bars - lane->entry_bar;
  trip->entry_price = average (place->instrument, lane->opened_size, lane->opened_notional);
  trip->exit_price = average (place->instrument, lane->closed_size, lane->closed_notional);
  trip->profit = lane->realised - trip->fees;
  note_extreme (lane, lane->realised);
  g_array_append_val (book->trips, *trip);
}

/* A fill, or the half of one that goes through zero. */
static gboolean
open_part (Lane *lane, gint64 size, gint64 notional, gint64 fee)
{
  return pst_add_checked (lane->opened_size, size, &lane->opened_size) && pst_add_checked (lane->opened_notional, notional, &lane->opened_notional)
         && pst_add_checked (lane->trip.fees, fee, &lane->trip.fees);
}

static gboolean
close_part (Lane *lane, gint64 size, gint64 notional, gint64 fee, gint64 realised)
{
  return pst_add_checked (lane->closed_size, size, &lane->closed_size) && pst_add_checked (lane->closed_notional, notional, &lane->closed_notional)
         && pst_add_checked (lane->trip.fees, fee, &lane->trip.fees) && pst_add_checked (lane->realised, realised, &lane->realised);
}

/**
 * pst_trip_book_add_fill:
 * @book: a book
 * @instrument: what was traded
 * @strategy: place of the strategy in the result
 * @fill: the fill
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_trip_book_add_fill (PstTripBook *book, const PstInstrument *instrument, guint16 strategy, const PstFill *fill)
{
  Place *place = get_place (book, fill->instrument);
  Lane *lane = get_lane (place, strategy, fill->instrument);
  gint64 held = lane->position.quantity, size = fill->quantity, closing, notional = fill->notional, fee = fill->fee;
  PstFill own = *fill;

  place->instrument = instrument;
  own.strategy = strategy;
  if (!pst_position_apply (&lane->position, instrument, &own, NULL))
    return FALSE;
  closing = (held > 0) == (fill->side == PST_SIDE_BUY) || held == 0 ? 0 : MIN (ABS (held), size);
  if (closing > 0)
    {
      gint64 closing_notional = notional, closing_fee = fee;

      if (closing < size
          && (!pst_mantissa_multiply_divide (notional, closing, size, PST_ROUND_HALF_EVEN, &closing_notional)
              || !pst_mantissa_multiply_divide (fee, closing, size, PST_ROUND_HALF_EVEN, &closing_fee)))
        return FALSE;
      if (!close_part (lane, closing, closing_notional, closing_fee, own.realised_profit))
        return FALSE;
      if (closing == ABS (held))
        end (book, lane, place, fill->time_ns);
      size -= closing;
      notional -= closing_notional;
      fee -= closing_fee;
    }
  if (size == 0)
    return TRUE;
  if (closing > 0 || held == 0)
    begin (lane, place, fill);
  lane->trip.size = MAX (lane->trip.size, ABS (lane->position.quantity));
  return open_part (lane, size, notional, fee);
}

/* What the open trip would come to at @price, before fees. */
static gboolean
stand (const Lane *lane, const PstInstrument *instrument, gint64 price, gint64 *profit)
{
  gint64 value;

  return pst_position_value (&lane->position, instrument, price, &value) && pst_subtract_checked (value, lane->position.cost, &value)
         && pst_add_checked (value, lane->realised, profit);
}

/**
 * pst_trip_book_add_bar:
 * @book: a book
 * @number: place of the instrument
 * @time_ns: when the bar is known
 * @bar: the bar
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_trip_book_add_bar (PstTripBook *book, guint32 number, gint64 time_ns, const PstBar *bar)
{
  Place *place = get_place (book, number);

  place->n_bars++;
  place->last_ns = time_ns;
  place->last_price = bar->close;
  for (guint i = 0; place->lanes != NULL && i < place->lanes->len; i++)
    {
      Lane *lane = &g_array_index (place->lanes, Lane, i);
      gint64 low, high;

      if (lane->position.quantity == 0)
        continue;
      if (!stand (lane, place->instrument, bar->low, &low) || !stand (lane, place->instrument, bar->high, &high))
        return FALSE;
      note_extreme (lane, low);
      note_extreme (lane, high);
    }
  return TRUE;
}

/**
 * pst_trip_book_set_n_bars:
 * @book: a book
 * @number: place of the instrument
 * @n_bars: how many bars of it there were so far
 *
 * Instead of pst_trip_book_add_bar(), where nobody asks how round trips stood meanwhile.
 */
void
pst_trip_book_set_n_bars (PstTripBook *book, guint32 number, guint64 n_bars)
{
  get_place (book, number)->n_bars = n_bars;
}

/**
 * pst_trip_book_set_last:
 * @book: a book
 * @number: place of the instrument
 * @n_bars: how many bars of it there were
 * @time_ns: when the last one was known
 * @price: its close
 *
 * Likewise: what open round trips are ended by.
 */
void
pst_trip_book_set_last (PstTripBook *book, guint32 number, guint64 n_bars, gint64 time_ns, gint64 price)
{
  Place *place = get_place (book, number);

  place->n_bars = n_bars;
  place->last_ns = time_ns;
  place->last_price = price;
}

static gboolean
end_open (PstTripBook *book, Lane *lane, const Place *place)
{
  gint64 profit;

  if (!stand (lane, place->instrument, place->last_price, &profit))
    return FALSE;
  lane->realised = profit;
  lane->trip.is_open = TRUE;
  end (book, lane, place, place->last_ns);
  g_array_index (book->trips, PstRoundTrip, book->trips->len - 1).exit_price = place->last_price;
  return TRUE;
}

static gint
compare_trips (gconstpointer a, gconstpointer b)
{
  const PstRoundTrip *one = a, *other = b;

  if (one->entry_time_ns != other->entry_time_ns)
    return one->entry_time_ns < other->entry_time_ns ? -1 : 1;
  if (one->instrument != other->instrument)
    return one->instrument < other->instrument ? -1 : 1;
  if (one->strategy != other->strategy)
    return one->strategy < other->strategy ? -1 : 1;
  return (one->exit_time_ns > other->exit_time_ns) - (one->exit_time_ns < other->exit_time_ns);
}

/* Of one instrument and one strategy they are; sorting would allocate. */
static gboolean
are_sorted (const GArray *trips)
{
  for (guint i = 1; i < trips->len; i++)
    if (compare_trips (&g_array_index (trips, PstRoundTrip, i - 1), &g_array_index (trips, PstRoundTrip, i)) > 0)
      return FALSE;
  return TRUE;
}

/**
 * pst_trip_book_finish:
 * @book: a book that gets nothing more
 * @round_trips: (element-type PstRoundTrip): array that they are added to
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_trip_book_finish (PstTripBook *book, GArray *round_trips)
{
  for (guint i = 0; i < book->places->len; i++)
    {
      Place *place = &g_array_index (book->places, Place, i);

      for (guint k = 0; place->lanes != NULL && k < place->lanes->len; k++)
        {
          Lane *lane = &g_array_index (place->lanes, Lane, k);

          if (lane->position.quantity != 0 && !end_open (book, lane, place))
            return FALSE;
        }
    }
  if (!are_sorted (book->trips))
    g_array_sort (book->trips, compare_trips);
  g_array_append_vals (round_trips, book->trips->data, book->trips->len);
  return TRUE;
}
