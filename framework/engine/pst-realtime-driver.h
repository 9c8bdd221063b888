/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drives paper and live runs on data that come by themselves. */
#pragma once

#include "pst-driver.h"

G_BEGIN_DECLS

#define PST_TYPE_REALTIME_DRIVER (pst_realtime_driver_get_type ())
G_DECLARE_FINAL_TYPE (PstRealtimeDriver, pst_realtime_driver, PST, REALTIME_DRIVER, PstDriver)

/* @clock: (nullable): a test's; %NULL for the machine's. */
PstDriver *pst_realtime_driver_new (PstClock *clock);
/* Descriptor to which any thread, also a signal handler, writes 8 bytes (eventfd) to make the driver wake its sink. Lives as long as the driver. */
int pst_realtime_driver_get_wake_fd (PstRealtimeDriver *driver);

G_END_DECLS
