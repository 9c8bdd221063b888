/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a hosted run looks like from outside, told by its records: the run's thread writes, any thread reads, nobody waits for the run. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct _PstHostView PstHostView;

/* (transfer full): @list_max: closed orders, fills, points of equity, alerts that are kept, of each. */
PstHostView *pst_host_view_new (guint list_max);
PstHostView *pst_host_view_ref (PstHostView *view);
void pst_host_view_unref (PstHostView *view);

/* Before the run is executed: a component by its index, with its options and the actions of kill switches. */
void pst_host_view_add_component (PstHostView *view, PstComponent *component);
/* An option's value as it is shown; @value NULL: it must not be shown. */
void pst_host_view_set_option (PstHostView *view, guint32 component, GParamSpec *option, const char *value);
/* Any thread, right before the run is asked to change an option, in the order in which it is asked: which change this will be. */
guint64 pst_host_view_ask_change (PstHostView *view);
/* The run could not be asked. */
void pst_host_view_unask_change (PstHostView *view);
/* On the run's thread: the next change was made, or was refused with this sentence. */
void pst_host_view_take_change (PstHostView *view, const char *refusal);
/* Any thread but the run's: waits until that change was made or refused; FALSE when it was neither by then. @refusal: (out) (transfer full)
 * (nullable). */
gboolean pst_host_view_wait_for_change (PstHostView *view, guint64 number, gint64 timeout_ns, char **refusal);
/* (transfer full) (nullable): as it is shown; NULL when it must not be. */
char *pst_host_view_dup_option (PstHostView *view, guint32 component, GParamSpec *option);
/* On the run's thread: how the store with this index keeps up. */
void pst_host_view_set_status (PstHostView *view, guint32 component, const PstStoreStatus *status);
/* On the run's thread. */
void pst_host_view_take (PstHostView *view, const PstRecord *record);

/* Any thread, from here on. */
PstTradingState pst_host_view_get_trading_state (PstHostView *view);
/* (transfer none) (nullable): interned. The first component of that name, and of that kind when @kind is not 0. */
const char *pst_host_view_find_component (PstHostView *view, const char *name, PstComponentKind *kind);
/* (transfer full) (nullable): an option of the component, and the component's index. */
GParamSpec *pst_host_view_find_option (PstHostView *view, const char *component, const char *option, guint32 *index);
/* (transfer full): names of guards that have the action. */
char **pst_host_view_list_guards_with (PstHostView *view, const char *action);
/* Waits until trading is in @state; FALSE when it is not by then. */
gboolean pst_host_view_wait_for_trading (PstHostView *view, PstTradingState state, gint64 timeout_ns);

/* Keys of get-run that the records tell. */
void pst_host_view_add_summary (PstHostView *view, GVariantBuilder *builder);
/* (transfer floating): "aa{sv}", the newest first. */
GVariant *pst_host_view_list_orders (PstHostView *view, gboolean open_only, guint limit);
GVariant *pst_host_view_list_fills (PstHostView *view, guint limit);
GVariant *pst_host_view_list_positions (PstHostView *view);
GVariant *pst_host_view_list_equity (PstHostView *view, guint limit);
GVariant *pst_host_view_list_guards (PstHostView *view);
GVariant *pst_host_view_list_alerts (PstHostView *view, guint limit);
GVariant *pst_host_view_list_options (PstHostView *view);
/* (transfer floating) (nullable): "a{sv}": a record as events tell it: an order, a fill, a tick, an alert, a trading state. */
GVariant *pst_host_view_describe (PstHostView *view, const PstRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHostView, pst_host_view_unref)

G_END_DECLS
