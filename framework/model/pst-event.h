/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One fact of the market in 64 bytes, and the frames that group facts: one venue message, or all bars of one
 * timestamp. Strategies see whole frames. Nothing here is allocated per event. */
#pragma once

#include "pst-instrument.h"

G_BEGIN_DECLS

/**
 * PstSide:
 * @PST_SIDE_NONE: no side
 * @PST_SIDE_BUY: buy, or the bid
 * @PST_SIDE_SELL: sell, or the ask
 *
 * Side of an order, a trade's aggressor, or a book.
 */
typedef enum
{
  PST_SIDE_NONE,
  PST_SIDE_BUY,
  PST_SIDE_SELL,
} PstSide;

/**
 * PstEventKind:
 * @PST_EVENT_LEVEL: a price level of a book changed
 * @PST_EVENT_TRADE: a trade happened
 * @PST_EVENT_QUOTE: best bid and ask; a size of 0 means that side is absent
 * @PST_EVENT_BAR: open, high, low, close and volume of a period
 * @PST_EVENT_STATUS: the instrument's status changed
 *
 * Which member of the event's union holds.
 */
typedef enum
{
  PST_EVENT_LEVEL = 1,
  PST_EVENT_TRADE,
  PST_EVENT_QUOTE,
  PST_EVENT_BAR,
  PST_EVENT_STATUS,
} PstEventKind;

/**
 * PstInstrumentStatus:
 * @PST_INSTRUMENT_STATUS_TRADING: open for trading
 * @PST_INSTRUMENT_STATUS_HALTED: no trading
 * @PST_INSTRUMENT_STATUS_CLOSED: outside its session
 * @PST_INSTRUMENT_STATUS_CANCEL_ONLY: orders can only be cancelled
 * @PST_INSTRUMENT_STATUS_POST_ONLY: only orders that rest
 * @PST_INSTRUMENT_STATUS_STALE: our data are not to be trusted
 *
 * What can be done with an instrument now.
 */
typedef enum
{
  PST_INSTRUMENT_STATUS_TRADING,
  PST_INSTRUMENT_STATUS_HALTED,
  PST_INSTRUMENT_STATUS_CLOSED,
  PST_INSTRUMENT_STATUS_CANCEL_ONLY,
  PST_INSTRUMENT_STATUS_POST_ONLY,
  PST_INSTRUMENT_STATUS_STALE,
} PstInstrumentStatus;

typedef struct
{
  gint64 open, high, low, close; /* at the price scale */
  gint64 volume;                 /* at the size scale */
} PstBar;

typedef struct
{
  gint64 bid_price, bid_size, ask_price, ask_size;
} PstQuote;

typedef struct
{
  gint64 price, size;
  guint64 trade_id;  /* 0 when the venue gives none */
  guint32 aggressor; /* PstSide */
  guint32 reserved;
} PstTrade;

typedef struct
{
  gint64 price, size; /* size 0 removes the level */
  guint64 sequence;
  guint32 side;  /* PstSide */
  guint32 flags; /* PST_LEVEL_SNAPSHOT: first of a new book */
} PstLevel;

#define PST_LEVEL_SNAPSHOT 1u

/**
 * PstEvent:
 * @venue_time_ns: the venue's time, nanoseconds since the epoch, UTC; of a bar: as its source labels it
 * @receive_time_ns: when we could know it; of a bar: the end of its period
 * @instrument: index in the run's instrument table
 * @kind: which union member holds
 *
 * One fact of the market. 64 bytes, one cache line.
 */
typedef struct
{
  gint64 venue_time_ns;
  gint64 receive_time_ns;
  guint32 instrument;
  guint16 kind;
  guint16 flags;
  union
  {
    PstBar bar;
    PstQuote quote;
    PstTrade trade;
    PstLevel level;
    guint32 status;
  };
} PstEvent;

#ifndef __GI_SCANNER__
G_STATIC_ASSERT (sizeof (PstEvent) == 64);
#endif

/**
 * PstFrame:
 * @events: (array length=n_events): the events, in the order they hold
 * @n_events: how many, at least 1
 * @exchange: index of the exchange component that published it
 * @time_ns: the run's time when it is seen
 * @sequence: number of the frame at its exchange, from 1, without gaps
 *
 * The events that belong together. Borrowed: valid during the call that hands it over.
 */
typedef struct
{
  const PstEvent *events;
  guint32 n_events;
  guint32 exchange;
  gint64 time_ns;
  guint64 sequence;
} PstFrame;

#define PST_TYPE_FRAME_BLOCK (pst_frame_block_get_type ())

/**
 * PstFrameBlock:
 * @frames: (array length=n_frames): frames in time order
 * @n_frames: 1 live, up to a few hundred in a backtest
 *
 * What one emission of #PstExchange::frame-received carries. Borrowed.
 */
typedef struct
{
  const PstFrame *frames;
  guint n_frames;
} PstFrameBlock;

/* The boxed copy is deep: for observers that keep a block. */
PST_API GType pst_frame_block_get_type (void);
PST_API PstFrameBlock *pst_frame_block_copy (const PstFrameBlock *block);
PST_API void pst_frame_block_free (PstFrameBlock *block);

/**
 * PstFrameBuffer:
 *
 * Reused memory in which an adapter builds a block of frames. Grows to the largest block seen, up to a limit.
 */
typedef struct _PstFrameBuffer PstFrameBuffer;

PST_API PstFrameBuffer *pst_frame_buffer_new (guint events_max);
PST_API void pst_frame_buffer_free (PstFrameBuffer *buffer);
PST_API void pst_frame_buffer_clear (PstFrameBuffer *buffer);
PST_API void pst_frame_buffer_begin (PstFrameBuffer *buffer, gint64 time_ns);
/* Room for one more event of the open frame, zeroed; NULL when the limit is reached. */
PST_API PstEvent *pst_frame_buffer_add (PstFrameBuffer *buffer);
/* Closes the open frame; an empty frame is dropped. */
PST_API void pst_frame_buffer_end (PstFrameBuffer *buffer);
/* Drops the open frame with its events; those that are closed stay. */
PST_API void pst_frame_buffer_abandon (PstFrameBuffer *buffer);
PST_API guint pst_frame_buffer_get_n_events (const PstFrameBuffer *buffer);
/* The closed frames; valid until the next add or clear. Sequence and exchange are filled by pst_exchange_publish(). */
PST_API PstFrameBlock pst_frame_buffer_get_block (PstFrameBuffer *buffer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstFrameBuffer, pst_frame_buffer_free)

G_END_DECLS
