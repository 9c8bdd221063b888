/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cycle that is not listed is never traded; one that is listed twice is counted twice. Random graphs against all sequences of edges; logarithms and
 * long products against other ways to calculate them. */

#include <math.h>
#include <penstock-check.h>
#include <string.h>

#include "pst-arb-cycles.h"
#include "pst-arb-log.h"
#include "pst-arb-product.h"
#include "pst-arb-screen.h"

typedef struct
{
  PstInstrumentTable *table;
  guint32 executors[32];
  guint n;
  const PstCurrency *base;
} Graph;

static void
add_pair (Graph *graph, guint base, guint quote, guint venue, gboolean delivers)
{
  g_autofree char *base_code = g_strdup_printf ("N%u", base), *quote_code = g_strdup_printf ("N%u", quote);
  g_autofree char *symbol = g_strdup_printf ("%s/%s-%u", base_code, quote_code, graph->n), *name = g_strdup_printf ("V%u", venue);
  PstInstrument draft = { .symbol = symbol,
                          .venue = name,
                          .base = pst_currency_get (base_code, NULL),
                          .quote = pst_currency_get (quote_code, NULL),
                          .settlement = delivers ? PST_SETTLEMENT_DELIVERY : PST_SETTLEMENT_POSITION };
  g_autoptr (GError) error = NULL;
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, &error);

  g_assert_no_error (error);
  pst_instrument_table_add (graph->table, instrument, &error);
  g_assert_no_error (error);
  graph->executors[graph->n++] = venue == 3 ? G_MAXUINT32 : venue;
}

static void
make_graph (PstRandom *random, Graph *graph)
{
  guint n = 1 + (guint)pst_random_below (random, 12), n_currencies = 2 + (guint)pst_random_below (random, 5);

  *graph = (Graph){ .table = pst_instrument_table_new (), .base = pst_currency_get ("N0", NULL) };
  while (graph->n < n)
    {
      guint base = (guint)pst_random_below (random, n_currencies), quote = (guint)pst_random_below (random, n_currencies);

      if (base != quote)
        add_pair (graph, base, quote, (guint)pst_random_below (random, 8) < 6 ? 0 : 1 + (guint)pst_random_below (random, 3),
                  pst_random_below (random, 8) > 0);
    }
}

/* Whether a sequence of edges is a cycle that may be traded. */
static gboolean
is_cycle (const Graph *graph, const guint32 *edges, guint n_edges)
{
  const PstCurrency *at = graph->base, *passed[PST_ARB_LEGS_MAX];

  for (guint i = 0; i < n_edges; i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (graph->table, edges[i] / 2);

      if (instrument->settlement != PST_SETTLEMENT_DELIVERY || graph->executors[edges[i] / 2] == G_MAXUINT32
          || graph->executors[edges[i] / 2] != graph->executors[edges[0] / 2] || at != (edges[i] % 2 ? instrument->base : instrument->quote))
        return FALSE;
      at = edges[i] % 2 ? instrument->quote : instrument->base;
      for (guint k = 0; k < i; k++)
        if (passed[k] == at)
          return FALSE;
      if (i + 1 < n_edges && at == graph->base)
        return FALSE;
      passed[i] = at;
    }
  return at == graph->base;
}

/* All sequences of so many edges. */
static guint
count_cycles (const Graph *graph, const PstArbCycles *cycles, guint n_edges)
{
  guint64 n_sequences = 1;
  guint n = 0;

  for (guint i = 0; i < n_edges; i++)
    n_sequences *= 2 * graph->n;
  for (guint64 k = 0; k < n_sequences; k++)
    {
      PstArbCycle cycle = { .n_legs = n_edges };
      guint64 rest = k;

      for (guint i = 0; i < n_edges; i++, rest /= 2 * graph->n)
        cycle.edges[i] = (guint32)(rest % (2 * graph->n));
      if (!is_cycle (graph, cycle.edges, n_edges))
        continue;
      g_assert_cmpuint (pst_arb_cycles_find (cycles, &cycle), <, cycles->n_cycles);
      n++;
    }
  return n;
}

/* Each edge of each cycle leads to the cycle's others. */
static void
check_index (const PstArbCycles *cycles)
{
  guint n_members = 0, n_edges = 0;

  for (guint i = 0; i < cycles->n_cycles; i++)
    n_edges += cycles->cycles[i].n_legs;
  for (guint32 edge = 0; edge < cycles->n_edges; edge++)
    {
      guint n;
      const PstArbMember *members = pst_arb_cycles_get_members (cycles, edge, &n);

      n_members += n;
      for (guint i = 0; i < n; i++)
        {
          const PstArbCycle *cycle = &cycles->cycles[members[i].cycle];
          guint64 sum = edge, expected = 0;

          for (guint k = 0; k < PST_ARB_LEGS_MAX - 1; k++)
            sum += members[i].others[k] < cycles->n_edges ? members[i].others[k] : 0;
          for (guint k = 0; k < cycle->n_legs; k++)
            expected += cycle->edges[k];
          g_assert_cmpuint (sum, ==, expected);
        }
    }
  g_assert_cmpuint (n_members, ==, n_edges);
}

static void
test_cycles (void)
{
  const guint64 seed = 3;
  PstRandom random;
  guint n_found = 0;

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  pst_random_init (&random, seed, "cycles");
  for (guint i = 0; i < 150; i++)
    {
      guint length_max = 3 + i % 2, n;
      g_autoptr (PstArbCycles) cycles = NULL;
      g_autoptr (GError) error = NULL;
      Graph graph;

      make_graph (&random, &graph);
      cycles = pst_arb_cycles_new (graph.table, graph.executors, graph.base, length_max, 1000000, &error);
      g_assert_no_error (error);
      n = count_cycles (&graph, cycles, 3) + (length_max > 3 ? count_cycles (&graph, cycles, 4) : 0);
      g_assert_cmpuint (cycles->n_cycles, ==, n);
      check_index (cycles);
      n_found += n;
      pst_instrument_table_unref (graph.table);
    }
  g_assert_cmpuint (n_found, >, 200);
}

static void
test_limit (void)
{
  for (guint cycles_max = 1; cycles_max < 4; cycles_max++)
    {
      Graph graph = { .table = pst_instrument_table_new (), .base = pst_currency_get ("N0", NULL) };
      g_autoptr (PstArbCycles) cycles = NULL;
      g_autoptr (GError) error = NULL;

      add_pair (&graph, 1, 0, 0, TRUE);
      add_pair (&graph, 2, 1, 0, TRUE);
      add_pair (&graph, 2, 0, 0, TRUE);
      cycles = pst_arb_cycles_new (graph.table, graph.executors, graph.base, 3, cycles_max, &error);
      if (cycles_max < 2)
        {
          g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
          g_assert_nonnull (strstr (error->message, "cycles-max"));
        }
      else
        g_assert_cmpuint (cycles->n_cycles, ==, 2);
      pst_instrument_table_unref (graph.table);
    }
}

static void
test_print (void)
{
  Graph graph = { .table = pst_instrument_table_new (), .base = pst_currency_get ("N0", NULL) };
  g_autoptr (PstArbCycles) cycles = NULL;
  char text[32], tight[8];

  add_pair (&graph, 1, 0, 0, TRUE);
  add_pair (&graph, 2, 1, 0, TRUE);
  add_pair (&graph, 2, 0, 0, TRUE);
  cycles = pst_arb_cycles_new (graph.table, graph.executors, graph.base, 3, 10, NULL);
  pst_arb_cycle_print (&cycles->cycles[0], graph.table, text, sizeof text);
  g_assert_cmpstr (text, ==, "N0->N1->N2->N0");
  pst_arb_cycle_print (&cycles->cycles[0], graph.table, tight, sizeof tight);
  g_assert_cmpstr (tight, ==, "N0->N1-");
  pst_instrument_table_unref (graph.table);
}

/* Bounds of logarithms lie on their side of the truth, and near it. */
static void
test_logarithms (void)
{
  const guint64 seed = 5;
  PstRandom random;

  pst_random_init (&random, seed, "logarithms");
  for (guint i = 0; i < 200000; i++)
    {
      guint bits = 1 + (guint)pst_random_below (&random, 64);
      guint64 value = (pst_random_next (&random) >> (64 - bits)) | 1;
      long double exact;

      if (i < 64)
        value = G_GUINT64_CONSTANT (1) << i;
      exact = log2l ((long double)value) * PST_ARB_LOG_ONE;
      g_assert_true (pst_arb_log_down (value) <= exact + 1e-3L);
      g_assert_true (pst_arb_log_up (value) >= exact - 1e-3L);
      g_assert_true (pst_arb_log_up (value) - exact < PST_ARB_LOG_SLACK + 1);
    }
  for (gint64 log = 0; log < 61 * PST_ARB_LOG_ONE; log += PST_ARB_LOG_ONE / 7)
    g_assert_true (pst_arb_log_raise_up (log) >= exp2l ((long double)log / PST_ARB_LOG_ONE));
  g_assert_cmpint (pst_arb_log_raise_up (-PST_ARB_LOG_ONE), ==, 1);
  g_assert_cmpint (pst_arb_log_raise_up (63 * PST_ARB_LOG_ONE), ==, G_MAXINT64);
}

/* a * b * c / d with 128 bits, and with limbs. */
static void
test_products (void)
{
  const guint64 seed = 7;
  PstRandom random;

  pst_random_init (&random, seed, "products");
  for (guint i = 0; i < 20000; i++)
    {
      guint64 a = pst_random_next (&random) >> 24, b = pst_random_next (&random) >> 24, c = pst_random_next (&random) >> 24 | 1;
      PstArbProduct gain, cost;
      unsigned __int128 exact = (unsigned __int128)a * b / c;

      pst_arb_product_init (&gain);
      pst_arb_product_init (&cost);
      pst_arb_product_multiply (&gain, a);
      pst_arb_product_multiply (&gain, b);
      pst_arb_product_multiply (&cost, c);
      g_assert_cmpint (pst_arb_product_compare (&gain, &cost), ==, exact >= 1 ? ((unsigned __int128)a * b != c) : -1);
      /* The same power of ten above and below changes nothing, and makes both long. */
      pst_arb_product_scale (&gain, (guint)(i % 73));
      pst_arb_product_scale (&cost, (guint)(i % 73));
      g_assert_cmpint (pst_arb_product_divide (&gain, &cost), ==, exact > G_MAXINT64 ? G_MAXINT64 : (gint64)exact);
    }
}

/* No cycle whose rates multiply to one or more is ever ruled out. */
static void
test_screen (void)
{
  const guint64 seed = 11;
  Graph graph = { .table = pst_instrument_table_new (), .base = pst_currency_get ("N0", NULL) };
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (PstArbHit));
  PstArbScreen screen;
  PstRandom random;
  guint n_hits = 0;

  add_pair (&graph, 1, 0, 0, TRUE);
  add_pair (&graph, 2, 1, 0, TRUE);
  add_pair (&graph, 2, 0, 0, TRUE);
  pst_arb_screen_init (&screen, pst_arb_cycles_new (graph.table, graph.executors, graph.base, 3, 10, NULL), 0);
  pst_random_init (&random, seed, "screen");
  for (guint64 i = 1; i <= 20000; i++)
    {
      gint64 price[3] = { 1 + (gint64)pst_random_below (&random, 1000), 1 + (gint64)pst_random_below (&random, 1000), 0 };
      gint64 product = price[0] * price[1];
      guint n = 0;

      /* Buys at the first two prices, a sale at their product or one beside it. */
      price[2] = product + (gint64)pst_random_below (&random, 3) - 1;
      if (price[2] < 1)
        continue;
      g_array_set_size (hits, 0);
      for (guint32 k = 0; k < 3; k++)
        pst_arb_screen_update (&screen, pst_arb_edge (k, k < 2 ? PST_SIDE_BUY : PST_SIDE_SELL),
                               k < 2 ? -pst_arb_log_down ((guint64)price[k]) : pst_arb_log_up ((guint64)price[k]), i, hits);
      for (guint k = 0; k < hits->len; k++)
        n += pst_arb_screen_passes (&screen, g_array_index (hits, PstArbHit, k).cycle);
      if (price[2] >= product)
        g_assert_cmpuint (n, ==, 1);
      else if (price[2] * G_GINT64_CONSTANT (100000000) < product * G_GINT64_CONSTANT (99999999))
        g_assert_cmpuint (n, ==, 0);
      n_hits += n;
    }
  g_assert_cmpuint (n_hits, >, 10000);
  pst_arb_screen_clear (&screen);
  pst_instrument_table_unref (graph.table);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/triangular-arbitrage/cycles/brute-force", test_cycles);
  g_test_add_func ("/triangular-arbitrage/cycles/limit", test_limit);
  g_test_add_func ("/triangular-arbitrage/cycles/print", test_print);
  g_test_add_func ("/triangular-arbitrage/logarithms", test_logarithms);
  g_test_add_func ("/triangular-arbitrage/products", test_products);
  g_test_add_func ("/triangular-arbitrage/screen", test_screen);
  return g_test_run ();
}
