/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Components in order. Facts reach the run by signals, connected here from the pipeline file and undone in dispose; what every frame calls
 * is resolved to plain function pointers once. */
#include "pst-pipeline.h"

#define N_KINDS (PST_COMPONENT_KIND_SERVICE + 1)

typedef struct
{
  GObject *emitter; /* not owned: the component outlives its connections */
  gulong id;
} Connection;

struct _PstPipeline
{
  GObject parent_instance;

  GPtrArray *components;     /* in file order */
  GPtrArray *kinds[N_KINDS]; /* not owned */
  GPtrArray *started;        /* in order of start */
  GArray *connections;       /* Connection */
  GArray *observers;         /* PstObserver */
  GArray *frame_guards;      /* PstFrameGuard */
  GArray *frame_strategies;  /* PstFrameStrategy */
  GArray *executors;         /* guint32 by instrument, as far as asked */
};

G_DEFINE_FINAL_TYPE (PstPipeline, pst_pipeline, G_TYPE_OBJECT)

static void
pst_pipeline_dispose (GObject *object)
{
  PstPipeline *pipeline = PST_PIPELINE (object);

  pst_pipeline_disconnect (pipeline);
  pst_pipeline_stop (pipeline);
  for (guint i = 0; i < pipeline->components->len; i++)
    pst_component_detach (pipeline->components->pdata[i]);
  g_ptr_array_set_size (pipeline->components, 0);
  G_OBJECT_CLASS (pst_pipeline_parent_class)->dispose (object);
}

static void
pst_pipeline_finalize (GObject *object)
{
  PstPipeline *pipeline = PST_PIPELINE (object);

  g_ptr_array_unref (pipeline->components);
  for (guint kind = 0; kind < N_KINDS; kind++)
    g_ptr_array_unref (pipeline->kinds[kind]);
  g_ptr_array_unref (pipeline->started);
  g_array_unref (pipeline->connections);
  g_array_unref (pipeline->observers);
  g_array_unref (pipeline->frame_guards);
  g_array_unref (pipeline->frame_strategies);
  g_array_unref (pipeline->executors);
  G_OBJECT_CLASS (pst_pipeline_parent_class)->finalize (object);
}

static void
pst_pipeline_class_init (PstPipelineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pst_pipeline_dispose;
  G_OBJECT_CLASS (klass)->finalize = pst_pipeline_finalize;
}

static void
pst_pipeline_init (PstPipeline *pipeline)
{
  pipeline->components = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint kind = 0; kind < N_KINDS; kind++)
    pipeline->kinds[kind] = g_ptr_array_new ();
  pipeline->started = g_ptr_array_new ();
  pipeline->connections = g_array_new (FALSE, FALSE, sizeof (Connection));
  pipeline->observers = g_array_new (FALSE, FALSE, sizeof (PstObserver));
  pipeline->frame_guards = g_array_new (FALSE, FALSE, sizeof (PstFrameGuard));
  pipeline->frame_strategies = g_array_new (FALSE, FALSE, sizeof (PstFrameStrategy));
  pipeline->executors = g_array_new (FALSE, FALSE, sizeof (guint32));
}

/**
 * pst_pipeline_new:
 *
 * Returns: (transfer full): an empty pipeline
 */
PstPipeline *
pst_pipeline_new (void)
{
  return g_object_new (PST_TYPE_PIPELINE, NULL);
}

/**
 * pst_pipeline_add:
 * @pipeline: a pipeline
 * @component: a component, attached with the next index
 */
void
pst_pipeline_add (PstPipeline *pipeline, PstComponent *component)
{
  g_ptr_array_add (pipeline->components, g_object_ref (component));
  g_ptr_array_add (pipeline->kinds[pst_component_get_kind (component)], component);
}

/**
 * pst_pipeline_get_n_components:
 * @pipeline: a pipeline
 *
 * Returns: how many components it has
 */
guint
pst_pipeline_get_n_components (PstPipeline *pipeline)
{
  return pipeline->components->len;
}

/**
 * pst_pipeline_get_component:
 * @pipeline: a pipeline
 * @index: a component's index
 *
 * Returns: (transfer none) (nullable): the component
 */
PstComponent *
pst_pipeline_get_component (PstPipeline *pipeline, guint index)
{
  return index < pipeline->components->len ? pipeline->components->pdata[index] : NULL;
}

/**
 * pst_pipeline_find:
 * @pipeline: a pipeline
 * @kind: a kind
 * @name: a component's name
 *
 * Returns: (transfer none) (nullable): the component
 */
PstComponent *
pst_pipeline_find (PstPipeline *pipeline, PstComponentKind kind, const char *name)
{
  GPtrArray *of_kind = pst_pipeline_get_kind (pipeline, kind);

  for (guint i = 0; i < of_kind->len; i++)
    if (g_strcmp0 (pst_component_get_name (of_kind->pdata[i]), name) == 0)
      return of_kind->pdata[i];
  return NULL;
}

/**
 * pst_pipeline_count:
 * @pipeline: a pipeline
 * @kind: a kind
 *
 * Returns: how many components of @kind it has
 */
guint
pst_pipeline_count (PstPipeline *pipeline, PstComponentKind kind)
{
  return pst_pipeline_get_kind (pipeline, kind)->len;
}

/**
 * pst_pipeline_get_kind:
 * @pipeline: a pipeline
 * @kind: a kind; a number that is no kind has no components
 *
 * Returns: (transfer none) (element-type PstComponent): its components in file order
 */
GPtrArray *
pst_pipeline_get_kind (PstPipeline *pipeline, PstComponentKind kind)
{
  return pipeline->kinds[kind < N_KINDS ? kind : 0];
}

static const char *
kind_to_string (PstComponentKind kind)
{
  static const char *const names[N_KINDS] = { "component", "exchange", "strategy", "guard", "store", "service" };

  return names[kind < N_KINDS ? kind : 0];
}

/**
 * pst_pipeline_prepare:
 * @pipeline: a pipeline
 * @error: return location for an error
 *
 * Prepares exchanges, guards, strategies, stores and services, in this order. The error is the component's own, with its name in front.
 *
 * Returns: whether all could be prepared
 */
gboolean
pst_pipeline_prepare (PstPipeline *pipeline, GError **error)
{
  static const PstComponentKind order[]
      = { PST_COMPONENT_KIND_EXCHANGE, PST_COMPONENT_KIND_GUARD, PST_COMPONENT_KIND_STRATEGY, PST_COMPONENT_KIND_STORE, PST_COMPONENT_KIND_SERVICE };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    for (guint j = 0; j < pipeline->kinds[order[i]]->len; j++)
      {
        PstComponent *component = pipeline->kinds[order[i]]->pdata[j];

        if (pst_component_prepare (component, error))
          continue;
        g_prefix_error (error, "[%s %s]: ", kind_to_string (order[i]), pst_component_get_name (component));
        return FALSE;
      }
  return TRUE;
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (PST_RUN_ERROR, PST_RUN_ERROR_WIRING, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* An exchange that fills on another's data: that other must be there and have some, and nobody else may fill on it. */
static gboolean
check_feed (PstPipeline *pipeline, PstExchange *exchange, GError **error)
{
  GPtrArray *exchanges = pipeline->kinds[PST_COMPONENT_KIND_EXCHANGE];
  const char *name = pst_component_get_name (PST_COMPONENT (exchange)), *feed = pst_exchange_get_feed (exchange);
  PstComponent *found;

  if (feed == NULL)
    return TRUE;
  found = pst_pipeline_find (pipeline, PST_COMPONENT_KIND_EXCHANGE, feed);
  if (found == NULL)
    return refuse (error, "[exchange %s] feed: there is no [exchange %s]; name the exchange on whose market data it fills", name, feed);
  if (found == PST_COMPONENT (exchange) || !(pst_exchange_is_feed (PST_EXCHANGE (found)) || pst_exchange_is_live (PST_EXCHANGE (found))))
    return refuse (error, "[exchange %s] feed: [exchange %s] has no market data of its own to fill on", name, feed);
  for (guint i = 0; i < exchanges->len; i++)
    {
      const char *other = pst_component_get_name (exchanges->pdata[i]);

      if (exchanges->pdata[i] != exchange && g_strcmp0 (pst_exchange_get_feed (exchanges->pdata[i]), feed) == 0)
        return refuse (error, "[exchange %s] and [exchange %s] both execute orders on the data of [exchange %s]; only one may", other, name, feed);
    }
  return TRUE;
}

/* Data that come by themselves, and data that are pulled: a run has the one or the other kind of time. */
static gboolean
check_time (PstExchange *live, PstExchange *historical, PstMode mode, GError **error)
{
  if (live == NULL)
    return TRUE;
  if (mode == PST_MODE_BACKTEST)
    return refuse (error,
                   "[exchange %s] has its data in real time, and a backtest has none; set mode=paper in [pipeline], or give it a recorded session "
                   "(capture=FILE of a venue's plugin)",
                   pst_component_get_name (PST_COMPONENT (live)));
  if (historical != NULL)
    return refuse (
        error,
        "[exchange %s] has its data in real time, [exchange %s] has historical data; one run has one kind of time, so take one of them out, or "
        "give the first a recorded session (capture=FILE of a venue's plugin)",
        pst_component_get_name (PST_COMPONENT (live)), pst_component_get_name (PST_COMPONENT (historical)));
  return TRUE;
}

static gboolean
check_exchanges (PstPipeline *pipeline, PstMode mode, GError **error)
{
  GPtrArray *exchanges = pipeline->kinds[PST_COMPONENT_KIND_EXCHANGE];
  PstExchange *live = NULL, *historical = NULL;
  gboolean executes = FALSE;

  for (guint i = 0; i < exchanges->len; i++)
    {
      PstExchange *exchange = exchanges->pdata[i];

      if (!check_feed (pipeline, exchange, error))
        return FALSE;
      if (pst_exchange_is_live (exchange))
        live = live != NULL ? live : exchange;
      else if (pst_exchange_is_feed (exchange))
        historical = historical != NULL ? historical : exchange;
      else if (pst_exchange_get_feed (exchange) == NULL)
        return refuse (error, "[exchange %s] has no market data and fills on no feed; give it feed=NAME of the exchange on whose data it is to fill",
                       pst_component_get_name (PST_COMPONENT (exchange)));
      executes |= pst_exchange_can_execute (exchange);
    }
  if (live == NULL && historical == NULL)
    return refuse (error, "no exchange of the pipeline has market data; add one, such as plugin=replay");
  if (!executes && pipeline->kinds[PST_COMPONENT_KIND_STRATEGY]->len > 0)
    return refuse (error, "no exchange of the pipeline executes orders; add one, such as plugin=sim with feed=NAME");
  return check_time (live, historical, mode, error);
}

/**
 * pst_pipeline_check:
 * @pipeline: a prepared pipeline
 * @mode: how it is to run
 * @guards_none: whether an empty chain of guards is meant
 * @error: return location for an error
 *
 * Checks what must be there and what may be there once only. Errors: %PST_RUN_ERROR_WIRING.
 *
 * Returns: whether it can be run
 */
gboolean
pst_pipeline_check (PstPipeline *pipeline, PstMode mode, gboolean guards_none, GError **error)
{
  GPtrArray *stores = pipeline->kinds[PST_COMPONENT_KIND_STORE];
  gboolean journal = FALSE;

  if (!check_exchanges (pipeline, mode, error))
    return FALSE;
  if (mode == PST_MODE_BACKTEST)
    return TRUE;
  if (pipeline->kinds[PST_COMPONENT_KIND_GUARD]->len == 0 && !guards_none)
    return refuse (error, "a pipeline on paper or live needs guards; add a [guard NAME], or say guards=none in [pipeline] if that is meant");
  for (guint i = 0; i < stores->len; i++)
    journal |= pst_store_can_replay (stores->pdata[i]);
  if (mode == PST_MODE_LIVE && !journal)
    return refuse (error, "a live pipeline needs a store that can be read back for recovery; add a [store NAME] with plugin=journal");
  return TRUE;
}

static void
connect_one (PstPipeline *pipeline, gpointer emitter, const char *signal, GCallback callback, gpointer user_data)
{
  Connection connection = { emitter, 0 };

  if (callback == NULL)
    return;
  connection.id = g_signal_connect (emitter, signal, callback, user_data);
  g_array_append_val (pipeline->connections, connection);
}

/**
 * pst_pipeline_connect:
 * @pipeline: a pipeline
 * @handlers: who hears what; %NULL members hear nothing
 * @user_data: last argument of every handler
 *
 * Makes all connections. They are undone by pst_pipeline_disconnect(), at the latest in dispose.
 */
void
pst_pipeline_connect (PstPipeline *pipeline, const PstPipelineHandlers *handlers, gpointer user_data)
{
  GPtrArray *exchanges = pipeline->kinds[PST_COMPONENT_KIND_EXCHANGE];

  for (guint i = 0; i < exchanges->len; i++)
    {
      connect_one (pipeline, exchanges->pdata[i], "frame-received", G_CALLBACK (handlers->frame_received), user_data);
      connect_one (pipeline, exchanges->pdata[i], "execution-reported", G_CALLBACK (handlers->execution_reported), user_data);
      connect_one (pipeline, exchanges->pdata[i], "connection-changed", G_CALLBACK (handlers->connection_changed), user_data);
    }
  for (guint i = 0; i < pipeline->components->len; i++)
    connect_one (pipeline, pipeline->components->pdata[i], "alert-raised", G_CALLBACK (handlers->alert_raised), user_data);
}

/**
 * pst_pipeline_disconnect:
 * @pipeline: a pipeline
 *
 * Undoes every connection.
 */
void
pst_pipeline_disconnect (PstPipeline *pipeline)
{
  for (guint i = 0; i < pipeline->connections->len; i++)
    {
      Connection *connection = &g_array_index (pipeline->connections, Connection, i);

      g_signal_handler_disconnect (connection->emitter, connection->id);
    }
  g_array_set_size (pipeline->connections, 0);
}

/**
 * pst_pipeline_start:
 * @pipeline: a prepared pipeline
 * @kind: which components
 * @error: return location for an error
 *
 * Starts the components of one kind in file order. The error is the component's own, with its name in front; those that were started
 * stay so until pst_pipeline_stop().
 *
 * Returns: whether all were started
 */
gboolean
pst_pipeline_start (PstPipeline *pipeline, PstComponentKind kind, GError **error)
{
  for (guint i = 0; i < pipeline->kinds[kind]->len; i++)
    {
      PstComponent *component = pipeline->kinds[kind]->pdata[i];

      if (!pst_component_start (component, error))
        {
          g_prefix_error (error, "[%s %s]: ", kind_to_string (kind), pst_component_get_name (component));
          return FALSE;
        }
      g_ptr_array_add (pipeline->started, component);
    }
  return TRUE;
}

/**
 * pst_pipeline_stop:
 * @pipeline: a pipeline
 *
 * Stops what was started, last first.
 */
void
pst_pipeline_stop (PstPipeline *pipeline)
{
  while (pipeline->started->len > 0)
    pst_component_stop (g_ptr_array_steal_index (pipeline->started, pipeline->started->len - 1));
}

/**
 * pst_pipeline_stop_strategies:
 * @pipeline: a pipeline
 *
 * Stops the started strategies, last first. Before the rest, so that what they have to say at the end is still recorded.
 */
void
pst_pipeline_stop_strategies (PstPipeline *pipeline)
{
  for (guint i = pipeline->started->len; i-- > 0;)
    if (pst_component_get_kind (pipeline->started->pdata[i]) == PST_COMPONENT_KIND_STRATEGY)
      pst_component_stop (g_ptr_array_steal_index (pipeline->started, i));
}

static guint32
resolve_executor (PstPipeline *pipeline, guint32 instrument)
{
  GPtrArray *exchanges = pipeline->kinds[PST_COMPONENT_KIND_EXCHANGE];
  PstExchange *owner = NULL;

  for (guint i = 0; i < exchanges->len && owner == NULL; i++)
    if (pst_exchange_owns_instrument (exchanges->pdata[i], instrument))
      owner = exchanges->pdata[i];
  if (owner == NULL)
    return PST_COMPONENT_NONE;
  for (guint i = 0; i < exchanges->len; i++)
    if (g_strcmp0 (pst_exchange_get_feed (exchanges->pdata[i]), pst_component_get_name (PST_COMPONENT (owner))) == 0
        && pst_exchange_can_execute (exchanges->pdata[i]))
      return pst_component_get_index (exchanges->pdata[i]);
  return pst_exchange_can_execute (owner) ? pst_component_get_index (PST_COMPONENT (owner)) : PST_COMPONENT_NONE;
}

/**
 * pst_pipeline_find_executor:
 * @pipeline: a pipeline
 * @instrument: index in the run's table
 *
 * The exchange whose feed is the instrument's owner; else the owner itself, if it executes orders.
 *
 * Returns: its component index; %PST_COMPONENT_NONE for none
 */
guint32
pst_pipeline_find_executor (PstPipeline *pipeline, guint32 instrument)
{
  guint32 executor;

  /* Only what was found is kept: an instrument may get its owner later, and a wild index must not grow the table. */
  if (instrument < pipeline->executors->len && g_array_index (pipeline->executors, guint32, instrument) != PST_COMPONENT_NONE)
    return g_array_index (pipeline->executors, guint32, instrument);
  executor = resolve_executor (pipeline, instrument);
  if (executor == PST_COMPONENT_NONE)
    return executor;
  while (pipeline->executors->len <= instrument)
    g_array_append_val (pipeline->executors, (guint32){ PST_COMPONENT_NONE });
  g_array_index (pipeline->executors, guint32, instrument) = executor;
  return executor;
}

/**
 * pst_pipeline_get_observers:
 * @pipeline: a prepared pipeline
 * @n_observers: (out): how many
 *
 * Returns: (transfer none) (array length=n_observers): simulated venues and whose frames they see
 */
const PstObserver *
pst_pipeline_get_observers (PstPipeline *pipeline, guint *n_observers)
{
  GPtrArray *exchanges = pipeline->kinds[PST_COMPONENT_KIND_EXCHANGE];

  g_array_set_size (pipeline->observers, 0);
  for (guint i = 0; i < exchanges->len; i++)
    {
      PstExchange *exchange = exchanges->pdata[i];
      const char *feed = pst_exchange_get_feed (exchange);
      PstComponent *seen = feed != NULL ? pst_pipeline_find (pipeline, PST_COMPONENT_KIND_EXCHANGE, feed) : PST_COMPONENT (exchange);
      PstObserver observer
          = { exchange, PST_EXCHANGE_GET_CLASS (exchange)->observe_frame, seen != NULL ? pst_component_get_index (seen) : PST_COMPONENT_NONE };

      if (observer.call != NULL)
        g_array_append_val (pipeline->observers, observer);
    }
  *n_observers = pipeline->observers->len;
  return (const PstObserver *)(gpointer)pipeline->observers->data;
}

/**
 * pst_pipeline_get_frame_guards:
 * @pipeline: a prepared pipeline
 * @n_guards: (out): how many
 *
 * Returns: (transfer none) (array length=n_guards): guards that look at frames, in file order
 */
const PstFrameGuard *
pst_pipeline_get_frame_guards (PstPipeline *pipeline, guint *n_guards)
{
  GPtrArray *guards = pipeline->kinds[PST_COMPONENT_KIND_GUARD];

  g_array_set_size (pipeline->frame_guards, 0);
  for (guint i = 0; i < guards->len; i++)
    {
      PstFrameGuard guard = { guards->pdata[i], PST_GUARD_GET_CLASS (guards->pdata[i])->on_frame };

      if (guard.call != NULL)
        g_array_append_val (pipeline->frame_guards, guard);
    }
  *n_guards = pipeline->frame_guards->len;
  return (const PstFrameGuard *)(gpointer)pipeline->frame_guards->data;
}

/**
 * pst_pipeline_get_frame_strategies:
 * @pipeline: a prepared pipeline
 * @n_strategies: (out): how many
 *
 * Returns: (transfer none) (array length=n_strategies): strategies that look at frames, in file order
 */
const PstFrameStrategy *
pst_pipeline_get_frame_strategies (PstPipeline *pipeline, guint *n_strategies)
{
  GPtrArray *strategies = pipeline->kinds[PST_COMPONENT_KIND_STRATEGY];

  g_array_set_size (pipeline->frame_strategies, 0);
  for (guint i = 0; i < strategies->len; i++)
    {
      PstFrameStrategy strategy = { strategies->pdata[i], PST_STRATEGY_GET_CLASS (strategies->pdata[i])->on_frame };

      if (strategy.call != NULL)
        g_array_append_val (pipeline->frame_strategies, strategy);
    }
  *n_strategies = pipeline->frame_strategies->len;
  return (const PstFrameStrategy *)(gpointer)pipeline->frame_strategies->data;
}
