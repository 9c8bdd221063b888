/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Triangular arbitrage: detects on every frame, records what pays, and hands the best to the sequencer. Decisions stand in docs/design/0009. */

#include "pst-triangular-arbitrage.h"

#include <string.h>

#include "pst-arb-detector.h"
#include "pst-arb-sequencer.h"

/* Cycles that are calculated before one is executed, when many pay at once. */
#define CONTENDERS_MAX 8

/* Of the cycles that cool down, those whose time is known over a restart: the ones that cool longest. */
#define COOLING_KEPT_MAX 16

/* What was last recorded of a cycle that paid once. */
typedef struct
{
  PstArbCycle cycle;
  gint64 touch[PST_ARB_LEGS_MAX];
  gint64 spent;
  gint64 returned;
  gint64 recorded_ns;
  gint64 cool_until_ns;
  gboolean pays;  /* when it was looked at last */
  guint32 n_ends; /* as the screen counted then */
} Seen;

struct _PstTriangularArbitrage
{
  PstStrategy parent_instance;

  PstArbOptions options;
  PstContext *context;
  const PstCurrency *base;
  gint64 capital;
  gboolean told_too_many;
  PstArbSequencer *sequencer;
  GHashTable *seen;   /* number of a cycle to its Seen */
  guint64 n_found;    /* opportunities, each evaluation counts */
  guint64 n_recorded; /* number of the last one */
  guint64 n_left_out; /* changed too soon after the last record */
  PstArbDetector detector;
};

G_DEFINE_FINAL_TYPE (PstTriangularArbitrage, pst_triangular_arbitrage, PST_TYPE_STRATEGY)

PST_DEFINE_PLUGIN ("triangular-arbitrage", STRATEGY, PstTriangularArbitrage, pst_triangular_arbitrage_get_type)

PstArbOptions *
pst_triangular_arbitrage_get_options (PstTriangularArbitrage *self)
{
  return &self->options;
}

static Seen *
find_seen (PstTriangularArbitrage *self, guint32 cycle)
{
  Seen *seen = g_hash_table_lookup (self->seen, GUINT_TO_POINTER (cycle));

  if (seen != NULL)
    return seen;
  seen = g_new0 (Seen, 1);
  seen->cycle = *pst_arb_detector_get_cycle (&self->detector, cycle);
  seen->recorded_ns = seen->cool_until_ns = G_MININT64;
  g_hash_table_insert (self->seen, GUINT_TO_POINTER (cycle), seen);
  return seen;
}

/* New instruments gave the cycles new numbers. */
static void
renumber_seen (PstTriangularArbitrage *self)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->seen);
  GHashTableIter iter;
  gpointer value;

  self->seen = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Seen *seen = value;
      guint32 cycle = pst_arb_cycles_find (self->detector.screen.cycles, &seen->cycle);

      if (cycle != G_MAXUINT32)
        g_hash_table_insert (self->seen, GUINT_TO_POINTER (cycle), g_memdup2 (seen, sizeof *seen));
    }
}

static void
on_ended (const PstArbExecution *execution, gpointer user_data)
{
  PstTriangularArbitrage *self = user_data;
  guint32 cycle = pst_arb_cycles_find (self->detector.screen.cycles, &execution->cycle);
  Seen *seen;

  if (cycle == G_MAXUINT32)
    return;
  seen = find_seen (self, cycle);
  if (!pst_add_checked (pst_context_now_ns (self->context), self->options.cool_down_ns, &seen->cool_until_ns))
    seen->cool_until_ns = G_MAXINT64;
}

/* Too many cycles at the start are an error of the file; those that come with new instruments are told once, and those found before stay. */
static void
follow_instruments (PstTriangularArbitrage *self)
{
  g_autoptr (GError) error = NULL;

  if (pst_arb_detector_follow (&self->detector, &error))
    {
      renumber_seen (self);
      return;
    }
  if (!self->told_too_many)
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_ERROR, "strategy", "Too many cycles", "%s; new instruments are not looked at",
                               error->message);
  self->told_too_many = TRUE;
}

/* Whether the cycle could be executed at once. */
static gboolean
may_execute (PstTriangularArbitrage *self, guint32 cycle, gint64 now_ns)
{
  const Seen *seen = g_hash_table_lookup (self->seen, GUINT_TO_POINTER (cycle));

  return self->options.execute && (seen == NULL || now_ns >= seen->cool_until_ns)
         && pst_arb_sequencer_may_start (self->sequencer, pst_arb_detector_get_cycle (&self->detector, cycle));
}

/* What may be put in: when it is executed no more than the account has and no other execution may still take. */
static gint64
find_capital (PstTriangularArbitrage *self, guint32 cycle, gboolean executes)
{
  guint32 exchange = self->detector.market.pairs[pst_arb_edge_instrument (pst_arb_detector_get_cycle (&self->detector, cycle)->edges[0])].executor;
  const PstAccount *account;

  if (!executes)
    return self->capital;
  account = pst_context_get_account (self->context, exchange);
  if (account == NULL)
    return 0;
  return MIN (self->capital, pst_account_get_balance (account, self->base) - pst_arb_sequencer_get_committed (self->sequencer, exchange));
}

static void
record (PstTriangularArbitrage *self, const PstArbFinding *finding, guint64 number, gboolean executed)
{
  const PstArbCycle *cycle = pst_arb_detector_get_cycle (&self->detector, finding->hit.cycle);
  PstOpportunity opportunity = { .number = number,
                                 .updated_pair = finding->hit.instrument,
                                 .n_legs = cycle->n_legs,
                                 .executed = executed,
                                 .currency = self->base,
                                 .gross_rate = pst_arb_detector_get_gross_rate (&self->detector, finding),
                                 .net_rate = pst_arb_sizer_net_rate (finding->plan.spent, finding->plan.returned),
                                 .est_profit = finding->plan.returned - finding->plan.spent,
                                 .allocated_capital = finding->plan.spent };

  opportunity.gross_pct = opportunity.gross_rate - PST_RETURN_ONE;
  opportunity.net_pct = opportunity.net_rate - PST_RETURN_ONE;
  pst_arb_cycle_print (cycle, pst_context_get_instruments (self->context), opportunity.cycle, sizeof opportunity.cycle);
  pst_context_record_opportunity (self->context, PST_COMPONENT (self), &opportunity);
}

/* An opportunity that lasts unchanged is one; one that changes is told again, but not too often. */
static gboolean
is_news (PstTriangularArbitrage *self, const Seen *seen, const PstArbFinding *finding, gint64 now_ns)
{
  gboolean lasts = seen->pays && seen->n_ends == self->detector.screen.n_ends[finding->hit.cycle];

  if (lasts && memcmp (seen->touch, finding->touch, seen->cycle.n_legs * sizeof *seen->touch) == 0 && seen->spent == finding->plan.spent
      && seen->returned == finding->plan.returned)
    return FALSE;
  if (seen->recorded_ns == G_MININT64 || now_ns - seen->recorded_ns >= self->options.record_interval_ns)
    return TRUE;
  self->n_left_out++;
  return FALSE;
}

static gint64
get_profit (const PstArbFinding *finding)
{
  return finding->plan.returned - finding->plan.spent;
}

/* Calculates a cycle's size. FALSE when it does not pay. */
static gboolean
evaluate (PstTriangularArbitrage *self, const PstArbHit *hit, gboolean executes, guint trials_max, gint64 now_ns, PstArbFinding *finding)
{
  return pst_arb_detector_evaluate (&self->detector, hit, find_capital (self, hit->cycle, executes), trials_max, now_ns, finding);
}

/* The cycles that return most at the touch, of those that are not done and may be executed: their places in @hits. */
static guint
choose_contenders (PstTriangularArbitrage *self, const GArray *hits, const guint8 *done, gint64 now_ns, guint *contenders)
{
  guint n = 0;

  for (guint i = 0; i < hits->len; i++)
    {
      guint k = n;

      if (done[i] || !may_execute (self, g_array_index (hits, PstArbHit, i).cycle, now_ns))
        continue;
      for (; k > 0 && g_array_index (hits, PstArbHit, contenders[k - 1]).log < g_array_index (hits, PstArbHit, i).log; k--)
        if (k < CONTENDERS_MAX)
          contenders[k] = contenders[k - 1];
      if (k < CONTENDERS_MAX)
        contenders[k] = i;
      n = MIN (n + 1, CONTENDERS_MAX);
    }
  return n;
}

/* Executes the cycle that pays most of those that may be executed now. Time counts here: of many that pay at once only those that return most at the
 * touch contend, they are compared at the ends of price levels, and only the winner is refined. FALSE when there is none. */
static gboolean
execute_best (PstTriangularArbitrage *self, const GArray *hits, guint8 *done, gint64 now_ns, PstArbFinding *best)
{
  guint contenders[CONTENDERS_MAX], n = choose_contenders (self, hits, done, now_ns, contenders), winner = G_MAXUINT;
  guint trials_max = n == 1 ? self->options.sizing_trials : 0;

  for (guint i = 0; i < n; i++)
    {
      const PstArbHit *hit = &g_array_index (hits, PstArbHit, contenders[i]);
      PstArbFinding finding;

      if (!evaluate (self, hit, TRUE, trials_max, now_ns, &finding) || (winner != G_MAXUINT && get_profit (&finding) <= get_profit (best)))
        continue;
      *best = finding;
      winner = contenders[i];
    }
  if (winner == G_MAXUINT)
    return FALSE;
  done[winner] = TRUE;
  if (trials_max == 0 && self->options.sizing_trials > 0)
    evaluate (self, &best->hit, TRUE, self->options.sizing_trials, now_ns, best);
  pst_arb_sequencer_start (self->sequencer, pst_arb_detector_get_cycle (&self->detector, best->hit.cycle), best, self->n_recorded + 1);
  return TRUE;
}

static void
tell (PstTriangularArbitrage *self, const PstArbFinding *finding, gboolean executed, gint64 now_ns)
{
  Seen *seen = find_seen (self, finding->hit.cycle);

  self->n_found++;
  if (executed || is_news (self, seen, finding, now_ns))
    {
      record (self, finding, ++self->n_recorded, executed);
      seen->recorded_ns = now_ns;
      memcpy (seen->touch, finding->touch, sizeof seen->touch);
      seen->spent = finding->plan.spent;
      seen->returned = finding->plan.returned;
    }
  seen->pays = TRUE;
  seen->n_ends = self->detector.screen.n_ends[finding->hit.cycle];
}

/* The others are only recorded: when there is time. */
static void
tell_hit (PstTriangularArbitrage *self, const PstArbHit *hit, gint64 now_ns)
{
  PstArbFinding finding;
  Seen *seen;

  if (evaluate (self, hit, FALSE, self->options.sizing_trials, now_ns, &finding))
    tell (self, &finding, FALSE, now_ns);
  else if ((seen = g_hash_table_lookup (self->seen, GUINT_TO_POINTER (hit->cycle))) != NULL)
    seen->pays = FALSE;
}

static void
act (PstTriangularArbitrage *self, const GArray *hits, gint64 now_ns)
{
  guint8 few[64] = { 0 };
  g_autofree guint8 *many = hits->len > sizeof few ? g_new0 (guint8, hits->len) : NULL;
  guint8 *done = many != NULL ? many : few;
  PstArbFinding best;

  while (self->options.execute && execute_best (self, hits, done, now_ns, &best))
    tell (self, &best, TRUE, now_ns);
  for (guint i = 0; i < hits->len; i++)
    if (!done[i])
      tell_hit (self, &g_array_index (hits, PstArbHit, i), now_ns);
}

static void
pst_triangular_arbitrage_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  PstTriangularArbitrage *self = (PstTriangularArbitrage *)strategy;
  const GArray *hits;

  if (G_UNLIKELY (pst_arb_detector_is_behind (&self->detector)))
    follow_instruments (self);
  hits = pst_arb_detector_look (&self->detector, frame);
  if (G_UNLIKELY (hits->len > 0))
    act (self, hits, pst_context_now_ns (self->context));
}

static void
pst_triangular_arbitrage_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  PstTriangularArbitrage *self = (PstTriangularArbitrage *)strategy;

  if (self->sequencer != NULL)
    pst_arb_sequencer_on_order (self->sequencer, order, report);
}

static gboolean
pst_triangular_arbitrage_prepare (PstComponent *component, GError **error)
{
  PstTriangularArbitrage *self = PST_TRIANGULAR_ARBITRAGE (component);

  self->context = pst_component_get_context (component);
  return pst_arb_options_check (&self->options, pst_context_get_run (self->context)->currency, &self->base, &self->capital, error);
}

static gboolean
pst_triangular_arbitrage_start (PstComponent *component, GError **error)
{
  PstTriangularArbitrage *self = PST_TRIANGULAR_ARBITRAGE (component);
  PstArbDetectorSettings settings = { .base = self->base,
                                      .length_max = self->options.cycle_length_max,
                                      .cycles_max = self->options.cycles_max,
                                      .age_max_ns = self->options.max_book_age_ns };

  pst_decimal_rescale (self->options.min_net_pct, PST_RETURN_PCT_SCALE, PST_ROUND_EXACT, &settings.net_least, NULL);
  pst_arb_detector_init (&self->detector, self->context, &settings);
  if (!pst_arb_detector_follow (&self->detector, error))
    {
      pst_arb_detector_clear (&self->detector);
      return FALSE;
    }
  self->n_found = self->n_recorded = self->n_left_out = 0;
  self->told_too_many = FALSE;
  self->seen = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->sequencer = pst_arb_sequencer_new (PST_STRATEGY (self), &self->detector.market, &self->options, on_ended, self);
  return TRUE;
}

static void
pst_triangular_arbitrage_stop (PstComponent *component)
{
  PstTriangularArbitrage *self = PST_TRIANGULAR_ARBITRAGE (component);
  guint n_cycles = self->detector.screen.cycles->n_cycles;

  if (n_cycles == 0)
    pst_component_raise_alert (component, PST_SEVERITY_WARNING, "strategy", "No cycles",
                               "no cycle of up to %u trades leads from %s back to it through the instruments of the run that are executed",
                               self->options.cycle_length_max, self->base->code);
  pst_context_note (self->context, component, "DETECTION_SUMMARY",
                    "cycles=%u frames=%" G_GUINT64_FORMAT " sums=%" G_GUINT64_FORMAT " evaluated=%" G_GUINT64_FORMAT " found=%" G_GUINT64_FORMAT
                    " recorded=%" G_GUINT64_FORMAT " left_out=%" G_GUINT64_FORMAT " executed=%" G_GUINT64_FORMAT,
                    n_cycles, self->detector.n_frames, self->detector.screen.n_sums, self->detector.n_evaluated, self->n_found, self->n_recorded,
                    self->n_left_out, pst_arb_sequencer_get_n_started (self->sequencer));
  g_clear_pointer (&self->sequencer, pst_arb_sequencer_free);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  pst_arb_detector_clear (&self->detector);
}

/* Those that cool down now, the longest first. */
static gint
compare_cooling (gconstpointer a, gconstpointer b)
{
  const Seen *first = *(const Seen *const *)a, *second = *(const Seen *const *)b;

  return first->cool_until_ns < second->cool_until_ns ? 1 : first->cool_until_ns > second->cool_until_ns ? -1 : 0;
}

static void
save_cooling (PstTriangularArbitrage *self, PstStateFile *state)
{
  g_autoptr (GPtrArray) cooling = g_ptr_array_new ();
  gint64 now_ns = pst_context_now_ns (self->context);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->seen);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((const Seen *)value)->cool_until_ns > now_ns)
      g_ptr_array_add (cooling, value);
  g_ptr_array_sort (cooling, compare_cooling);
  pst_state_file_set_int64 (state, "cooling", MIN (cooling->len, COOLING_KEPT_MAX));
  for (guint i = 0; i < MIN (cooling->len, COOLING_KEPT_MAX); i++)
    {
      const Seen *seen = cooling->pdata[i];
      g_autofree char *until = g_strdup_printf ("cooling.%u.until", i);

      pst_state_file_set_int64 (state, until, seen->cool_until_ns);
      for (guint leg = 0; leg < PST_ARB_LEGS_MAX; leg++)
        {
          g_autofree char *key = g_strdup_printf ("cooling.%u.way.%u", i, leg);
          g_autofree char *text = leg < seen->cycle.n_legs ? pst_arb_edge_to_text (&self->detector.market, seen->cycle.edges[leg]) : g_strdup ("");

          pst_state_file_set_string (state, key, text);
        }
    }
}

static gboolean
load_cooling_one (PstTriangularArbitrage *self, guint i, PstStateFile *state, GError **error)
{
  g_autofree char *until = g_strdup_printf ("cooling.%u.until", i);
  PstArbCycle cycle = { 0 };
  gint64 until_ns;
  guint32 number;

  if (!pst_state_file_get_int64 (state, until, &until_ns, error))
    return FALSE;
  for (guint leg = 0; leg < PST_ARB_LEGS_MAX; leg++)
    {
      g_autofree char *key = g_strdup_printf ("cooling.%u.way.%u", i, leg), *text = NULL;

      if (!pst_state_file_get_string (state, key, &text, error))
        return FALSE;
      if (*text == '\0')
        break;
      /* What is not there any more need not cool. */
      if (!pst_arb_edge_from_text (&self->detector.market, text, &cycle.edges[leg], NULL))
        return TRUE;
      cycle.n_legs++;
    }
  number = pst_arb_cycles_find (self->detector.screen.cycles, &cycle);
  if (number != G_MAXUINT32)
    find_seen (self, number)->cool_until_ns = until_ns;
  return TRUE;
}

static gboolean
load_cooling (PstTriangularArbitrage *self, PstStateFile *state, GError **error)
{
  GHashTableIter iter;
  gpointer value;
  gint64 n_cooling;

  if (!pst_state_file_get_int64 (state, "cooling", &n_cooling, error))
    return FALSE;
  /* What was seen of the past again began nothing. */
  g_hash_table_iter_init (&iter, self->seen);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Seen *)value)->cool_until_ns = G_MININT64;
  for (guint i = 0; i < CLAMP (n_cooling, 0, COOLING_KEPT_MAX); i++)
    if (!load_cooling_one (self, i, state, error))
      return FALSE;
  return TRUE;
}

static void
pst_triangular_arbitrage_save_state (PstComponent *component, PstStateFile *state)
{
  PstTriangularArbitrage *self = PST_TRIANGULAR_ARBITRAGE (component);

  if (self->sequencer == NULL)
    return;
  pst_state_file_set_int64 (state, "recorded", (gint64)self->n_recorded);
  save_cooling (self, state);
  pst_arb_sequencer_save (self->sequencer, state);
}

static gboolean
pst_triangular_arbitrage_load_state (PstComponent *component, PstStateFile *state, GError **error)
{
  PstTriangularArbitrage *self = PST_TRIANGULAR_ARBITRAGE (component);
  gint64 n_recorded;

  g_autofree char *run_id = NULL;

  if (!pst_state_file_get_int64 (state, "recorded", &n_recorded, error) || !pst_state_file_get_string (state, "run", &run_id, error)
      || !load_cooling (self, state, error))
    return FALSE;
  if (strcmp (run_id, pst_context_get_run (self->context)->run_id) == 0)
    self->n_recorded = MAX (self->n_recorded, (guint64)n_recorded);
  return pst_arb_sequencer_load (self->sequencer, state, error);
}

static void
pst_triangular_arbitrage_finalize (GObject *object)
{
  pst_arb_options_clear (&PST_TRIANGULAR_ARBITRAGE (object)->options);
  G_OBJECT_CLASS (pst_triangular_arbitrage_parent_class)->finalize (object);
}

static void
pst_triangular_arbitrage_class_init (PstTriangularArbitrageClass *klass)
{
  PST_COMPONENT_CLASS (klass)->prepare = pst_triangular_arbitrage_prepare;
  PST_COMPONENT_CLASS (klass)->start = pst_triangular_arbitrage_start;
  PST_COMPONENT_CLASS (klass)->stop = pst_triangular_arbitrage_stop;
  PST_COMPONENT_CLASS (klass)->save_state = pst_triangular_arbitrage_save_state;
  PST_COMPONENT_CLASS (klass)->load_state = pst_triangular_arbitrage_load_state;
  PST_STRATEGY_CLASS (klass)->on_frame = pst_triangular_arbitrage_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = pst_triangular_arbitrage_on_order;
  G_OBJECT_CLASS (klass)->finalize = pst_triangular_arbitrage_finalize;
  pst_arb_options_install (G_OBJECT_CLASS (klass));
}

static void
pst_triangular_arbitrage_init (PstTriangularArbitrage *self)
{
}
