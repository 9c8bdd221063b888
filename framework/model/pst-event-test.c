/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames must reach strategies whole: no event lost, mixed up or left over from the block before. */
#include "pst-test-values.h"

static void
fill_block (PstFrameBuffer *buffer, guint n_frames, guint n_events)
{
  for (guint i = 0; i < n_frames; i++)
    {
      pst_frame_buffer_begin (buffer, 1000 + i);
      for (guint k = 0; k < n_events; k++)
        {
          PstEvent *event = pst_frame_buffer_add (buffer);

          g_assert_nonnull (event);
          g_assert_cmpint (event->bar.close, ==, 0);
          event->kind = PST_EVENT_BAR;
          event->instrument = k;
          event->bar.close = i * 10000 + k;
        }
      pst_frame_buffer_end (buffer);
    }
}

static void
assert_block (const PstFrameBlock *block, guint n_frames, guint n_events)
{
  g_assert_cmpuint (block->n_frames, ==, n_frames);
  for (guint i = 0; i < n_frames; i++)
    {
      g_assert_cmpint (block->frames[i].time_ns, ==, 1000 + i);
      g_assert_cmpuint (block->frames[i].n_events, ==, n_events);
      for (guint k = 0; k < n_events; k++)
        g_assert_cmpint (block->frames[i].events[k].bar.close, ==, i * 10000 + k);
    }
}

static void
test_buffer (void)
{
  g_autoptr (PstFrameBuffer) buffer = pst_frame_buffer_new (100000);
  PstFrameBlock block;

  block = pst_frame_buffer_get_block (buffer);
  g_assert_cmpuint (block.n_frames, ==, 0);
  /* Larger and smaller in turn: the memory is reused and grows in between. */
  for (guint round = 1; round < 5; round++)
    {
      fill_block (buffer, round * 30, 7 * round);
      g_assert_cmpuint (pst_frame_buffer_get_n_events (buffer), ==, round * 30 * 7 * round);
      block = pst_frame_buffer_get_block (buffer);
      assert_block (&block, round * 30, 7 * round);
      g_assert_cmpuint (GPOINTER_TO_SIZE (block.frames[0].events) % sizeof (PstEvent), ==, 0);
      pst_frame_buffer_clear (buffer);
      g_assert_cmpuint (pst_frame_buffer_get_n_events (buffer), ==, 0);
    }
}

static void
test_empty_frames (void)
{
  g_autoptr (PstFrameBuffer) buffer = pst_frame_buffer_new (10);
  PstFrameBlock block;

  pst_frame_buffer_begin (buffer, 1);
  pst_frame_buffer_end (buffer);
  pst_frame_buffer_begin (buffer, 2);
  pst_frame_buffer_add (buffer)->instrument = 5;
  pst_frame_buffer_end (buffer);
  pst_frame_buffer_begin (buffer, 3);
  pst_frame_buffer_end (buffer);
  block = pst_frame_buffer_get_block (buffer);
  g_assert_cmpuint (block.n_frames, ==, 1);
  g_assert_cmpint (block.frames[0].time_ns, ==, 2);
  g_assert_cmpuint (block.frames[0].events[0].instrument, ==, 5);
}

static void
test_limit (void)
{
  g_autoptr (PstFrameBuffer) buffer = pst_frame_buffer_new (70);
  PstFrameBlock block;

  pst_frame_buffer_begin (buffer, 1);
  for (guint i = 0; i < 70; i++)
    g_assert_nonnull (pst_frame_buffer_add (buffer));
  g_assert_null (pst_frame_buffer_add (buffer));
  /* An open frame is not handed out. */
  block = pst_frame_buffer_get_block (buffer);
  g_assert_cmpuint (block.n_frames, ==, 0);
  pst_frame_buffer_end (buffer);
  block = pst_frame_buffer_get_block (buffer);
  g_assert_cmpuint (block.frames[0].n_events, ==, 70);
  pst_frame_buffer_begin (buffer, 2);
  g_assert_null (pst_frame_buffer_add (buffer));
  pst_frame_buffer_clear (buffer);
  pst_frame_buffer_begin (buffer, 3);
  g_assert_nonnull (pst_frame_buffer_add (buffer));
}

static void
test_misuse (void)
{
  if (g_test_subprocess ())
    {
      PstFrameBuffer *buffer = pst_frame_buffer_new (1);

      pst_frame_buffer_add (buffer);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*buffer->open*");
}

static void
test_copy (void)
{
  g_autoptr (PstFrameBuffer) buffer = pst_frame_buffer_new (1000);
  PstFrameBlock block, empty = { NULL, 0 };
  PstFrameBlock *copy;

  fill_block (buffer, 20, 3);
  block = pst_frame_buffer_get_block (buffer);
  copy = g_boxed_copy (PST_TYPE_FRAME_BLOCK, &block);
  pst_frame_buffer_clear (buffer);
  fill_block (buffer, 1, 60);
  assert_block (copy, 20, 3);
  g_boxed_free (PST_TYPE_FRAME_BLOCK, copy);
  copy = pst_frame_block_copy (&empty);
  g_assert_cmpuint (copy->n_frames, ==, 0);
  pst_frame_block_free (copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/buffer", test_buffer);
  g_test_add_func ("/event/empty-frames", test_empty_frames);
  g_test_add_func ("/event/limit", test_limit);
  g_test_add_func ("/event/misuse", test_misuse);
  g_test_add_func ("/event/copy", test_copy);
  return g_test_run ();
}
