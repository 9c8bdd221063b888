/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The harness's inside, shared by the files that make it. */
#pragma once

#include "pst-harness.h"

G_BEGIN_DECLS

/* Ends the test, as g_assert() does, with a sentence. */
#define pst_check_fail(...)                                                               \
  G_STMT_START                                                                            \
  {                                                                                       \
    g_autofree char *pst_check_message = g_strdup_printf (__VA_ARGS__);                   \
    g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, pst_check_message); \
  }                                                                                       \
  G_STMT_END

/* One component under test. */
typedef struct
{
  PstComponent *component;
  gulong handlers[4];
  guint n_handlers;
  gboolean prepared;
} PstHarnessPart;

struct _PstHarness
{
  PstContext parent_instance;

  PstClock *clock;
  PstTransport *transport;
  PstInstrumentTable *instruments;
  PstRunRecord run;
  PstTradingState trading_state;
  GPtrArray *parts;     /* PstHarnessPart; the harness's own feed first */
  GPtrArray *marks;     /* PstMark by instrument */
  GPtrArray *books;     /* PstBook by instrument */
  GPtrArray *positions; /* PstPosition, in order of first use */
  GPtrArray *accounts;  /* PstAccount by exchange index, with holes */
  PstMoney equity;      /* currency NULL: calculated */
  GPtrArray *orders;    /* PstOrder by number - 1 */
  GPtrArray *frames;    /* PstFrameBlock of one frame */
  GPtrArray *requests;
  GPtrArray *reports;
  GPtrArray *fills;
  GPtrArray *records;
  GPtrArray *commands;
  guint64 n_executions;
};

#define PST_TYPE_HARNESS_FEED (pst_harness_feed_get_type ())
G_DECLARE_FINAL_TYPE (PstHarnessFeed, pst_harness_feed, PST, HARNESS_FEED, PstExchange)

const PstInstrument *pst_harness_instrument (PstHarness *harness, guint32 instrument);
PstMark *pst_harness_mark (PstHarness *harness, guint32 instrument);
PstBook *pst_harness_book (PstHarness *harness, guint32 instrument);
PstPosition *pst_harness_position (PstHarness *harness, guint32 strategy, guint32 instrument);
PstAccount *pst_harness_account (PstHarness *harness, guint32 exchange, gboolean make);
PstOrder *pst_harness_order (PstHarness *harness, guint64 order_id);
PstOrder *pst_harness_new_order (PstHarness *harness, guint32 strategy, const PstOrderRequest *request);
PstComponent *pst_harness_component (PstHarness *harness, guint32 index);
guint32 pst_harness_find_executor (PstHarness *harness, guint32 instrument);
void pst_harness_apply_block (PstHarness *harness, PstExchange *exchange, const PstFrameBlock *block);
/* Records stamped and kept. */
void pst_harness_keep_record (PstHarness *harness, const PstRecord *record);
void pst_harness_change_trading_state (PstHarness *harness, PstTradingState state, guint32 component, const char *reason);

G_END_DECLS
