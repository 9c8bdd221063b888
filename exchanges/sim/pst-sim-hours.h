/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the hours of a market mean to orders: when they may fill, when a day's orders end, and which part of a bar they may see. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* What happens to an order that comes while the market is closed. */
typedef enum
{
  PST_SIM_WHEN_CLOSED_QUEUE,  /* as at a broker: it waits for the open */
  PST_SIM_WHEN_CLOSED_REJECT, /* as at an exchange */
} PstSimWhenClosed;

/* How an event stands to the market's hours. */
typedef struct
{
  gboolean is_open; /* at some moment of what it tells */
  gint64 start_ns;  /* the first such moment, where that is known: of a bar, its first trade cannot have been before */
} PstSimHours;

/* @calendar NULL: always open. FALSE with an error outside of the years that it knows. @time_ns: of the frame. */
gboolean pst_sim_hours_of_event (const PstCalendar *calendar, const PstEvent *event, gint64 time_ns, PstSimHours *hours, GError **error);
gboolean pst_sim_hours_of_time (const PstCalendar *calendar, gint64 time_ns, gboolean *is_open, GError **error);
/* Of a frame that comes while the market is closed: when it last was not. A day's orders may still fill on its bar. */
gboolean pst_sim_hours_find_end (const PstCalendar *calendar, gint64 time_ns, gint64 *end_ns, GError **error);
/* When an order with @request that comes at @time_ns expires; G_MAXINT64: never. */
gboolean pst_sim_hours_find_expiry (const PstCalendar *calendar, const PstOrderRequest *request, gint64 time_ns, gint64 *expiry_ns, GError **error);

G_END_DECLS
