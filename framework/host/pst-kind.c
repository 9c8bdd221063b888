/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table of the kinds, so that manifests, pipeline files and documents say the same words. */

#include "pst-kind.h"

static const char *const words[] = { "exchange", "strategy", "guard", "store", "service", NULL };

PstComponentKind
pst_kind_from_string (const char *word)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], word) == 0)
      return (PstComponentKind)(i + 1);
  return (PstComponentKind)0;
}

static gboolean
is_kind (PstComponentKind kind)
{
  return kind >= PST_COMPONENT_KIND_EXCHANGE && kind <= PST_COMPONENT_KIND_SERVICE;
}

const char *
pst_kind_to_string (PstComponentKind kind)
{
  return is_kind (kind) ? words[kind - 1] : "unknown";
}

const char *
pst_kind_with_article (PstComponentKind kind)
{
  static const char *const phrases[] = { "an exchange", "a strategy", "a guard", "a store", "a service" };

  return is_kind (kind) ? phrases[kind - 1] : "of an unknown kind";
}

GType
pst_kind_get_type (PstComponentKind kind)
{
  switch (kind)
    {
    case PST_COMPONENT_KIND_EXCHANGE:
      return PST_TYPE_EXCHANGE;
    case PST_COMPONENT_KIND_STRATEGY:
      return PST_TYPE_STRATEGY;
    case PST_COMPONENT_KIND_GUARD:
      return PST_TYPE_GUARD;
    case PST_COMPONENT_KIND_STORE:
      return PST_TYPE_STORE;
    case PST_COMPONENT_KIND_SERVICE:
      return PST_TYPE_SERVICE;
    default:
      return G_TYPE_INVALID;
    }
}

const char *const *
pst_kind_words (void)
{
  return words;
}

void
pst_kind_register_sdk_types (void)
{
  static GType (*const get_types[]) (void) = {
    pst_component_get_type,
    pst_exchange_get_type,
    pst_strategy_get_type,
    pst_guard_get_type,
    pst_store_get_type,
    pst_service_get_type,
    pst_context_get_type,
    pst_run_control_get_type,
    pst_clock_get_type,
    pst_system_clock_get_type,
    pst_simulated_clock_get_type,
    pst_file_get_type,
    pst_decimal_get_type,
    pst_money_get_type,
    pst_instrument_get_type,
    pst_instrument_table_get_type,
    pst_order_get_type,
    pst_execution_report_get_type,
    pst_fill_get_type,
    pst_verdict_get_type,
    pst_frame_block_get_type,
    pst_position_get_type,
    pst_account_get_type,
    pst_record_get_type,
    pst_param_decimal_get_type,
    pst_param_money_get_type,
    pst_param_duration_get_type,
    pst_side_get_type,
    pst_event_kind_get_type,
    pst_instrument_status_get_type,
    pst_settlement_get_type,
    pst_order_type_get_type,
    pst_time_in_force_get_type,
    pst_order_flags_get_type,
    pst_order_state_get_type,
    pst_report_kind_get_type,
    pst_liquidity_get_type,
    pst_mode_get_type,
    pst_run_state_get_type,
    pst_trading_state_get_type,
    pst_component_kind_get_type,
    pst_severity_get_type,
    pst_record_kind_get_type,
    pst_connection_get_type,
    pst_feed_status_get_type,
    pst_commit_get_type,
    pst_rounding_get_type,
    pst_value_error_get_type,
    pst_option_error_get_type,
    pst_exchange_error_get_type,
    pst_store_error_get_type,
    pst_run_error_get_type,
  };

  for (guint i = 0; i < G_N_ELEMENTS (get_types); i++)
    g_type_ensure (get_types[i]());
}
