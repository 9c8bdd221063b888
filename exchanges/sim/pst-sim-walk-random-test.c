/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random books and orders against a second opinion: a venue of two arrays over twenty prices, written down without any of the venue's code. Every
 * fill must agree in order, price, size, liquidity and fee. On top of it, what must be true whoever is right: nobody fills better than the book
 * shows, no level gives more than it has between two changes of it, nothing fills beyond its limit, and the money is conserved to the last unit. */

#include "sim-test-kit.h"

#define LOW 990
#define N_PRICES 21
#define TAKER_RATE G_GINT64_CONSTANT (260000) /* 0.26 % at PST_RATE_SCALE */
#define MAKER_RATE G_GINT64_CONSTANT (130000)
#define USD_PER_CENT G_GINT64_CONSTANT (1000000) /* a cent at the scale of USD, 8 */

typedef struct
{
  guint64 id;
  PstOrderRequest request;
  gint64 open;
  gboolean held; /* came while the book was not live */
} Working;

typedef struct
{
  guint64 id;
  gint64 price, quantity;
  gboolean maker;
} Expected;

typedef struct
{
  SimFixture fixture;
  gint64 size[2][N_PRICES]; /* of bids and asks */
  gint64 left[2][N_PRICES];
  gint64 given[2][N_PRICES]; /* since the level's last change, by what the venue said */
  gboolean live;
  GArray *working;  /* Working */
  GArray *expected; /* Expected */
  guint n_fills;    /* compared already */
  gint64 spent;     /* USD */
  gint64 held;
} Model;

static gboolean
is_crossed (const Model *model)
{
  gint bid = -1, ask = N_PRICES;

  for (gint i = 0; i < N_PRICES; i++)
    {
      if (model->size[0][i] > 0)
        bid = i;
      if (model->size[1][N_PRICES - 1 - i] > 0)
        ask = N_PRICES - 1 - i;
    }
  return bid >= ask;
}

/* Takes from the best price on what the limit allows. */
static void
model_take (Model *model, Working *order, gboolean maker)
{
  gboolean buys = order->request.side == PST_SIDE_BUY;

  for (gint k = 0; k < N_PRICES && order->open > 0; k++)
    {
      gint i = buys ? k : N_PRICES - 1 - k;
      gint64 price = LOW + i, quantity = MIN (order->open, model->left[buys][i]);
      Expected fill = { order->id, maker ? order->request.limit_price : price, quantity, maker };

      if (quantity == 0)
        continue;
      if (order->request.type == PST_ORDER_TYPE_LIMIT && (buys ? price > order->request.limit_price : price < order->request.limit_price))
        return;
      model->left[buys][i] -= quantity;
      order->open -= quantity;
      g_array_append_val (model->expected, fill);
    }
}

static gint64
model_measure (const Model *model, const PstOrderRequest *request)
{
  gboolean buys = request->side == PST_SIDE_BUY;
  gint64 sum = 0;

  for (gint i = 0; i < N_PRICES; i++)
    if (request->type == PST_ORDER_TYPE_MARKET || (buys ? LOW + i <= request->limit_price : LOW + i >= request->limit_price))
      sum += model->left[buys][i];
  return sum;
}

static void
model_order (Model *model, guint64 id, const PstOrderRequest *request)
{
  Working order = { id, *request, request->quantity, !model->live };
  gboolean rests = request->type == PST_ORDER_TYPE_LIMIT && request->time_in_force == PST_TIME_IN_FORCE_GTC;

  if (!model->live && !rests)
    return;
  if (request->time_in_force == PST_TIME_IN_FORCE_FOK && model_measure (model, request) < request->quantity)
    return;
  if (model->live)
    model_take (model, &order, FALSE);
  if (rests && order.open > 0)
    g_array_append_val (model->working, order);
}

static void
model_frame (Model *model)
{
  model->live = !is_crossed (model);
  for (guint i = 0; model->live && i < model->working->len;)
    {
      Working *order = &g_array_index (model->working, Working, i);

      model_take (model, order, !order->held);
      order->held = FALSE;
      if (order->open == 0)
        g_array_remove_index (model->working, i);
      else
        i++;
    }
}

static void
model_set (Model *model, gboolean ask, gint i, gint64 size)
{
  if (model->size[ask][i] == size)
    return;
  model->size[ask][i] = model->left[ask][i] = size;
  model->given[ask][i] = 0;
}

/* What the venue said of a fill must be so in any world. */
static void
check_fill (Model *model, const PstExecutionReport *report, const PstOrderRequest *request)
{
  gboolean buys = request->side == PST_SIDE_BUY;
  gint64 notional = report->price * report->quantity * USD_PER_CENT;
  gint64 rate = report->liquidity == PST_LIQUIDITY_MAKER ? MAKER_RATE : TAKER_RATE;
  __int128 fee = ((__int128)notional * rate + PST_RATE_ONE - 1) / PST_RATE_ONE;

  g_assert_true (report->fee == (gint64)fee);
  if (request->type == PST_ORDER_TYPE_LIMIT)
    g_assert_true (buys ? report->price <= request->limit_price : report->price >= request->limit_price);
  for (gint i = 0; i < N_PRICES; i++) /* nothing cheaper than what the book offers */
    if (model->size[buys][buys ? i : N_PRICES - 1 - i] > 0)
      {
        gint64 best = LOW + (buys ? i : N_PRICES - 1 - i);

        g_assert_true (buys ? report->price >= best : report->price <= best);
        break;
      }
  if (report->liquidity == PST_LIQUIDITY_TAKER)
    {
      model->given[buys][report->price - LOW] += report->quantity;
      g_assert_cmpint (model->given[buys][report->price - LOW], <=, model->size[buys][report->price - LOW]);
    }
  model->spent += (buys ? notional : -notional) + report->fee;
  model->held += buys ? report->quantity : -report->quantity;
}

static void
compare (Model *model)
{
  guint n = 0;

  for (; model->fixture.n_seen < pst_harness_get_n_reports (model->fixture.harness); model->fixture.n_seen++)
    {
      const PstExecutionReport *report = pst_harness_get_report (model->fixture.harness, model->fixture.n_seen);
      const Expected *fill;

      if (report->kind != PST_REPORT_FILL)
        continue;
      g_assert_cmpuint (n, <, model->expected->len);
      fill = &g_array_index (model->expected, Expected, n++);
      g_assert_cmpuint (report->order_id, ==, fill->id);
      g_assert_cmpint (report->price, ==, fill->price);
      g_assert_cmpint (report->quantity, ==, fill->quantity);
      g_assert_cmpint (report->liquidity, ==, fill->maker ? PST_LIQUIDITY_MAKER : PST_LIQUIDITY_TAKER);
      check_fill (model, report, &pst_harness_get_order (model->fixture.harness, report->order_id - 1)->request);
    }
  g_assert_cmpuint (n, ==, model->expected->len);
  model->n_fills += n;
  g_array_set_size (model->expected, 0);
}

/* Mostly sound books around the middle, sometimes a crossed one, sometimes a snapshot. */
static void
push_random_frame (Model *model)
{
  gboolean snapshot = g_test_rand_int_range (0, 12) == 0, wild = g_test_rand_int_range (0, 15) == 0;
  gint n_events = g_test_rand_int_range (1, 8), middle = g_test_rand_int_range (8, 13);
  PstEvent events[8] = { 0 };

  if (snapshot)
    for (gint i = 0; i < N_PRICES; i++)
      {
        model_set (model, FALSE, i, 0);
        model_set (model, TRUE, i, 0);
      }
  for (gint n = 0; n < n_events; n++)
    {
      gint i = g_test_rand_int_range (0, N_PRICES), size = g_test_rand_int_range (0, 3) == 0 ? 0 : g_test_rand_int_range (1, 6);
      gboolean ask = wild ? g_test_rand_bit () : i >= middle;

      events[n] = (PstEvent){ .instrument = model->fixture.share, .kind = PST_EVENT_LEVEL };
      events[n].level.price = LOW + i;
      events[n].level.size = size;
      events[n].level.side = ask ? PST_SIDE_SELL : PST_SIDE_BUY;
      events[n].level.flags = snapshot && n == 0 ? PST_LEVEL_SNAPSHOT : 0;
      model_set (model, ask, i, size);
    }
  model_frame (model);
  pst_harness_push_frame (model->fixture.harness, sim_fixture_now (&model->fixture) + PST_NS_PER_SECOND, events, n_events);
}

/* Until there was a level there is no book. */
static void
push_first_frame (Model *model)
{
  const PstEvent event = { .instrument = model->fixture.share,
                           .kind = PST_EVENT_LEVEL,
                           .level = { .price = LOW, .size = 1, .side = PST_SIDE_BUY, .flags = PST_LEVEL_SNAPSHOT } };

  model_set (model, FALSE, 0, 1);
  model_frame (model);
  pst_harness_push_frame (model->fixture.harness, sim_fixture_now (&model->fixture) + PST_NS_PER_SECOND, &event, 1);
}

static void
send_random_order (Model *model)
{
  static const PstTimeInForce times[] = { PST_TIME_IN_FORCE_GTC, PST_TIME_IN_FORCE_GTC, PST_TIME_IN_FORCE_IOC, PST_TIME_IN_FORCE_FOK };
  PstOrderRequest request = { .instrument = model->fixture.share, .side = g_test_rand_bit () ? PST_SIDE_BUY : PST_SIDE_SELL };
  g_autoptr (GError) error = NULL;
  guint64 id;

  request.time_in_force = times[g_test_rand_int_range (0, G_N_ELEMENTS (times))];
  request.type = g_test_rand_int_range (0, 4) == 0 ? PST_ORDER_TYPE_MARKET : PST_ORDER_TYPE_LIMIT;
  request.quantity = g_test_rand_int_range (1, 12);
  if (request.type == PST_ORDER_TYPE_LIMIT)
    request.limit_price = LOW + g_test_rand_int_range (0, N_PRICES);
  id = pst_harness_place (model->fixture.harness, &request);
  model_order (model, id, &request);
  pst_harness_send (model->fixture.harness, id, PST_EXCHANGE (model->fixture.sim), &error);
  g_assert_no_error (error);
}

static void
cancel_random_order (Model *model)
{
  guint n = model->working->len > 0 ? (guint)g_test_rand_int_range (0, (gint32)model->working->len) : 0;

  if (model->working->len == 0)
    return;
  sim_fixture_cancel (&model->fixture, g_array_index (model->working, Working, n).id);
  g_array_remove_index (model->working, n);
}

/* The run's account: what it had less what was spent. */
static void
check_money (Model *model)
{
  PstContext *context = PST_CONTEXT (model->fixture.harness);
  const PstAccount *account = pst_context_get_account (context, pst_component_get_index (model->fixture.sim));
  const PstPosition *position = pst_context_get_position (context, G_MAXUINT32, model->fixture.share);

  g_assert_true (pst_account_get_balance (account, pst_currency_get ("USD", NULL)) == 100000 * 100 * USD_PER_CENT - model->spent);
  g_assert_cmpint (position->quantity, ==, model->held);
}

static guint
play (guint n_steps)
{
  Model model = { .live = FALSE };
  guint n_fills;

  sim_fixture_begin (&model.fixture, "cash-check=false short-selling=always taker-fee=0.0026 maker-fee=0.0013");
  model.working = g_array_new (FALSE, FALSE, sizeof (Working));
  model.expected = g_array_new (FALSE, FALSE, sizeof (Expected));
  push_first_frame (&model);
  for (guint i = 0; i < n_steps; i++)
    {
      gint what = g_test_rand_int_range (0, 10);

      if (what < 5)
        push_random_frame (&model);
      else if (what < 9)
        send_random_order (&model);
      else
        cancel_random_order (&model);
      compare (&model);
    }
  check_money (&model);
  n_fills = model.n_fills;
  g_array_unref (model.working);
  g_array_unref (model.expected);
  sim_fixture_end (&model.fixture);
  return n_fills;
}

static void
test_random_books (void)
{
  guint n_games = g_test_slow () ? 3000 : 150, n_fills = 0;

  for (guint i = 0; i < n_games; i++)
    n_fills += play (200);
  g_test_message ("%u books of 200 steps, %u fills", n_games, n_fills);
  g_assert_cmpuint (n_fills, >, 20 * n_games);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/walk/random-books", test_random_books);
  return g_test_run ();
}
