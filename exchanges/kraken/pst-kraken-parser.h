/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a message's bytes to its facts: no I/O, no clock, no memory of earlier messages, and no allocation but for arrays that are kept. A message
 * is read to its end before anyone acts on it, so that one that is malformed anywhere changes nothing. */
#pragma once

#include "pst-kraken-message.h"

G_BEGIN_DECLS

/**
 * PstKrakenParser:
 * @message: the facts of the last message; what was understood before a failure
 * @failure: (nullable): what was wrong with it: static text
 * @failure_offset: where, in bytes
 *
 * A parser with its reused memory. One thread at a time.
 */
typedef struct
{
  PstKrakenMessage message;
  const char *failure;
  gsize failure_offset;
  /*< private >*/
  PstKrakenProtocol protocol;
  guint n_allocated;
} PstKrakenParser;

PstKrakenParser *pst_kraken_parser_new (PstKrakenProtocol protocol);
void pst_kraken_parser_free (PstKrakenParser *parser);
/* FALSE: malformed. */
gboolean pst_kraken_parser_parse (PstKrakenParser *parser, const char *text, gsize length);
/* Reads the answer to a request for AssetPairs into the message's pairs. FALSE: malformed, or the venue's error, which then is in the message. */
gboolean pst_kraken_parser_parse_pairs (PstKrakenParser *parser, const char *text, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstKrakenParser, pst_kraken_parser_free)

G_END_DECLS
