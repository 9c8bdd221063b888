/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks of frames: built in reused memory by an adapter, looked at in place by everyone, copied only by observers who keep one. */
#include "pst-event.h"

#include <string.h>

#define EVENTS_FIRST 64
#define FRAMES_FIRST 16

G_DEFINE_BOXED_TYPE (PstFrameBlock, pst_frame_block, pst_frame_block_copy, pst_frame_block_free)

struct _PstFrameBuffer
{
  PstEvent *events; /* of all frames, closed and open, one behind the other */
  guint n_events;
  guint events_allocated;
  guint events_max;
  PstFrame *frames; /* closed ones; their events are pointed to by get_block, for the array may move before */
  guint n_frames;
  guint frames_allocated;
  gint64 open_time_ns;
  guint open_first;
  gboolean open;
};

/**
 * pst_frame_block_copy:
 * @block: a block
 *
 * A deep copy in one piece of memory, for observers that keep a block. Any thread.
 *
 * Returns: (transfer full): the copy
 */
PstFrameBlock *
pst_frame_block_copy (const PstFrameBlock *block)
{
  gsize frames_size = sizeof (PstFrame) * block->n_frames, events_size = 0;
  PstFrameBlock *copy;
  PstFrame *frames;
  char *events;

  for (guint i = 0; i < block->n_frames; i++)
    events_size += sizeof (PstEvent) * block->frames[i].n_events;
  copy = g_malloc (sizeof *copy + frames_size + events_size);
  frames = (PstFrame *)(copy + 1);
  events = (char *)frames + frames_size;
  for (guint i = 0; i < block->n_frames; i++)
    {
      gsize size = sizeof (PstEvent) * block->frames[i].n_events;

      frames[i] = block->frames[i];
      frames[i].events = (const PstEvent *)(gpointer)events;
      if (size > 0)
        memcpy (events, block->frames[i].events, size);
      events += size;
    }
  copy->frames = frames;
  copy->n_frames = block->n_frames;
  return copy;
}

/**
 * pst_frame_block_free:
 * @block: (nullable) (transfer full): a copy that pst_frame_block_copy() made
 *
 * Any thread.
 */
void
pst_frame_block_free (PstFrameBlock *block)
{
  g_free (block);
}

/**
 * pst_frame_buffer_new: (skip)
 * @events_max: how many events a block may have at most, at least 1
 *
 * Memory is taken as it is needed, up to that limit, and kept. The buffer belongs to one thread.
 *
 * Returns: (transfer full): an empty buffer
 */
PstFrameBuffer *
pst_frame_buffer_new (guint events_max)
{
  PstFrameBuffer *buffer;

  g_return_val_if_fail (events_max > 0, NULL);
  buffer = g_new0 (PstFrameBuffer, 1);
  buffer->events_max = events_max;
  return buffer;
}

/**
 * pst_frame_buffer_free:
 * @buffer: (transfer full): a buffer
 */
void
pst_frame_buffer_free (PstFrameBuffer *buffer)
{
  g_aligned_free (buffer->events);
  g_free (buffer->frames);
  g_free (buffer);
}

/**
 * pst_frame_buffer_clear:
 * @buffer: a buffer
 *
 * Drops every frame, the open one too. Blocks that were handed out are no longer valid.
 */
void
pst_frame_buffer_clear (PstFrameBuffer *buffer)
{
  buffer->n_events = 0;
  buffer->n_frames = 0;
  buffer->open = FALSE;
}

/**
 * pst_frame_buffer_begin:
 * @buffer: a buffer without an open frame
 * @time_ns: the run's time at which the frame is seen
 *
 * Opens a frame.
 */
void
pst_frame_buffer_begin (PstFrameBuffer *buffer, gint64 time_ns)
{
  g_return_if_fail (!buffer->open);
  buffer->open = TRUE;
  buffer->open_time_ns = time_ns;
  buffer->open_first = buffer->n_events;
}

static void
grow_events (PstFrameBuffer *buffer)
{
  guint n = buffer->events_allocated == 0 ? EVENTS_FIRST : buffer->events_allocated > G_MAXUINT / 2 ? G_MAXUINT : buffer->events_allocated * 2;
  PstEvent *events;

  n = MIN (n, buffer->events_max);
  /* One event, one cache line. */
  events = g_aligned_alloc (n, sizeof (PstEvent), sizeof (PstEvent));
  if (buffer->n_events > 0)
    memcpy (events, buffer->events, sizeof (PstEvent) * buffer->n_events);
  g_aligned_free (buffer->events);
  buffer->events = events;
  buffer->events_allocated = n;
}

/**
 * pst_frame_buffer_add:
 * @buffer: a buffer with an open frame
 *
 * Hot: no allocation once the buffer has grown.
 *
 * Returns: (transfer none) (nullable): room for one more event, zeroed, valid until the next call; %NULL when the limit is reached
 */
PstEvent *
pst_frame_buffer_add (PstFrameBuffer *buffer)
{
  PstEvent *event;

  g_return_val_if_fail (buffer->open, NULL);
  if (buffer->n_events == buffer->events_allocated)
    {
      if (buffer->n_events == buffer->events_max)
        return NULL;
      grow_events (buffer);
    }
  event = &buffer->events[buffer->n_events++];
  memset (event, 0, sizeof *event);
  return event;
}

/**
 * pst_frame_buffer_end:
 * @buffer: a buffer with an open frame
 *
 * Closes the frame. One without events is dropped.
 */
void
pst_frame_buffer_end (PstFrameBuffer *buffer)
{
  PstFrame *frame;

  g_return_if_fail (buffer->open);
  buffer->open = FALSE;
  if (buffer->n_events == buffer->open_first)
    return;
  if (buffer->n_frames == buffer->frames_allocated)
    {
      buffer->frames_allocated = MAX (FRAMES_FIRST, buffer->frames_allocated * 2);
      buffer->frames = g_renew (PstFrame, buffer->frames, buffer->frames_allocated);
    }
  frame = &buffer->frames[buffer->n_frames++];
  *frame = (PstFrame){ .n_events = buffer->n_events - buffer->open_first, .time_ns = buffer->open_time_ns };
}

/**
 * pst_frame_buffer_abandon:
 * @buffer: a buffer with an open frame
 *
 * Drops the open frame with its events. Those that are closed stay.
 */
void
pst_frame_buffer_abandon (PstFrameBuffer *buffer)
{
  g_return_if_fail (buffer->open);
  buffer->open = FALSE;
  buffer->n_events = buffer->open_first;
}

/**
 * pst_frame_buffer_get_n_events:
 * @buffer: a buffer
 *
 * Returns: events of all frames since the last clear, the open one's too
 */
guint
pst_frame_buffer_get_n_events (const PstFrameBuffer *buffer)
{
  return buffer->n_events;
}

/**
 * pst_frame_buffer_get_block:
 * @buffer: a buffer
 *
 * Sequence and exchange of the frames are 0 until pst_exchange_publish() fills them.
 *
 * Returns: (transfer none): the closed frames, valid until anything is added or cleared
 */
PstFrameBlock
pst_frame_buffer_get_block (PstFrameBuffer *buffer)
{
  const PstEvent *events = buffer->events;

  for (guint i = 0; i < buffer->n_frames; i++)
    {
      buffer->frames[i].events = events;
      events += buffer->frames[i].n_events;
    }
  return (PstFrameBlock){ buffer->frames, buffer->n_frames };
}
