/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of drivers: only calls through. */
#include "pst-driver.h"

G_DEFINE_ABSTRACT_TYPE (PstDriver, pst_driver, G_TYPE_OBJECT)

static void
pst_driver_class_init (PstDriverClass *klass)
{
}

static void
pst_driver_init (PstDriver *driver)
{
}

/**
 * pst_driver_enter:
 * @driver: a driver
 *
 * Called once, on the run's thread, before anything is started: what is made from now on belongs to the driver's context.
 */
void
pst_driver_enter (PstDriver *driver)
{
  if (PST_DRIVER_GET_CLASS (driver)->enter != NULL)
    PST_DRIVER_GET_CLASS (driver)->enter (driver);
}

/**
 * pst_driver_leave:
 * @driver: a driver that was entered
 *
 * Called once, when everything is stopped.
 */
void
pst_driver_leave (PstDriver *driver)
{
  if (PST_DRIVER_GET_CLASS (driver)->leave != NULL)
    PST_DRIVER_GET_CLASS (driver)->leave (driver);
}

/**
 * pst_driver_get_clock:
 * @driver: a driver
 *
 * Returns: (transfer none) (nullable): the real time by which it drives; %NULL when its time is that of its data
 */
PstClock *
pst_driver_get_clock (PstDriver *driver)
{
  return PST_DRIVER_GET_CLASS (driver)->get_clock != NULL ? PST_DRIVER_GET_CLASS (driver)->get_clock (driver) : NULL;
}

/**
 * pst_driver_prime:
 * @driver: a driver
 * @start_ns: (out): when the run's time begins; untouched when there are no data at all
 * @error: return location for an error
 *
 * Called once, when the exchanges are started and nobody else is.
 *
 * Returns: whether data can come
 */
gboolean
pst_driver_prime (PstDriver *driver, gint64 *start_ns, GError **error)
{
  return PST_DRIVER_GET_CLASS (driver)->prime (driver, start_ns, error);
}

/**
 * pst_driver_drive:
 * @driver: a primed driver
 * @sink: where frames go
 * @error: return location for an error
 *
 * Returns: %TRUE when the data ended or the sink had enough; %FALSE when a feed failed: %PST_RUN_ERROR_DATA
 */
gboolean
pst_driver_drive (PstDriver *driver, const PstDriverSink *sink, GError **error)
{
  return PST_DRIVER_GET_CLASS (driver)->drive (driver, sink, error);
}

/**
 * pst_driver_receive:
 * @driver: a driver
 * @exchange: who published
 * @block: what; borrowed
 *
 * Takes what an exchange's frame-received brings.
 */
void
pst_driver_receive (PstDriver *driver, PstExchange *exchange, const PstFrameBlock *block)
{
  PST_DRIVER_GET_CLASS (driver)->receive (driver, exchange, block);
}
