/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drives backtests, and paper runs on historical data. */
#pragma once

#include "pst-driver.h"

G_BEGIN_DECLS

#define PST_TYPE_HISTORICAL_DRIVER (pst_historical_driver_get_type ())
G_DECLARE_FINAL_TYPE (PstHistoricalDriver, pst_historical_driver, PST, HISTORICAL_DRIVER, PstDriver)

PstDriver *pst_historical_driver_new (GPtrArray *exchanges);

G_END_DECLS
