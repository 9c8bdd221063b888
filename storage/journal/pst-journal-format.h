/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes of a journal: one header, then frames of one record each. README.md documents them; nothing else knows them. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_JOURNAL_VERSION 1
#define PST_JOURNAL_HEADER_SIZE 32
/* crc, length, sequence before the payload; the end mark after it. */
#define PST_JOURNAL_FRAME_HEAD 16
#define PST_JOURNAL_FRAME_OVERHEAD (PST_JOURNAL_FRAME_HEAD + 1)
#define PST_JOURNAL_PAYLOAD_MAX 4096
#define PST_JOURNAL_FRAME_MAX (PST_JOURNAL_PAYLOAD_MAX + PST_JOURNAL_FRAME_OVERHEAD)
/* Never zero, so that a zero-filled tail cannot be taken for the end of a whole record. */
#define PST_JOURNAL_END_MARK 0xa5
/* The least unit in which a disk forgets. */
#define PST_JOURNAL_SECTOR 512

void pst_journal_format_append_header (GByteArray *bytes);
/* @bytes: PST_JOURNAL_HEADER_SIZE of them. Errors: CORRUPT, VERSION. */
gboolean pst_journal_format_check_header (const guint8 *bytes, GError **error);
/* Appends one frame, or nothing and CONSTRAINT when the record is too large. */
gboolean pst_journal_format_append_record (GByteArray *bytes, const PstRecord *record, GError **error);

guint32 pst_journal_format_get_crc (const guint8 *frame);
guint32 pst_journal_format_get_length (const guint8 *frame);
guint64 pst_journal_format_get_sequence (const guint8 *frame);
/* Of a frame of PST_JOURNAL_FRAME_OVERHEAD + @length bytes, as if its length field said @length. */
guint32 pst_journal_format_compute_crc (const guint8 *frame, guint32 length);

G_END_DECLS
