/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the component's own files: pst-gemini.c has the options and what the base asks for, pst-gemini-session.c what is said to the venue,
 * pst-gemini-message.c what it says. */
#pragma once

#include "pst-gemini-parser.h"
#include "pst-gemini.h"

G_BEGIN_DECLS

struct _PstGemini
{
  PstVenue parent_instance;

  gint64 heartbeat_max_ns;

  PstGeminiParser parser;
  PstGeminiCounts counts;

  gboolean *refused; /* by listing number: the venue does not know it */
  guint asked;       /* number of the listing whose details are asked for */
  gboolean is_asking;
  guint details_timer;
};

void pst_gemini_message (PstVenue *venue, const PstMessage *message);

void pst_gemini_opened (PstVenue *venue);
void pst_gemini_resynchronise (PstVenue *venue, PstListing *listing);
void pst_gemini_stop_session (PstGemini *self);

G_END_DECLS
