/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the last byte of a venue's message to the first leg of a triangle on its way: a whole run on paper, in real time, with guards, over a
 * transport that hands messages of Coinbase's language in at once. The clock stops when the gate sends. Once without a store and once with a journal,
 * which has the intent before it is sent. */

#include "bench-kit.h"

#include "host/pst-pipeline-file.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_WARM 200
#define N_ROUNDS 2000
#define N_DEEP 300 /* levels a side that lie behind the touch */
#define GOAL_US 20.0

static const char pipeline[]
    = "[pipeline]\nname=reaction\nmode=paper\ncurrency=USD\n"
      "[exchange coinbase]\nplugin=coinbase\ninstruments=BTC/USD;ETH/USD;ETH/BTC\nchannels=level2\ntaker-fee=0.0001\nmaker-fee=0.0001\n"
      "[exchange paper]\nplugin=sim\nfeed=coinbase\ncash=100000 USD\n"
      "[strategy triangle]\nplugin=triangular-arbitrage\ntrade-capital=1000 USD\ncool-down=0s\n"
      "[guard switch]\nplugin=kill-switch\n"
      "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=5000 USD\n"
      "[guard checks]\nplugin=pre-trade\n"
      "[guard limits]\nplugin=trade-limits\n";

static const char products[]
    = "{\"products\":["
      "{\"product_id\":\"BTC-USD\",\"base_increment\":\"0.00000001\",\"quote_increment\":\"0.01\",\"price_increment\":\"0.01\","
      "\"base_min_size\":\"0.00000001\",\"base_max_size\":\"3400\",\"quote_min_size\":\"1\",\"status\":\"online\"},"
      "{\"product_id\":\"ETH-USD\",\"base_increment\":\"0.00000001\",\"quote_increment\":\"0.01\",\"price_increment\":\"0.01\","
      "\"base_min_size\":\"0.00000001\",\"base_max_size\":\"3400\",\"quote_min_size\":\"1\",\"status\":\"online\"},"
      "{\"product_id\":\"ETH-BTC\",\"base_increment\":\"0.00000001\",\"quote_increment\":\"0.00001\",\"price_increment\":\"0.00001\","
      "\"base_min_size\":\"0.00000001\",\"base_max_size\":\"3400\",\"quote_min_size\":\"0.00001\",\"status\":\"online\"}]}";

/* What the guard at the end of the chain sees. */
static double sent_at;

#define BENCH_TYPE_PROBE (bench_probe_get_type ())
G_DECLARE_FINAL_TYPE (BenchProbe, bench_probe, BENCH, PROBE, PstGuard)

struct _BenchProbe
{
  PstGuard parent_instance;
};

G_DEFINE_FINAL_TYPE (BenchProbe, bench_probe, PST_TYPE_GUARD)

static void
bench_probe_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  pst_verdict_pass (verdict);
}

static void
bench_probe_on_sent (PstGuard *guard, const PstOrder *order)
{
  if (sent_at == 0)
    sent_at = bench_seconds ();
}

static void
bench_probe_class_init (BenchProbeClass *klass)
{
  PST_GUARD_CLASS (klass)->review = bench_probe_review;
  PST_GUARD_CLASS (klass)->on_sent = bench_probe_on_sent;
}

static void
bench_probe_init (BenchProbe *probe)
{
}

/* The venue. */

#define BENCH_TYPE_WIRE (bench_wire_get_type ())
G_DECLARE_FINAL_TYPE (BenchWire, bench_wire, BENCH, WIRE, PstTransport)

struct _BenchWire
{
  PstTransport parent_instance;

  PstRun *run;
  GString *text;
  guint64 sequence;
  guint n_rounds;
  guint step;
  guint n_times;
  double times[N_ROUNDS]; /* microseconds */
};

G_DEFINE_FINAL_TYPE (BenchWire, bench_wire, PST_TYPE_TRANSPORT)

static void
begin (BenchWire *wire, const char *type, const char *product)
{
  g_autofree char *now = pst_time_to_string (pst_clock_now_ns (pst_transport_get_clock (PST_TRANSPORT (wire))));

  g_string_printf (wire->text,
                   "{\"channel\":\"l2_data\",\"timestamp\":\"%s\",\"sequence_num\":%" G_GUINT64_FORMAT
                   ",\"events\":[{\"type\":\"%s\",\"product_id\":\"%s\",\"updates\":[",
                   now, wire->sequence++, type, product);
}

static void
level (BenchWire *wire, const char *side, guint scale, gint64 price, double quantity)
{
  g_autofree char *now = pst_time_to_string (pst_clock_now_ns (pst_transport_get_clock (PST_TRANSPORT (wire))));
  PstDecimal decimal = { price, (guint8)scale };
  g_autofree char *text = pst_decimal_to_string (&decimal);

  g_string_append_printf (wire->text, "%s{\"side\":\"%s\",\"event_time\":\"%s\",\"price_level\":\"%s\",\"new_quantity\":\"%.6f\"}",
                          wire->text->str[wire->text->len - 1] == '[' ? "" : ",", side, now, text, quantity);
}

/* Hands the message in; returns what passed until an order was sent, in microseconds, 0 when none was. */
static double
deliver (BenchWire *wire)
{
  double start;

  g_string_append (wire->text, "]}]}");
  sent_at = 0;
  start = bench_seconds ();
  pst_transport_take_message (PST_TRANSPORT (wire), wire->text->str, wire->text->len);
  return sent_at == 0 ? 0 : (sent_at - start) * 1e6;
}

static void
snapshot (BenchWire *wire, const char *product, guint scale, gint64 bid, gint64 ask)
{
  begin (wire, "snapshot", product);
  for (guint i = 0; i < N_DEEP; i++)
    {
      level (wire, "bid", scale, bid - i, 0.5);
      level (wire, "offer", scale, ask + i, 0.5);
    }
  deliver (wire);
}

/* The touch gets another size, so that what was taken there is there again, and a few levels behind it change. */
static void
refresh (BenchWire *wire, const char *product, guint scale, gint64 bid, gint64 ask)
{
  double more = wire->n_rounds % 2 ? 0.001 : 0;

  begin (wire, "update", product);
  level (wire, "bid", scale, bid, 0.5 + more);
  level (wire, "offer", scale, ask, 0.5 + more);
  for (guint i = 1; i <= 4; i++)
    level (wire, "bid", scale, bid - (gint64)(wire->n_rounds * 7 + i) % N_DEEP - 1, 0.4 + more);
  deliver (wire);
}

static void
measure (BenchWire *wire)
{
  double us;

  begin (wire, "update", "ETH-BTC");
  level (wire, "offer", 5, 4990, wire->n_rounds % 2 ? 0.5 : 0.501);
  for (guint i = 1; i <= 4; i++)
    level (wire, "bid", 5, 4900 - (gint64)(wire->n_rounds + i) % N_DEEP, 0.45);
  us = deliver (wire);
  if (us == 0)
    {
      fprintf (stderr, "round %u: an opportunity was there and no order was sent\n", wire->n_rounds);
      exit (1);
    }
  if (wire->n_rounds >= N_WARM && wire->n_times < N_ROUNDS)
    wire->times[wire->n_times++] = us;
}

static gboolean
on_idle (gpointer user_data)
{
  BenchWire *wire = user_data;

  switch (wire->step++)
    {
    case 0:
      begin (wire, "update", "ETH-BTC");
      level (wire, "offer", 5, 4990, 0);
      deliver (wire);
      return G_SOURCE_CONTINUE;
    case 1:
      refresh (wire, "BTC-USD", 2, 6000000, 6000001);
      return G_SOURCE_CONTINUE;
    case 2:
      refresh (wire, "ETH-USD", 2, 300000, 300001);
      return G_SOURCE_CONTINUE;
    default:
      measure (wire);
      wire->step = 0;
    }
  if (++wire->n_rounds < N_WARM + N_ROUNDS)
    return G_SOURCE_CONTINUE;
  pst_run_interrupt (wire->run);
  return G_SOURCE_REMOVE;
}

static gboolean
on_open (gpointer user_data)
{
  BenchWire *wire = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();

  pst_transport_take_opened (user_data);
  snapshot (wire, "BTC-USD", 2, 6000000, 6000001);
  snapshot (wire, "ETH-USD", 2, 300000, 300001);
  snapshot (wire, "ETH-BTC", 5, 4900, 5001);
  g_source_set_callback (source, on_idle, g_object_ref (wire), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
  return G_SOURCE_REMOVE;
}

static gboolean
bench_wire_open (PstTransport *transport, const char *url, GError **error)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, on_open, g_object_ref (transport), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
  return TRUE;
}

static gboolean
bench_wire_send (PstTransport *transport, const char *text, gsize length, GError **error)
{
  return TRUE;
}

static void
bench_wire_close (PstTransport *transport)
{
}

static void
bench_wire_cut (PstTransport *transport)
{
}

typedef struct
{
  PstTransport *transport;
  guint64 id;
} Answer;

static gboolean
on_answer (gpointer user_data)
{
  Answer *answer = user_data;
  PstHttpReply reply = { .outcome = PST_HTTP_ANSWERED, .status = 200, .body = products, .length = strlen (products), .text = "" };

  pst_transport_take_reply (answer->transport, answer->id, &reply);
  g_object_unref (answer->transport);
  return G_SOURCE_REMOVE;
}

static gboolean
bench_wire_request (PstTransport *transport, guint64 id, const PstHttpRequest *request, GError **error)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Answer *answer = g_new0 (Answer, 1);

  *answer = (Answer){ g_object_ref (transport), id };
  g_source_set_callback (source, on_answer, answer, g_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  return TRUE;
}

static void
bench_wire_cancel_request (PstTransport *transport, guint64 id)
{
}

static void
bench_wire_finalize (GObject *object)
{
  g_string_free (BENCH_WIRE (object)->text, TRUE);
  G_OBJECT_CLASS (bench_wire_parent_class)->finalize (object);
}

static void
bench_wire_class_init (BenchWireClass *klass)
{
  PstTransportClass *transport_class = PST_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bench_wire_finalize;
  transport_class->open = bench_wire_open;
  transport_class->send = bench_wire_send;
  transport_class->close = bench_wire_close;
  transport_class->cut = bench_wire_cut;
  transport_class->request = bench_wire_request;
  transport_class->cancel_request = bench_wire_cancel_request;
}

static void
bench_wire_init (BenchWire *wire)
{
  wire->text = g_string_new (NULL);
}

static PstTransport *
make_wire (PstClock *clock, PstComponent *component, gpointer user_data, GError **error)
{
  BenchWire **wire = user_data;
  PstRun *run = PST_RUN (pst_component_get_context (component));

  *wire = g_object_new (BENCH_TYPE_WIRE, "clock", clock, NULL);
  (*wire)->run = run;
  return g_object_ref (PST_TRANSPORT (*wire));
}

/* The bench's result is worth nothing when the triangles were not traded. */
static void
check_run (PstRun *run)
{
  g_autoptr (PstSummary) summary = pst_run_get_summary (run);

  if (summary->total.n_fills >= 3 * (N_WARM + N_ROUNDS) && summary->final_equity.amount > summary->initial_equity.amount)
    return;
  fprintf (stderr, "only %" G_GUINT64_FORMAT " fills; %" G_GUINT64_FORMAT " orders were denied\n", summary->total.n_fills, summary->total.n_denied);
  exit (1);
}

static double
time_run (PstCatalogue *catalogue, const char *title, const char *store)
{
  g_autofree char *text = g_strconcat (pipeline, store, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (text, -1, "reaction.conf", &error);
  g_autoptr (PstRun) run = file != NULL ? pst_pipeline_file_build (file, catalogue, &error) : NULL;
  BenchWire *wire = NULL;
  double median, most;

  if (run != NULL)
    {
      g_autoptr (PstComponent) probe = g_object_new (BENCH_TYPE_PROBE, NULL);

      pst_run_set_transport_factory (run, make_wire, &wire, NULL);
      if (pst_run_add (run, probe, "probe", "probe", &error))
        pst_run_execute (run, &error);
    }
  if (error != NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  check_run (run);
  median = bench_median (wire->times, wire->n_times);
  most = wire->times[wire->n_times * 99 / 100]; /* sorted by now */
  printf ("%-24s median %6.2f us, 99 of 100 below %6.2f us, fastest %6.2f us, over %u triangles of three orders\n", title, median, most,
          wire->times[0], wire->n_times);
  g_object_unref (wire);
  return median;
}

int
main (int argc, char **argv)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "reaction.journal", NULL);
  g_autofree char *store = g_strdup_printf ("[store journal]\nplugin=journal\npath=%s\ndurability=process\n", path);
  double bare, journal;

  pst_catalogue_scan (catalogue);
  bare = time_run (catalogue, "without a store", "");
  journal = time_run (catalogue, "with a journal", store);
  g_unlink (path);
  g_rmdir (folder);
  printf ("from the last byte of a message to the first leg: %.2f us, allowed %.0f; the journal takes %.2f us of it\n", journal, GOAL_US,
          journal - bare);
  return bare < GOAL_US ? 0 : 1;
}
