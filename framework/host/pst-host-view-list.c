/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What clients are told: keys in kebab-case; money, prices and sizes as decimal strings; times as RFC 3339 in UTC; enumerations in capitals, as in
 * journals and ledgers. docs/reference/verbs.md lists the keys. */

#include "../model/pst-enum-name.h"
#include "pst-host-view-private.h"

#include <pst-enums.h>

typedef struct
{
  GVariantBuilder *builder;
  const PstInstrumentRecord *instrument; /* (nullable) */
} Writer;

static void
put (Writer *writer, const char *key, GVariant *value)
{
  g_variant_builder_add (writer->builder, "{sv}", key, value);
}

static void
put_text (Writer *writer, const char *key, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  put (writer, key, g_variant_new_string (valid));
}

static void
put_number (Writer *writer, const char *key, guint64 number)
{
  put (writer, key, g_variant_new_uint64 (number));
}

static void
put_boolean (Writer *writer, const char *key, gboolean value)
{
  put (writer, key, g_variant_new_boolean (value));
}

static void
put_time (Writer *writer, const char *key, gint64 time_ns)
{
  char text[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, text);
  put (writer, key, g_variant_new_string (text));
}

/* The nick in capitals: "STOP_LIMIT"; left out for what has none. */
static void
put_enum (Writer *writer, const char *key, GType type, gint value)
{
  char name[PST_ENUM_NAME_SIZE];

  if (pst_enum_name (type, value, name))
    put (writer, key, g_variant_new_string (name));
}

static void
put_decimal (Writer *writer, const char *key, gint64 mantissa, guint scale)
{
  char text[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (mantissa, scale, text);
  put (writer, key, g_variant_new_string (text));
}

static void
put_price (Writer *writer, const char *key, gint64 price)
{
  if (writer->instrument != NULL)
    put_decimal (writer, key, price, writer->instrument->price_scale);
}

static void
put_size (Writer *writer, const char *key, gint64 size)
{
  if (writer->instrument != NULL)
    put_decimal (writer, key, size, writer->instrument->size_scale);
}

static void
put_amount (Writer *writer, const char *key, const PstCurrency *currency, gint64 amount)
{
  if (currency != NULL)
    put_decimal (writer, key, amount, currency->scale);
}

static void
put_quote (Writer *writer, const char *key, gint64 amount)
{
  put_amount (writer, key, writer->instrument != NULL ? writer->instrument->quote : NULL, amount);
}

static void
put_currency (Writer *writer, const char *key, const PstCurrency *currency)
{
  if (currency != NULL)
    put_text (writer, key, currency->code);
}

static const PstHostComponent *
find_component (PstHostView *view, guint32 index)
{
  return index < view->components->len ? view->components->pdata[index] : NULL;
}

/* "operator" acts where no component does. */
static void
put_component (Writer *writer, PstHostView *view, const char *key, guint32 index)
{
  const PstHostComponent *component = find_component (view, index);

  put_text (writer, key, component != NULL ? component->name : "operator");
}

static void
put_instrument (Writer *writer, PstHostView *view, guint32 index)
{
  writer->instrument = index < view->instruments->len ? &g_array_index (view->instruments, PstInstrumentRecord, index) : NULL;
  if (writer->instrument == NULL)
    return;
  put_text (writer, "instrument", writer->instrument->id);
  put_currency (writer, "currency", writer->instrument->quote);
}

static void
put_request (Writer *writer, const PstOrderRequest *request)
{
  put_enum (writer, "side", PST_TYPE_SIDE, request->side);
  put_enum (writer, "type", PST_TYPE_ORDER_TYPE, request->type);
  put_enum (writer, "time-in-force", PST_TYPE_TIME_IN_FORCE, request->time_in_force);
  put_boolean (writer, "post-only", (request->flags & PST_ORDER_FLAG_POST_ONLY) != 0);
  put_boolean (writer, "reduce-only", (request->flags & PST_ORDER_FLAG_REDUCE_ONLY) != 0);
  put_boolean (writer, "operator-exit", (request->flags & PST_ORDER_FLAG_OPERATOR_EXIT) != 0);
  put_size (writer, "quantity", request->quantity);
  if (request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT)
    put_price (writer, "limit-price", request->limit_price);
  if (request->type == PST_ORDER_TYPE_STOP_MARKET || request->type == PST_ORDER_TYPE_STOP_LIMIT)
    put_price (writer, "stop-price", request->stop_price);
  if (request->expire_time_ns != 0)
    put_time (writer, "expires-at", request->expire_time_ns);
}

/* notional / quantity, for showing. */
static void
put_average_price (Writer *writer, gint64 notional, gint64 quantity)
{
  const PstInstrumentRecord *instrument = writer->instrument;
  gint64 wide, price;
  int shift;

  if (instrument == NULL || instrument->quote == NULL || quantity == 0)
    return;
  shift = instrument->price_scale + instrument->size_scale - instrument->quote->scale;
  if (shift >= 0 && shift <= PST_SCALE_MAX)
    {
      if (pst_mantissa_multiply_divide (notional, pst_power_of_ten ((guint)shift), quantity, PST_ROUND_HALF_EVEN, &price))
        put_price (writer, "average-price", price);
    }
  else if (shift < 0 && shift >= -PST_SCALE_MAX && !__builtin_mul_overflow (quantity, pst_power_of_ten ((guint)-shift), &wide)
           && pst_mantissa_multiply_divide (notional, 1, wide, PST_ROUND_HALF_EVEN, &price))
    put_price (writer, "average-price", price);
}

static void
write_order (Writer *writer, PstHostView *view, const PstOrder *order)
{
  put_number (writer, "order-id", order->id);
  put_text (writer, "client-id", order->client_id);
  put_text (writer, "venue-id", order->venue_id);
  put_component (writer, view, "strategy", order->strategy);
  put_component (writer, view, "exchange", order->exchange);
  put_instrument (writer, view, order->request.instrument);
  put_enum (writer, "state", PST_TYPE_ORDER_STATE, order->state);
  put_request (writer, &order->request);
  put_size (writer, "filled-quantity", order->filled_quantity);
  put_quote (writer, "filled-notional", order->filled_notional);
  put_average_price (writer, order->filled_notional, order->filled_quantity);
  put_time (writer, "created-at", order->created_time_ns);
  put_time (writer, "updated-at", order->updated_time_ns);
  put_text (writer, "reason", order->reason);
}

static void
write_fill (Writer *writer, PstHostView *view, const PstFill *fill)
{
  put_number (writer, "order-id", fill->order_id);
  put_component (writer, view, "strategy", fill->strategy);
  put_component (writer, view, "exchange", fill->exchange);
  put_instrument (writer, view, fill->instrument);
  put_enum (writer, "side", PST_TYPE_SIDE, fill->side);
  put_time (writer, "time", fill->time_ns);
  put_price (writer, "price", fill->price);
  put_size (writer, "quantity", fill->quantity);
  put_quote (writer, "notional", fill->notional);
  put_amount (writer, "fee", fill->fee_currency, fill->fee);
  put_currency (writer, "fee-currency", fill->fee_currency);
  put_quote (writer, "realised-profit", fill->realised_profit);
  put_enum (writer, "liquidity", PST_TYPE_LIQUIDITY, fill->liquidity);
  put_text (writer, "execution-id", fill->execution_id);
}

static void
write_position (Writer *writer, PstHostView *view, const PstPosition *position)
{
  gint64 cost = position->cost;

  put_component (writer, view, "strategy", position->strategy);
  put_instrument (writer, view, position->instrument);
  put_size (writer, "quantity", position->quantity);
  put_quote (writer, "cost", cost);
  put_average_price (writer, cost, position->quantity);
  put_quote (writer, "realised-profit", position->realised_profit);
  put_quote (writer, "fees", position->fees);
  put_number (writer, "fills", position->n_fills);
  put_number (writer, "trades", position->n_trades);
  put_number (writer, "wins", position->n_wins);
}

static void
write_tick (Writer *writer, const PstTickRecord *tick, gint64 time_ns)
{
  put_number (writer, "tick", tick->tick);
  put_time (writer, "time", time_ns);
  put_currency (writer, "currency", tick->currency);
  put_amount (writer, "cash", tick->currency, tick->cash);
  put_amount (writer, "mark-to-market", tick->currency, tick->mark_to_market);
  put_amount (writer, "equity", tick->currency, tick->equity);
  put_amount (writer, "realised-profit", tick->currency, tick->realised_profit);
  put_amount (writer, "fees", tick->currency, tick->fees);
  put_number (writer, "unpriced", tick->n_unpriced);
}

static void
write_alert (Writer *writer, PstHostView *view, const PstAlertRecord *alert, gint64 time_ns)
{
  put_time (writer, "time", time_ns);
  put_enum (writer, "severity", PST_TYPE_SEVERITY, alert->severity);
  put_component (writer, view, "component", alert->component);
  put_text (writer, "category", alert->category);
  put_text (writer, "title", alert->title);
  put_text (writer, "message", alert->message);
}

static void
write_trading (Writer *writer, PstHostView *view, const PstTradingStateRecord *change, gint64 time_ns)
{
  put_enum (writer, "trading-state", PST_TYPE_TRADING_STATE, change->to);
  put_text (writer, "trading-reason", change->reason);
  put_component (writer, view, "trading-by", change->component);
  put_time (writer, "trading-since", time_ns);
}

static GVariant *
describe_state (GHashTable *state)
{
  GVariantBuilder builder;
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (state), (GCompareFunc)strcmp);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (GList *link = keys; link != NULL; link = link->next)
    g_variant_builder_add (&builder, "{ss}", link->data, g_hash_table_lookup (state, link->data));
  return g_variant_builder_end (&builder);
}

static void
write_guard (Writer *writer, const PstHostComponent *guard)
{
  put_text (writer, "name", guard->name);
  put_text (writer, "plugin", guard->plugin);
  put (writer, "actions", g_variant_new_strv ((const char *const *)guard->actions, -1));
  put_number (writer, "denied", guard->n_denied);
  if (guard->n_denied > 0)
    {
      put_text (writer, "last-denial", guard->denial.code[0] != '\0' ? guard->denial.code : "guard_failed");
      put_text (writer, "last-denial-detail", guard->denial.detail);
      put_time (writer, "last-denial-at", guard->denied_ns);
    }
  put (writer, "state", describe_state (guard->state));
  if (guard->state_number != 0)
    put_time (writer, "state-at", guard->state_ns);
}

static void
write_option (Writer *writer, const PstHostComponent *component, const PstHostOption *option)
{
  g_autofree char *allowed = pst_option_describe_allowed (option->option);

  put_text (writer, "component", component->name);
  put_enum (writer, "kind", PST_TYPE_COMPONENT_KIND, component->kind);
  put_text (writer, "plugin", component->plugin);
  put_text (writer, "option", option->option->name);
  if (option->value != NULL)
    put_text (writer, "value", option->value);
  put_boolean (writer, "hidden", option->value == NULL);
  put_boolean (writer, "changeable", (option->option->flags & PST_OPTION_LIVE) != 0);
  put_text (writer, "allowed", allowed);
  put_text (writer, "blurb", g_param_spec_get_blurb (option->option));
}

static void
begin (GVariantBuilder *list, PstHostView *view)
{
  g_variant_builder_init (list, G_VARIANT_TYPE ("aa{sv}"));
  g_mutex_lock (&view->lock);
}

static GVariant *
end (GVariantBuilder *list, PstHostView *view)
{
  g_mutex_unlock (&view->lock);
  return g_variant_builder_end (list);
}

#define FOR_EACH_DICT(list, writer)                                                                                      \
  for (gboolean once = (g_variant_builder_open ((list), G_VARIANT_TYPE_VARDICT), (writer).builder = (list), TRUE); once; \
       g_variant_builder_close (list), once = FALSE)

static gint
compare_orders (gconstpointer a, gconstpointer b)
{
  guint64 first = (*(const PstOrder *const *)a)->id, second = (*(const PstOrder *const *)b)->id;

  return first < second ? 1 : first > second ? -1 : 0;
}

/**
 * pst_host_view_list_orders:
 * @view: a view
 * @open_only: only those that are not final
 * @limit: at most so many
 *
 * Lists orders, the newest first. Any thread.
 *
 * Returns: (transfer floating): "aa{sv}"
 */
GVariant *
pst_host_view_list_orders (PstHostView *view, gboolean open_only, guint limit)
{
  g_autoptr (GPtrArray) orders = g_ptr_array_new ();
  GVariantBuilder list;
  GHashTableIter iter;
  gpointer value;

  begin (&list, view);
  g_hash_table_iter_init (&iter, view->orders);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!open_only || !pst_order_state_is_final (((const PstOrder *)value)->state))
      g_ptr_array_add (orders, value);
  g_ptr_array_sort (orders, compare_orders);
  for (guint i = 0; i < MIN (orders->len, limit); i++)
    {
      Writer writer = { 0 };

      FOR_EACH_DICT (&list, writer)
      write_order (&writer, view, orders->pdata[i]);
    }
  return end (&list, view);
}

GVariant *
pst_host_view_list_fills (PstHostView *view, guint limit)
{
  GVariantBuilder list;

  begin (&list, view);
  for (guint i = 0; i < MIN (view->fills.n, limit); i++)
    {
      Writer writer = { 0 };

      FOR_EACH_DICT (&list, writer)
      write_fill (&writer, view, pst_host_ring_newest (&view->fills, i));
    }
  return end (&list, view);
}

static gint
compare_positions (gconstpointer a, gconstpointer b)
{
  gint64 first = (*(const PstHostPosition *const *)a)->key, second = (*(const PstHostPosition *const *)b)->key;

  return first < second ? -1 : first > second ? 1 : 0;
}

GVariant *
pst_host_view_list_positions (PstHostView *view)
{
  g_autoptr (GPtrArray) positions = g_ptr_array_new ();
  GVariantBuilder list;
  GHashTableIter iter;
  gpointer value;

  begin (&list, view);
  g_hash_table_iter_init (&iter, view->positions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (positions, value);
  g_ptr_array_sort (positions, compare_positions);
  for (guint i = 0; i < positions->len; i++)
    {
      Writer writer = { 0 };

      FOR_EACH_DICT (&list, writer)
      write_position (&writer, view, &((const PstHostPosition *)positions->pdata[i])->position);
    }
  return end (&list, view);
}

GVariant *
pst_host_view_list_equity (PstHostView *view, guint limit)
{
  GVariantBuilder list;

  begin (&list, view);
  for (guint i = 0; i < MIN (view->points.n, limit); i++)
    {
      const PstHostPoint *point = pst_host_ring_newest (&view->points, i);
      Writer writer = { 0 };

      FOR_EACH_DICT (&list, writer)
      write_tick (&writer, &point->tick, point->time_ns);
    }
  return end (&list, view);
}

GVariant *
pst_host_view_list_alerts (PstHostView *view, guint limit)
{
  GVariantBuilder list;

  begin (&list, view);
  for (guint i = 0; i < MIN (view->alerts.n, limit); i++)
    {
      const PstHostAlert *alert = pst_host_ring_newest (&view->alerts, i);
      Writer writer = { 0 };

      FOR_EACH_DICT (&list, writer)
      write_alert (&writer, view, &alert->alert, alert->time_ns);
    }
  return end (&list, view);
}

GVariant *
pst_host_view_list_guards (PstHostView *view)
{
  GVariantBuilder list;

  begin (&list, view);
  for (guint i = 0; i < view->components->len; i++)
    {
      const PstHostComponent *component = view->components->pdata[i];
      Writer writer = { 0 };

      if (component->kind == PST_COMPONENT_KIND_GUARD)
        FOR_EACH_DICT (&list, writer)
      write_guard (&writer, component);
    }
  return end (&list, view);
}

GVariant *
pst_host_view_list_options (PstHostView *view)
{
  GVariantBuilder list;

  begin (&list, view);
  for (guint i = 0; i < view->components->len; i++)
    {
      const PstHostComponent *component = view->components->pdata[i];

      for (guint n = 0; n < component->options->len; n++)
        {
          Writer writer = { 0 };

          FOR_EACH_DICT (&list, writer)
          write_option (&writer, component, component->options->pdata[n]);
        }
    }
  return end (&list, view);
}

/* Of the slowest store. */
static void
put_commits (Writer *writer, PstHostView *view)
{
  const PstStoreStatus *slowest = NULL;

  for (guint i = 0; i < view->components->len; i++)
    {
      const PstStoreStatus *status = &((const PstHostComponent *)view->components->pdata[i])->status;

      if (status->n_commits > 0 && (slowest == NULL || status->commit_p99_ns > slowest->commit_p99_ns))
        slowest = status;
    }
  if (slowest == NULL)
    return;
  put_number (writer, "commits", slowest->n_commits);
  put_number (writer, "commits-waiting", slowest->n_waiting);
  put_number (writer, "commit-p50-us", (guint64)slowest->commit_p50_ns / 1000);
  put_number (writer, "commit-p99-us", (guint64)slowest->commit_p99_ns / 1000);
  put_number (writer, "commit-max-us", (guint64)slowest->commit_max_ns / 1000);
}

/**
 * pst_host_view_add_summary:
 * @view: a view
 * @builder: of "a{sv}"
 *
 * Adds what the records tell of how the run stands. Any thread.
 */
void
pst_host_view_add_summary (PstHostView *view, GVariantBuilder *builder)
{
  Writer writer = { .builder = builder };

  g_mutex_lock (&view->lock);
  put_currency (&writer, "currency", view->run.currency);
  if (view->trading_ns != 0)
    write_trading (&writer, view, &view->trading_record, view->trading_ns);
  else
    put_enum (&writer, "trading-state", PST_TYPE_TRADING_STATE, view->trading);
  put_number (&writer, "orders", view->n_orders);
  put_number (&writer, "open-orders", view->n_open);
  put_number (&writer, "denied", view->n_denied);
  put_number (&writer, "rejected", view->n_rejected);
  put_number (&writer, "fills", view->fills.n_all);
  put_number (&writer, "alerts", view->alerts.n_all);
  put_number (&writer, "records", view->n_records);
  if (view->n_records > 0)
    put_time (&writer, "logical-time", view->last_ns);
  if (view->points.n > 0)
    {
      const PstHostPoint *point = pst_host_ring_newest (&view->points, 0);
      const PstTickRecord *tick = &point->tick;

      put_number (&writer, "ticks", tick->tick);
      put_amount (&writer, "cash", tick->currency, tick->cash);
      put_amount (&writer, "mark-to-market", tick->currency, tick->mark_to_market);
      put_amount (&writer, "equity", tick->currency, tick->equity);
      put_amount (&writer, "realised-profit", tick->currency, tick->realised_profit);
      put_amount (&writer, "fees", tick->currency, tick->fees);
    }
  put_commits (&writer, view);
  g_mutex_unlock (&view->lock);
}

/**
 * pst_host_view_describe:
 * @view: a view
 * @record: an order, a fill, a tick, an alert or a trading state
 *
 * Tells a record as events do, with the keys of the lists. Any thread.
 *
 * Returns: (transfer floating): "a{sv}"
 */
GVariant *
pst_host_view_describe (PstHostView *view, const PstRecord *record)
{
  GVariantBuilder builder;
  Writer writer = { .builder = &builder };

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_mutex_lock (&view->lock);
  if (record->kind == PST_RECORD_ORDER)
    write_order (&writer, view, &record->order);
  else if (record->kind == PST_RECORD_FILL)
    write_fill (&writer, view, &record->fill);
  else if (record->kind == PST_RECORD_TICK)
    write_tick (&writer, &record->tick, record->time_ns);
  else if (record->kind == PST_RECORD_ALERT)
    write_alert (&writer, view, &record->alert, record->time_ns);
  else if (record->kind == PST_RECORD_TRADING_STATE)
    write_trading (&writer, view, &record->trading_state, record->time_ns);
  g_mutex_unlock (&view->lock);
  return g_variant_builder_end (&builder);
}
