/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The wired set of components that one pipeline file describes: who they are, who executes what, and the connections between them. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_COMPONENT_NONE G_MAXUINT32

typedef gboolean (*PstObserveFunc) (PstExchange *exchange, const PstFrame *frame, GError **error);
typedef void (*PstGuardFrameFunc) (PstGuard *guard, const PstFrame *frame);
typedef void (*PstStrategyFrameFunc) (PstStrategy *strategy, const PstFrame *frame);

/* Calls that every frame makes, resolved once: a pointer instead of a look-up. */
typedef struct
{
  PstExchange *exchange;
  PstObserveFunc call;
  guint32 feed; /* component index of the exchange whose frames it sees */
} PstObserver;

typedef struct
{
  PstGuard *guard;
  PstGuardFrameFunc call;
} PstFrameGuard;

typedef struct
{
  PstStrategy *strategy;
  PstStrategyFrameFunc call;
} PstFrameStrategy;

/**
 * PstPipelineHandlers:
 * @frame_received: an exchange published a block
 * @execution_reported: an exchange told a step of an order's life
 * @connection_changed: an exchange's connection changed
 * @alert_raised: a component raised an alert
 *
 * Who hears the components' signals; each is called with the run as last argument.
 */
typedef struct
{
  void (*frame_received) (PstExchange *exchange, const PstFrameBlock *block, gpointer user_data);
  void (*execution_reported) (PstExchange *exchange, const PstExecutionReport *report, gpointer user_data);
  void (*connection_changed) (PstExchange *exchange, PstConnection state, gpointer user_data);
  void (*alert_raised) (PstComponent *component, const PstRecord *record, gpointer user_data);
} PstPipelineHandlers;

#define PST_TYPE_PIPELINE (pst_pipeline_get_type ())
G_DECLARE_FINAL_TYPE (PstPipeline, pst_pipeline, PST, PIPELINE, GObject)

PstPipeline *pst_pipeline_new (void);
void pst_pipeline_add (PstPipeline *pipeline, PstComponent *component);
guint pst_pipeline_get_n_components (PstPipeline *pipeline);
PstComponent *pst_pipeline_get_component (PstPipeline *pipeline, guint index);
PstComponent *pst_pipeline_find (PstPipeline *pipeline, PstComponentKind kind, const char *name);
guint pst_pipeline_count (PstPipeline *pipeline, PstComponentKind kind);
/* (transfer none) (element-type PstComponent): of one kind, in file order */
GPtrArray *pst_pipeline_get_kind (PstPipeline *pipeline, PstComponentKind kind);
gboolean pst_pipeline_prepare (PstPipeline *pipeline, GError **error);
gboolean pst_pipeline_check (PstPipeline *pipeline, PstMode mode, gboolean guards_none, GError **error);
void pst_pipeline_connect (PstPipeline *pipeline, const PstPipelineHandlers *handlers, gpointer user_data);
void pst_pipeline_disconnect (PstPipeline *pipeline);
gboolean pst_pipeline_start (PstPipeline *pipeline, PstComponentKind kind, GError **error);
void pst_pipeline_stop (PstPipeline *pipeline);
void pst_pipeline_stop_strategies (PstPipeline *pipeline);
guint32 pst_pipeline_find_executor (PstPipeline *pipeline, guint32 instrument);
const PstObserver *pst_pipeline_get_observers (PstPipeline *pipeline, guint *n_observers);
const PstFrameGuard *pst_pipeline_get_frame_guards (PstPipeline *pipeline, guint *n_guards);
const PstFrameStrategy *pst_pipeline_get_frame_strategies (PstPipeline *pipeline, guint *n_strategies);

G_END_DECLS
