/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the script once and does each action when its time comes. A line that makes no sense ends the test. */

#include "scenario-script.h"

#include <string.h>

typedef struct
{
  guint frame;         /* 0: when an order reaches a state */
  guint64 order_id;    /* which */
  PstOrderState state; /* which */
  char **words;
  gboolean done;
} Action;

struct _ScenarioScript
{
  PstStrategy parent_instance;

  GArray *actions; /* Action */
  GString *heard;
  guint n_frames;
};

G_DEFINE_FINAL_TYPE (ScenarioScript, scenario_script, PST_TYPE_STRATEGY)

static guint64
read_number (const char *text)
{
  g_autoptr (GError) error = NULL;
  guint64 number;

  g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &number, &error);
  g_assert_no_error (error);
  return number;
}

static PstContext *
context_of (ScenarioScript *self)
{
  return pst_component_get_context (PST_COMPONENT (self));
}

static guint32
find_instrument (ScenarioScript *self, const char *symbol)
{
  PstInstrumentTable *table = pst_context_get_instruments (context_of (self));

  for (guint32 i = 0; i < pst_instrument_table_get_size (table); i++)
    if (strcmp (pst_instrument_table_get (table, i)->symbol, symbol) == 0)
      return i;
  g_error ("the script names \"%s\", which the run does not have", symbol);
}

static gint64
read_mantissa (const char *text, guint scale)
{
  g_autoptr (GError) error = NULL;
  gint64 mantissa = 0;

  if (strcmp (text, "-") != 0)
    pst_mantissa_parse (text, -1, scale, &mantissa, &error);
  g_assert_no_error (error);
  return mantissa;
}

/* Takes the words of the order's type; returns the next. */
static char **
read_type (const PstInstrument *instrument, char **words, PstOrderRequest *request)
{
  const char *type = *words++;

  if (strcmp (type, "market") == 0)
    {
      request->type = PST_ORDER_TYPE_MARKET;
      return words;
    }
  if (strcmp (type, "limit") == 0)
    {
      request->type = PST_ORDER_TYPE_LIMIT;
      request->limit_price = read_mantissa (*words++, instrument->price_scale);
      return words;
    }
  request->type = strcmp (type, "stop") == 0 ? PST_ORDER_TYPE_STOP_MARKET : PST_ORDER_TYPE_STOP_LIMIT;
  request->stop_price = read_mantissa (*words++, instrument->price_scale);
  if (request->type == PST_ORDER_TYPE_STOP_LIMIT)
    request->limit_price = read_mantissa (*words++, instrument->price_scale);
  return words;
}

static void
read_conditions (char **words, PstOrderRequest *request)
{
  static const char *const forces[] = { "gtc", "ioc", "fok", "day", "gtd" };
  g_autoptr (GError) error = NULL;

  for (; *words != NULL; words++)
    {
      guint force = 0;

      while (force < G_N_ELEMENTS (forces) && strcmp (*words, forces[force]) != 0)
        force++;
      if (force < G_N_ELEMENTS (forces))
        request->time_in_force = PST_TIME_IN_FORCE_GTC + force;
      else if (strcmp (*words, "post-only") == 0)
        request->flags |= PST_ORDER_FLAG_POST_ONLY;
      else if (strcmp (*words, "reduce-only") == 0)
        request->flags |= PST_ORDER_FLAG_REDUCE_ONLY;
      else
        g_error ("the script says \"%s\" of an order", *words);
      if (request->time_in_force == PST_TIME_IN_FORCE_GTD && request->expire_time_ns == 0)
        pst_time_parse (*++words, -1, &request->expire_time_ns, &error);
      g_assert_no_error (error);
    }
}

static void
place_order (ScenarioScript *self, char **words)
{
  PstOrderRequest request = { .side = strcmp (words[0], "buy") == 0 ? PST_SIDE_BUY : PST_SIDE_SELL };
  const PstInstrument *instrument;

  request.instrument = find_instrument (self, words[2]);
  instrument = pst_instrument_table_get (pst_context_get_instruments (context_of (self)), request.instrument);
  request.quantity = read_mantissa (words[1], instrument->size_scale);
  read_conditions (read_type (instrument, words + 3, &request), &request);
  g_assert_cmpuint (pst_strategy_submit (PST_STRATEGY (self), &request), >, 0);
}

static void
modify_order (ScenarioScript *self, char **words)
{
  guint64 order_id = read_number (words[1]);
  const PstOrder *order = pst_context_get_order (context_of (self), order_id);
  const PstInstrument *instrument;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (order);
  instrument = pst_instrument_table_get (pst_context_get_instruments (context_of (self)), order->request.instrument);
  pst_context_modify (context_of (self), order_id, read_mantissa (words[2], instrument->size_scale),
                      read_mantissa (words[3], instrument->price_scale), read_mantissa (words[4], instrument->price_scale), &error);
  g_assert_no_error (error);
}

static void
check_closed (ScenarioScript *self, guint64 order_id)
{
  g_autoptr (GError) cancel_error = NULL, modify_error = NULL;

  g_assert_null (pst_context_get_order (context_of (self), order_id));
  g_assert_false (pst_context_cancel (context_of (self), order_id, &cancel_error));
  g_assert_error (cancel_error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
  g_assert_false (pst_context_modify (context_of (self), order_id, 1, 0, 0, &modify_error));
  g_assert_error (modify_error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
}

static PstTradingState
read_state (const char *word)
{
  if (strcmp (word, "active") == 0)
    return PST_TRADING_STATE_ACTIVE;
  return strcmp (word, "reducing") == 0 ? PST_TRADING_STATE_REDUCING : PST_TRADING_STATE_HALTED;
}

static void
set_option (ScenarioScript *self, char **words)
{
  PstComponent *guard = pst_context_find_component (context_of (self), PST_COMPONENT_KIND_GUARD, words[1]);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (guard);
  pst_component_set_option (guard, words[2], words[3], &error);
  g_assert_no_error (error);
}

static void
act (ScenarioScript *self, Action *action)
{
  PstRunControl *control = PST_RUN_CONTROL (context_of (self));
  char **words = action->words;
  g_autoptr (GError) error = NULL;

  action->done = TRUE;
  if (strcmp (words[0], "buy") == 0 || strcmp (words[0], "sell") == 0)
    place_order (self, words);
  else if (strcmp (words[0], "cancel") == 0)
    pst_context_cancel (context_of (self), read_number (words[1]), &error);
  else if (strcmp (words[0], "modify") == 0)
    modify_order (self, words);
  else if (strcmp (words[0], "closed") == 0)
    check_closed (self, read_number (words[1]));
  else if (strcmp (words[0], "state") == 0)
    pst_run_control_set_trading_state (control, read_state (words[1]), words[2], &error);
  else if (strcmp (words[0], "flatten") == 0)
    pst_run_control_flatten (control, words[1], &error);
  else if (strcmp (words[0], "stop") == 0)
    pst_run_control_stop (control, words[1], &error);
  else if (strcmp (words[0], "tighten") == 0)
    pst_context_request_trading_state (context_of (self), PST_COMPONENT (self), read_state (words[1]), words[2]);
  else if (strcmp (words[0], "set") == 0)
    set_option (self, words);
  else if (strcmp (words[0], "act") == 0)
    pst_run_control_act (control, PST_COMPONENT_KIND_GUARD, words[1], words[2], words[3], &error);
  else
    g_error ("the script says \"%s\"", words[0]);
  g_assert_no_error (error);
}

static void
scenario_script_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  ScenarioScript *self = SCENARIO_SCRIPT (strategy);

  self->n_frames++;
  for (guint i = 0; i < self->actions->len; i++)
    if (g_array_index (self->actions, Action, i).frame == self->n_frames)
      act (self, &g_array_index (self->actions, Action, i));
}

static void
scenario_script_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  ScenarioScript *self = SCENARIO_SCRIPT (strategy);
  guint64 order_id = order->id; /* what we do may move the order */
  PstOrderState state = order->state;

  g_string_append_printf (self->heard, "%u: %" G_GUINT64_FORMAT " %s%s%s\n", self->n_frames, order_id, pst_order_state_to_string (state),
                          order->reason[0] != '\0' ? " " : "", order->reason);
  for (guint i = 0; i < self->actions->len; i++)
    {
      Action *action = &g_array_index (self->actions, Action, i);

      if (action->frame == 0 && !action->done && action->order_id == order_id && action->state == state)
        act (self, action);
    }
}

static PstOrderState
read_order_state (const char *text)
{
  for (PstOrderState state = PST_ORDER_STATE_INITIALIZED; state <= PST_ORDER_STATE_LAST; state++)
    if (strcmp (pst_order_state_to_string (state), text) == 0)
      return state;
  g_error ("the script waits for the state \"%s\", which there is not", text);
}

static void
read_line (ScenarioScript *self, const char *line)
{
  g_auto (GStrv) halves = g_strsplit (line, ": ", 2);
  g_auto (GStrv) when = NULL;
  Action action = { 0 };

  g_assert_cmpuint (g_strv_length (halves), ==, 2);
  when = g_strsplit (g_strstrip (halves[0]), " ", 2);
  if (when[1] == NULL)
    {
      action.frame = (guint)read_number (when[0]);
    }
  else
    {
      action.order_id = read_number (when[0]);
      action.state = read_order_state (when[1]);
    }
  action.words = g_strsplit (g_strstrip (halves[1]), " ", -1);
  g_array_append_val (self->actions, action);
}

static void
action_clear (gpointer data)
{
  g_strfreev (((Action *)data)->words);
}

static void
scenario_script_finalize (GObject *object)
{
  ScenarioScript *self = SCENARIO_SCRIPT (object);

  g_array_unref (self->actions);
  g_string_free (self->heard, TRUE);
  G_OBJECT_CLASS (scenario_script_parent_class)->finalize (object);
}

static void
scenario_script_class_init (ScenarioScriptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = scenario_script_finalize;
  PST_STRATEGY_CLASS (klass)->on_frame = scenario_script_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = scenario_script_on_order;
}

static void
scenario_script_init (ScenarioScript *self)
{
  self->actions = g_array_new (FALSE, FALSE, sizeof (Action));
  g_array_set_clear_func (self->actions, action_clear);
  self->heard = g_string_new (NULL);
}

ScenarioScript *
scenario_script_new (const char *text)
{
  ScenarioScript *self = g_object_new (SCENARIO_TYPE_SCRIPT, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      read_line (self, lines[i]);
  return self;
}

const char *
scenario_script_get_heard (ScenarioScript *script)
{
  return script->heard->str;
}

guint
scenario_script_get_n_left (ScenarioScript *script)
{
  guint n_left = 0;

  for (guint i = 0; i < script->actions->len; i++)
    n_left += !g_array_index (script->actions, Action, i).done;
  return n_left;
}
