/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests and benchmarks of parsers: the frames of recorded sessions, in memory. A ".0" recording has lines "TIME: FRAME" of what was received;
 * a ".jsonl" has {"t":"recv","data":"FRAME"}; an ".ndjson" has {"rx_ns":...,"frame":FRAME}. */
#pragma once

#include "pst-scan.h"

G_BEGIN_DECLS

typedef struct
{
  const char *bytes;
  gsize length;
} TestFrame;

typedef struct
{
  GArray *frames;  /* TestFrame: received frames, in order */
  GPtrArray *kept; /* what they lie in */
  gsize n_bytes;
} TestFrames;

static inline void
test_frames_clear (TestFrames *frames)
{
  g_clear_pointer (&frames->frames, g_array_unref);
  g_clear_pointer (&frames->kept, g_ptr_array_unref);
}

static inline void
test_frames_init (TestFrames *frames)
{
  frames->frames = g_array_new (FALSE, FALSE, sizeof (TestFrame));
  frames->kept = g_ptr_array_new_with_free_func (g_free);
  frames->n_bytes = 0;
}

static inline void
test_frames_add (TestFrames *frames, const char *bytes, gsize length)
{
  TestFrame frame = { bytes, length };

  g_array_append_val (frames->frames, frame);
  frames->n_bytes += length;
}

static inline void
test_frames_add_line (TestFrames *frames, const char *line, gsize length)
{
  const char *colon = g_strstr_len (line, (gssize)length, ": ");

  if (g_ascii_isdigit (*line) && colon != NULL)
    test_frames_add (frames, colon + 2, length - (gsize)(colon + 2 - line));
}

/* FALSE when the line is not of that form. */
static inline gboolean
test_frames_add_json_line (TestFrames *frames, const char *line, gsize length)
{
  const char *key, *text, *frame = NULL;
  gsize key_length, text_length, frame_length = 0;
  gboolean received = FALSE;
  PstScan scan;

  pst_scan_init (&scan, line, length);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &key_length))
    if (pst_scan_equal (key, key_length, "t") && pst_scan_string (&scan, &text, &text_length))
      received = pst_scan_equal (text, text_length, "recv");
    else if (pst_scan_equal (key, key_length, "rx_ns") && pst_scan_skip (&scan))
      received = TRUE;
    else if (pst_scan_equal (key, key_length, "dir") && pst_scan_skip (&scan))
      received = FALSE;
    else if (pst_scan_equal (key, key_length, "frame"))
      pst_scan_value (&scan, &frame, &frame_length);
    else if (pst_scan_equal (key, key_length, "data") && pst_scan_string (&scan, &text, &text_length))
      {
        char *plain = (char *)g_malloc (text_length + 1);

        g_ptr_array_add (frames->kept, plain);
        frame = pst_scan_unescape (text, text_length, plain, text_length, &frame_length) ? plain : NULL;
      }
    else
      pst_scan_skip (&scan);
  if (received && frame != NULL)
    test_frames_add (frames, frame, frame_length);
  return pst_scan_finish (&scan);
}

/* Adds the received frames of a recording, "market-data/books/..."; FALSE when it is not there or not readable. */
static inline gboolean
test_frames_load (TestFrames *frames, const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", name, NULL);
  gboolean json = !g_str_has_suffix (name, ".0"), good = TRUE;
  char *bytes, *line, *end;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return FALSE;
  g_ptr_array_add (frames->kept, bytes);
  for (line = bytes; line < bytes + length; line = end + 1)
    {
      end = (char *)memchr (line, '\n', (gsize)(bytes + length - line));
      if (end == NULL)
        end = bytes + length;
      if (end == line)
        continue;
      if (json)
        good = test_frames_add_json_line (frames, line, (gsize)(end - line)) && good;
      else
        test_frames_add_line (frames, line, (gsize)(end - line));
    }
  return good;
}

G_END_DECLS
