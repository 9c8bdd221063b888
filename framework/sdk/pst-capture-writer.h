/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes sessions in the *.jsonl form of captures, line by line as they happen: what is there when the power fails can be read back. */
#pragma once

#include "pst-capture.h"
#include "pst-file.h"

G_BEGIN_DECLS

#define PST_TYPE_CAPTURE_WRITER (pst_capture_writer_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstCaptureWriter, pst_capture_writer, PST, CAPTURE_WRITER, GObject)

/* @file must be empty; a reference is taken. Writes the header. */
PST_API PstCaptureWriter *pst_capture_writer_new (PstFile *file, const char *exchange, gint64 time_ns, GError **error);
/* HTTP, CONNECT, SENT or RECEIVED. An item that could not be read back is refused and not written. */
PST_API gboolean pst_capture_writer_add (PstCaptureWriter *writer, const PstCaptureItem *item, GError **error);

G_END_DECLS
