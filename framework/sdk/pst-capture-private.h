/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line of each form of capture, as pure functions. */
#pragma once

#include "pst-capture.h"

G_BEGIN_DECLS

/* What the lines before have told. */
typedef struct
{
  gint64 start_ns;       /* *.ndjson: captured_at */
  gint64 first_count_ns; /* *.ndjson: the first rx_ns; -1 before it */
  GString *connection;   /* texts of the item in hand */
  GString *address;
  GString *text;
} PstCaptureState;

/* FALSE with a sentence in @error that does not name the file. @line is NUL-terminated and may be changed. */
gboolean pst_capture_parse_plain (char *line, gsize length, PstCaptureItem *item, GError **error);
gboolean pst_capture_parse_lines (PstCaptureState *state, const char *line, gsize length, PstCaptureItem *item, GError **error);
gboolean pst_capture_parse_metadata (PstCaptureState *state, const char *line, gsize length, PstCaptureItem *item, GError **error);
gboolean pst_capture_parse_frame (PstCaptureState *state, const char *line, gsize length, PstCaptureItem *item, GError **error);
/* Whether a first line that is JSON has a member "t". */
gboolean pst_capture_is_lines (const char *line, gsize length);

G_END_DECLS
