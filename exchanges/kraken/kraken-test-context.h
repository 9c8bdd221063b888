/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests that feed a session millions of messages: a run that has a table and a clock, and keeps nothing. */
#pragma once

#include "kraken-test-kit.h"
#include "pst-kraken.h"

G_BEGIN_DECLS

#define TEST_TYPE_CONTEXT (test_context_get_type ())
G_DECLARE_FINAL_TYPE (TestContext, test_context, TEST, CONTEXT, PstContext)

struct _TestContext
{
  PstContext parent_instance;
  PstInstrumentTable *table;
  PstClock *clock;
};

G_DEFINE_FINAL_TYPE (TestContext, test_context, PST_TYPE_CONTEXT)

static PstInstrumentTable *
test_context_get_instruments (PstContext *context)
{
  return TEST_CONTEXT (context)->table;
}

static PstClock *
test_context_get_clock (PstContext *context)
{
  return TEST_CONTEXT (context)->clock;
}

static PstMode
test_context_get_mode (PstContext *context)
{
  return PST_MODE_PAPER;
}

static const PstRunRecord *
test_context_get_run (PstContext *context)
{
  static const PstRunRecord run = { .seed = 1 };

  return &run;
}

static void
test_context_note (PstContext *context, PstComponent *component, const char *name, const char *detail)
{
}

static PstTransport *
test_context_create_transport (PstContext *context, PstComponent *component, GError **error)
{
  return PST_TRANSPORT (pst_simulated_transport_new (TEST_CONTEXT (context)->clock, 1));
}

static void
test_context_finalize (GObject *object)
{
  TestContext *self = TEST_CONTEXT (object);

  pst_instrument_table_unref (self->table);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (test_context_parent_class)->finalize (object);
}

static void
test_context_class_init (TestContextClass *klass)
{
  PstContextClass *context_class = PST_CONTEXT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_context_finalize;
  context_class->get_instruments = test_context_get_instruments;
  context_class->get_clock = test_context_get_clock;
  context_class->get_mode = test_context_get_mode;
  context_class->get_run = test_context_get_run;
  context_class->note = test_context_note;
  context_class->create_transport = test_context_create_transport;
}

static void
test_context_init (TestContext *self)
{
  self->table = pst_instrument_table_new ();
  self->clock = pst_simulated_clock_new (0);
}

/* (transfer full): a started session whose instruments are all known; it hears what is fed to it. */
static inline PstVenue *
test_context_start_venue (TestContext *context, PstKrakenProtocol protocol, guint depth, const char *instruments)
{
  const PstInstrument draft = { .price_scale = KIT_PRICE_SCALE, .size_scale = KIT_SIZE_SCALE };
  g_auto (GStrv) names = g_strsplit (instruments, ";", -1);
  g_autoptr (GError) error = NULL;
  PstVenue *venue = g_object_new (PST_TYPE_KRAKEN, "instruments", names, "depth", depth, "protocol", protocol, NULL);

  pst_component_attach (PST_COMPONENT (venue), PST_CONTEXT (context), "kraken", "kraken", 0);
  g_assert_true (pst_component_prepare (PST_COMPONENT (venue), &error));
  g_assert_true (pst_component_start (PST_COMPONENT (venue), &error));
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    g_assert_true (pst_venue_list (venue, pst_venue_get_listing (venue, i), &draft, &error));
  return venue;
}

/* (transfer full) @venue */
static inline void
test_context_stop_venue (PstVenue *venue)
{
  pst_component_stop (PST_COMPONENT (venue));
  pst_component_detach (PST_COMPONENT (venue));
  g_object_unref (venue);
}

G_END_DECLS
