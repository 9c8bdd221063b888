/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pulls feeds as fast as they come. Each feed gives its first block before the run begins, so that the clock can stand at the first frame.
 * A single feed's blocks then go straight through; those of several are merged by time, ties in the feeds' order. */
#include "pst-historical-driver.h"

#include "pst-feed-merge.h"

/* Pulls in a row that publish nothing before the feed is told to be broken. */
#define EMPTY_PULLS_MAX 1000000

typedef struct
{
  PstExchange *exchange;
  guint n_empty_pulls;
  gboolean ended;
  gboolean published; /* in this pull */
} Feed;

struct _PstHistoricalDriver
{
  PstDriver parent_instance;

  GArray *feeds; /* Feed */
  PstFeedMerge *merge;
  const PstDriverSink *sink; /* blocks go straight there; NULL while they are merged */
  gboolean enough;
};

G_DEFINE_FINAL_TYPE (PstHistoricalDriver, pst_historical_driver, PST_TYPE_DRIVER)

static void
pst_historical_driver_receive (PstDriver *base, PstExchange *exchange, const PstFrameBlock *block)
{
  PstHistoricalDriver *driver = PST_HISTORICAL_DRIVER (base);

  for (guint i = 0; i < driver->feeds->len; i++)
    {
      Feed *feed = &g_array_index (driver->feeds, Feed, i);

      if (feed->exchange != exchange)
        continue;
      feed->published = TRUE;
      if (driver->sink == NULL)
        pst_feed_merge_push (driver->merge, i, block);
      else if (!driver->enough)
        driver->enough = !driver->sink->take (block, driver->sink->user_data);
      return;
    }
}

/* One pull of a feed that is not at its end. */
static gboolean
pull (PstHistoricalDriver *driver, guint number, GError **error)
{
  Feed *feed = &g_array_index (driver->feeds, Feed, number);
  const char *name = pst_component_get_name (PST_COMPONENT (feed->exchange));
  g_autoptr (GError) cause = NULL;
  PstFeedStatus status;

  feed->published = FALSE;
  status = pst_exchange_pull (feed->exchange, &cause);
  if (status == PST_FEED_ERROR)
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA, "[exchange %s]: %s", name,
                   cause != NULL ? cause->message : "its data failed, and it did not say why; that is the plugin's defect");
      return FALSE;
    }
  feed->ended = status == PST_FEED_END;
  feed->n_empty_pulls = feed->published ? 0 : feed->n_empty_pulls + 1;
  if (feed->n_empty_pulls > EMPTY_PULLS_MAX)
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT,
                   "[exchange %s]: published nothing in %u pulls, yet is not at its end; that is the plugin's defect", name, EMPTY_PULLS_MAX);
      return FALSE;
    }
  return TRUE;
}

/* Every feed that is not at its end has a frame waiting. @sink may be NULL: then nobody can have enough. */
static gboolean
fill (PstHistoricalDriver *driver, const PstDriverSink *sink, GError **error)
{
  for (guint i = 0; i < driver->feeds->len; i++)
    while (!driver->enough && !g_array_index (driver->feeds, Feed, i).ended && pst_feed_merge_is_empty (driver->merge, i))
      {
        if (!pull (driver, i, error))
          return FALSE;
        if (sink != NULL && !sink->attend (sink->user_data))
          driver->enough = TRUE;
      }
  return TRUE;
}

static gboolean
pst_historical_driver_prime (PstDriver *base, gint64 *start_ns, GError **error)
{
  PstHistoricalDriver *driver = PST_HISTORICAL_DRIVER (base);
  const PstFrame *first;
  guint feed;

  if (!fill (driver, NULL, error))
    return FALSE;
  first = pst_feed_merge_peek (driver->merge, &feed);
  if (first != NULL)
    *start_ns = first->time_ns;
  return TRUE;
}

static gboolean
drive_merged (PstHistoricalDriver *driver, const PstDriverSink *sink, gboolean pulls, GError **error)
{
  guint feed;

  while (!driver->enough)
    {
      PstFrameBlock block = { .n_frames = 1 };

      if (pulls && !fill (driver, sink, error))
        return FALSE;
      block.frames = pst_feed_merge_peek (driver->merge, &feed);
      if (block.frames == NULL || driver->enough)
        return TRUE;
      driver->enough = !sink->take (&block, sink->user_data);
      pst_feed_merge_pop (driver->merge, feed);
    }
  return TRUE;
}

static gboolean
drive_straight (PstHistoricalDriver *driver, const PstDriverSink *sink, GError **error)
{
  const Feed *feed = &g_array_index (driver->feeds, Feed, 0);
  gboolean ok = TRUE;

  driver->sink = sink;
  while (ok && !driver->enough && !feed->ended)
    {
      ok = pull (driver, 0, error);
      driver->enough |= !sink->attend (sink->user_data);
    }
  driver->sink = NULL;
  return ok;
}

static gboolean
pst_historical_driver_drive (PstDriver *base, const PstDriverSink *sink, GError **error)
{
  PstHistoricalDriver *driver = PST_HISTORICAL_DRIVER (base);

  if (!sink->attend (sink->user_data))
    return TRUE;
  if (driver->feeds->len > 1)
    return drive_merged (driver, sink, TRUE, error);
  return drive_merged (driver, sink, FALSE, error) && drive_straight (driver, sink, error);
}

static void
pst_historical_driver_finalize (GObject *object)
{
  PstHistoricalDriver *driver = PST_HISTORICAL_DRIVER (object);

  for (guint i = 0; i < driver->feeds->len; i++)
    g_object_unref (g_array_index (driver->feeds, Feed, i).exchange);
  g_array_unref (driver->feeds);
  g_clear_pointer (&driver->merge, pst_feed_merge_free);
  G_OBJECT_CLASS (pst_historical_driver_parent_class)->finalize (object);
}

static void
pst_historical_driver_class_init (PstHistoricalDriverClass *klass)
{
  PstDriverClass *driver_class = PST_DRIVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pst_historical_driver_finalize;
  driver_class->prime = pst_historical_driver_prime;
  driver_class->drive = pst_historical_driver_drive;
  driver_class->receive = pst_historical_driver_receive;
}

static void
pst_historical_driver_init (PstHistoricalDriver *driver)
{
  driver->feeds = g_array_new (FALSE, TRUE, sizeof (Feed));
}

/**
 * pst_historical_driver_new:
 * @exchanges: (element-type PstExchange): the run's exchanges; those that can be pulled are used, in this order; at least one
 *
 * Returns: (transfer full): a driver
 */
PstDriver *
pst_historical_driver_new (GPtrArray *exchanges)
{
  PstHistoricalDriver *driver = g_object_new (PST_TYPE_HISTORICAL_DRIVER, NULL);

  for (guint i = 0; i < exchanges->len; i++)
    if (pst_exchange_is_feed (exchanges->pdata[i]))
      {
        Feed feed = { .exchange = g_object_ref (exchanges->pdata[i]) };

        g_array_append_val (driver->feeds, feed);
      }
  driver->merge = pst_feed_merge_new (driver->feeds->len);
  return PST_DRIVER (driver);
}
