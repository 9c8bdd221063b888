/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What moves a run on: where its frames come from and what its time is. A historical driver pulls feeds on the caller's thread; one for
 * real time waits on a main context. The run knows neither. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstDriverSink:
 * @take: take a block; FALSE when the run is at its end
 * @attend: called between blocks, also when no frames come; FALSE when the run is at its end
 * @wake: of real time: it is @time_ns now; FALSE when the run is at its end
 * @get_due: of real time: when it is to be woken next: %G_MININT64 for at once, %G_MAXINT64 for never
 * @has_tick: of real time: whether a tick is open, which ends as soon as time moves on
 *
 * The run, as its driver sees it. What is of real time may be %NULL for historical data.
 */
typedef struct
{
  gboolean (*take) (const PstFrameBlock *block, gpointer user_data);
  gboolean (*attend) (gpointer user_data);
  gboolean (*wake) (gint64 time_ns, gpointer user_data);
  gint64 (*get_due) (gpointer user_data);
  gboolean (*has_tick) (gpointer user_data);
  gpointer user_data;
} PstDriverSink;

#define PST_TYPE_DRIVER (pst_driver_get_type ())
G_DECLARE_DERIVABLE_TYPE (PstDriver, pst_driver, PST, DRIVER, GObject)

/**
 * PstDriverClass:
 * @enter: (nullable): before anything is started, on the run's thread
 * @leave: (nullable): after everything was stopped
 * @get_clock: (nullable): the real time that it drives by; %NULL for historical data
 * @prime: after the exchanges are started: be ready, and say when the run's time begins
 * @drive: hand frames to the sink until there are no more, or it says so; in real time also more than once. FALSE with an error when a feed
 *   failed
 * @receive: an exchange published a block
 */
struct _PstDriverClass
{
  GObjectClass parent_class;

  void (*enter) (PstDriver *driver);
  void (*leave) (PstDriver *driver);
  PstClock *(*get_clock) (PstDriver *driver);
  gboolean (*prime) (PstDriver *driver, gint64 *start_ns, GError **error);
  gboolean (*drive) (PstDriver *driver, const PstDriverSink *sink, GError **error);
  void (*receive) (PstDriver *driver, PstExchange *exchange, const PstFrameBlock *block);
};

void pst_driver_enter (PstDriver *driver);
void pst_driver_leave (PstDriver *driver);
PstClock *pst_driver_get_clock (PstDriver *driver);
gboolean pst_driver_prime (PstDriver *driver, gint64 *start_ns, GError **error);
gboolean pst_driver_drive (PstDriver *driver, const PstDriverSink *sink, GError **error);
void pst_driver_receive (PstDriver *driver, PstExchange *exchange, const PstFrameBlock *block);

G_END_DECLS
