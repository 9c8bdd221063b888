/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The gate's own checks: what no order may be, whatever the guards think. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstGateCode:
 *
 * Why the gate denies. The codes' texts are stable: they stand in records, ledgers and summaries.
 */
typedef enum
{
  PST_GATE_CODE_INSTRUMENT_UNKNOWN,
  PST_GATE_CODE_SIDE_MISSING,
  PST_GATE_CODE_TYPE_UNKNOWN,
  PST_GATE_CODE_TIME_IN_FORCE_UNKNOWN,
  PST_GATE_CODE_QUANTITY_NOT_POSITIVE,
  PST_GATE_CODE_SIZE_OFF_GRID,
  PST_GATE_CODE_SIZE_BELOW_MINIMUM,
  PST_GATE_CODE_SIZE_ABOVE_MAXIMUM,
  PST_GATE_CODE_PRICE_MISSING,
  PST_GATE_CODE_PRICE_OFF_GRID,
  PST_GATE_CODE_STOP_PRICE_MISSING,
  PST_GATE_CODE_NOTIONAL_OVERFLOW,
  PST_GATE_CODE_NOTIONAL_BELOW_MINIMUM,
  PST_GATE_CODE_EXPIRE_TIME_IN_PAST,
  PST_GATE_CODE_POST_ONLY_NOT_LIMIT,
  PST_GATE_CODE_POST_ONLY_IMMEDIATE,
  PST_GATE_CODE_TRADING_HALTED,
  PST_GATE_CODE_TRADING_STATE_REDUCING,
  PST_GATE_CODE_REDUCE_ONLY_WOULD_INCREASE,
  PST_GATE_CODE_NO_EXECUTOR,
  PST_GATE_CODE_NO_GUARDS,
  PST_GATE_CODE_GUARD_FAILED,
  PST_GATE_CODE_OPEN_ORDERS_LIMIT,
  PST_GATE_CODE_MODIFY_NOT_POSSIBLE,
  PST_GATE_CODE_QUANTITY_BELOW_FILLED,
} PstGateCode;

#define PST_GATE_CODE_LAST PST_GATE_CODE_QUANTITY_BELOW_FILLED

const char *pst_gate_code_to_string (PstGateCode code);
const char *pst_gate_code_describe (PstGateCode code);
gboolean pst_gate_check_request (const PstOrderRequest *request, const PstInstrument *instrument, const PstMark *mark, gint64 now_ns,
                                 PstVerdict *verdict);
gboolean pst_gate_check_reduces (PstSide side, gint64 quantity, gint64 position, gint64 open_buy, gint64 open_sell);

G_END_DECLS
