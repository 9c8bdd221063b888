/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns by instrument and one timeline over all. Where the columns come from (memory, a memory map, a feed that was pulled) is forgotten once it is
 * made: who reads sees arrays. */
#include "pst-bar-set.h"

#include "pst-bar-hash.h"

#define N_COLUMNS 6
/* Pulls in a row that publish nothing before the feed is told to be broken. */
#define EMPTY_PULLS_MAX 1000000

G_DEFINE_QUARK (pst - bar - set - error - quark, pst_bar_set_error)

/* The timeline of one source; sources are merged by time, ties in their order. */
typedef struct
{
  GArray *frames; /* PstBarFrame */
  GArray *order;  /* guint32 */
} Timeline;

struct _PstBarSet
{
  gatomicrefcount ref_count;
  PstBarColumns *columns;
  guint n_instruments;
  PstBarFrame *frames;
  gsize n_frames;
  const guint32 *order;
  guint64 n_bars;
  guint32 *own_order;     /* NULL in a slice */
  GPtrArray *own_columns; /* arrays of gint64 that are freed with it */
  GPtrArray *owners;      /* what the other columns live in */
  GMutex hash_mutex;
  char *hash;
};

/* Columns that grow while a feed is pulled. */
typedef struct
{
  gint64 *values[N_COLUMNS];
  gsize n_bars;
  gsize n_allocated;
} Growing;

typedef struct
{
  PstBarSet *set;
  GArray *growing; /* Growing, by instrument */
  Timeline *timeline;
  PstExchange *feed;
  GError *error;
  gboolean published;
} Pull;

typedef struct
{
  gpointer data;
  GDestroyNotify free_data;
} Owner;

static void
owner_free (Owner *owner)
{
  if (owner->free_data != NULL)
    owner->free_data (owner->data);
  g_free (owner);
}

static void
add_owner (PstBarSet *set, gpointer data, GDestroyNotify free_data)
{
  Owner *owner = g_new (Owner, 1);

  *owner = (Owner){ data, free_data };
  g_ptr_array_add (set->owners, owner);
}

static PstBarSet *
make_set (void)
{
  PstBarSet *set = g_new0 (PstBarSet, 1);

  g_atomic_ref_count_init (&set->ref_count);
  set->own_columns = g_ptr_array_new_with_free_func (g_free);
  set->owners = g_ptr_array_new_with_free_func ((GDestroyNotify)owner_free);
  g_mutex_init (&set->hash_mutex);
  return set;
}

static Timeline
timeline_new (void)
{
  return (Timeline){ g_array_new (FALSE, FALSE, sizeof (PstBarFrame)), g_array_new (FALSE, FALSE, sizeof (guint32)) };
}

static void
timeline_clear (Timeline *timeline)
{
  g_clear_pointer (&timeline->frames, g_array_unref);
  g_clear_pointer (&timeline->order, g_array_unref);
}

static gboolean
check_times (const PstBarColumns *columns, GError **error)
{
  for (gsize i = 1; i < columns->n_bars; i++)
    if (columns->time_ns[i] <= columns->time_ns[i - 1])
      {
        g_autofree char *time = pst_time_to_string (columns->time_ns[i]);

        g_set_error (error, PST_BAR_SET_ERROR, PST_BAR_SET_ERROR_DATA, "bars of %s are not in order of time: the one of %s comes after one as late",
                     columns->instrument->id, time);
        return FALSE;
      }
  return TRUE;
}

/* Instruments that tell together: one pass over all a moment, which costs no more than the bars where all have the same times. */
static void
build_timeline (const PstBarColumns *columns, const guint32 *places, guint n, Timeline *timeline)
{
  g_autofree gsize *next = g_new0 (gsize, n);
  gint64 time_ns = G_MAXINT64;

  for (guint i = 0; i < n; i++)
    if (columns[i].n_bars > 0)
      time_ns = MIN (time_ns, columns[i].time_ns[0]);
  while (time_ns != G_MAXINT64)
    {
      PstBarFrame frame = { time_ns, timeline->order->len, 0 };
      gint64 later = G_MAXINT64;

      for (guint i = 0; i < n; i++)
        {
          if (next[i] < columns[i].n_bars && columns[i].time_ns[next[i]] == time_ns)
            {
              g_array_append_val (timeline->order, places[i]);
              frame.n_bars++;
              next[i]++;
            }
          if (next[i] < columns[i].n_bars)
            later = MIN (later, columns[i].time_ns[next[i]]);
        }
      g_array_append_val (timeline->frames, frame);
      time_ns = later;
    }
}

/* Frames of all sources in one line. */
static void
merge_timelines (PstBarSet *set, const Timeline *timelines, guint n)
{
  g_autofree gsize *next = g_new0 (gsize, n);
  gsize n_order = 0, at = 0;

  for (guint i = 0; i < n; i++)
    {
      set->n_frames += timelines[i].frames->len;
      n_order += timelines[i].order->len;
    }
  set->frames = g_new (PstBarFrame, set->n_frames);
  set->own_order = g_new (guint32, n_order);
  set->order = set->own_order;
  set->n_bars = n_order;
  for (gsize f = 0; f < set->n_frames; f++)
    {
      const PstBarFrame *first = NULL;
      guint source = 0;

      for (guint i = 0; i < n; i++)
        {
          const PstBarFrame *frame;

          if (next[i] == timelines[i].frames->len)
            continue;
          frame = &g_array_index (timelines[i].frames, PstBarFrame, next[i]);
          if (first == NULL || frame->time_ns < first->time_ns)
            {
              first = frame;
              source = i;
            }
        }
      /* There are as many frames as all timelines have. */
      if (first == NULL)
        break;
      next[source]++;
      set->frames[f] = (PstBarFrame){ first->time_ns, at, first->n_bars };
      memcpy (set->own_order + at, (guint32 *)(gpointer)timelines[source].order->data + first->first, first->n_bars * sizeof (guint32));
      at += first->n_bars;
    }
}

static PstBarSet *
finish (PstBarSet *set, GError **error)
{
  if (set->n_bars > 0)
    return set;
  g_set_error_literal (error, PST_BAR_SET_ERROR, PST_BAR_SET_ERROR_EMPTY, "there are no bars; check the feed's path, symbols and times");
  pst_bar_set_unref (set);
  return NULL;
}

static PstBarSet *
make_of_columns (PstBarSet *set, GError **error)
{
  g_autofree guint32 *places = g_new (guint32, set->n_instruments);
  Timeline timeline;

  for (guint i = 0; i < set->n_instruments; i++)
    {
      places[i] = i;
      if (!check_times (&set->columns[i], error))
        {
          pst_bar_set_unref (set);
          return NULL;
        }
    }
  timeline = timeline_new ();
  build_timeline (set->columns, places, set->n_instruments, &timeline);
  merge_timelines (set, &timeline, 1);
  timeline_clear (&timeline);
  return finish (set, error);
}

static void
take_columns (PstBarSet *set, const PstBarColumns *columns, guint n_instruments)
{
  set->n_instruments = n_instruments;
  set->columns = g_memdup2 (columns, n_instruments * sizeof *columns);
  for (guint i = 0; i < n_instruments; i++)
    pst_instrument_ref (set->columns[i].instrument);
}

/**
 * pst_bar_set_new:
 * @columns: (array length=n_instruments): bars; copied
 * @n_instruments: how many instruments
 * @error: return location for a #PstBarSetError
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the set
 */
PstBarSet *
pst_bar_set_new (const PstBarColumns *columns, guint n_instruments, GError **error)
{
  PstBarSet *set = make_set ();

  take_columns (set, columns, n_instruments);
  for (guint i = 0; i < n_instruments; i++)
    {
      const gint64 **fields[N_COLUMNS] = { &set->columns[i].time_ns, &set->columns[i].open,  &set->columns[i].high,
                                           &set->columns[i].low,     &set->columns[i].close, &set->columns[i].volume };

      for (guint k = 0; k < N_COLUMNS; k++)
        {
          gint64 *copy = g_memdup2 (*fields[k], columns[i].n_bars * sizeof (gint64));

          g_ptr_array_add (set->own_columns, copy);
          *fields[k] = copy;
        }
    }
  return make_of_columns (set, error);
}

/**
 * pst_bar_set_new_static:
 * @columns: (array length=n_instruments): bars
 * @n_instruments: how many instruments
 * @owner: (nullable): what the columns live in
 * @free_owner: (nullable): called with @owner by the last unref, and on error
 * @error: return location for a #PstBarSetError
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the set
 */
PstBarSet *
pst_bar_set_new_static (const PstBarColumns *columns, guint n_instruments, gpointer owner, GDestroyNotify free_owner, GError **error)
{
  PstBarSet *set = make_set ();

  take_columns (set, columns, n_instruments);
  add_owner (set, owner, free_owner);
  return make_of_columns (set, error);
}

static void
grow (Growing *growing)
{
  if (growing->n_bars < growing->n_allocated)
    return;
  growing->n_allocated = MAX (1024, growing->n_allocated * 2);
  for (guint k = 0; k < N_COLUMNS; k++)
    growing->values[k] = g_renew (gint64, growing->values[k], growing->n_allocated);
}

static gboolean
refuse_event (Pull *pull, const PstEvent *event, PstBarSetError code, const char *what)
{
  PstInstrumentTable *table = pst_context_get_instruments (pst_component_get_context (PST_COMPONENT (pull->feed)));
  g_autofree char *time = pst_time_to_string (event->receive_time_ns);

  if (pull->error == NULL)
    pull->error = g_error_new (PST_BAR_SET_ERROR, code, "[exchange %s]: %s of %s at %s", pst_component_get_name (PST_COMPONENT (pull->feed)), what,
                               pst_instrument_table_get (table, event->instrument)->id, time);
  return FALSE;
}

static gboolean
take_bar (Pull *pull, const PstFrame *frame, const PstEvent *event)
{
  const PstBar *bar = &event->bar;
  Growing *growing;
  gint64 last_ns;

  if (event->kind != PST_EVENT_BAR)
    return refuse_event (pull, event, PST_BAR_SET_ERROR_NOT_SUPPORTED,
                         "only bars can be computed over in columns; use the event engine for this trade, quote or book");
  if (event->instrument >= pull->growing->len)
    g_array_set_size (pull->growing, event->instrument + 1);
  growing = &g_array_index (pull->growing, Growing, event->instrument);
  last_ns = growing->n_bars > 0 ? growing->values[0][growing->n_bars - 1] : G_MININT64;
  if (frame->time_ns <= last_ns)
    return refuse_event (pull, event, PST_BAR_SET_ERROR_DATA, "a second bar of the same time, or an earlier one,");
  if (event->venue_time_ns < frame->time_ns && event->venue_time_ns < last_ns)
    return refuse_event (pull, event, PST_BAR_SET_ERROR_NOT_SUPPORTED, "bars that overlap need the event engine: a bar");
  grow (growing);
  growing->values[0][growing->n_bars] = frame->time_ns;
  growing->values[1][growing->n_bars] = bar->open;
  growing->values[2][growing->n_bars] = bar->high;
  growing->values[3][growing->n_bars] = bar->low;
  growing->values[4][growing->n_bars] = bar->close;
  growing->values[5][growing->n_bars] = bar->volume;
  growing->n_bars++;
  g_array_append_val (pull->timeline->order, event->instrument);
  return TRUE;
}

static void
on_block (PstExchange *feed, const PstFrameBlock *block, gpointer user_data)
{
  Pull *pull = user_data;

  pull->published = TRUE;
  for (guint f = 0; f < block->n_frames && pull->error == NULL; f++)
    {
      const PstFrame *frame = &block->frames[f];
      const PstBarFrame own = { frame->time_ns, pull->timeline->order->len, frame->n_events };

      for (guint i = 0; i < frame->n_events; i++)
        if (!take_bar (pull, frame, &frame->events[i]))
          return;
      g_array_append_val (pull->timeline->frames, own);
    }
}

static gboolean
pull_all (Pull *pull, GError **error)
{
  gulong handler = g_signal_connect (pull->feed, "frame-received", G_CALLBACK (on_block), pull);
  PstFeedStatus status = PST_FEED_MORE;
  guint n_empty = 0;

  while (status == PST_FEED_MORE && pull->error == NULL && n_empty <= EMPTY_PULLS_MAX)
    {
      pull->published = FALSE;
      status = pst_exchange_pull (pull->feed, &pull->error);
      n_empty = pull->published ? 0 : n_empty + 1;
    }
  g_signal_handler_disconnect (pull->feed, handler);
  if (status == PST_FEED_END && pull->error == NULL)
    return TRUE;
  if (pull->error == NULL)
    pull->error = g_error_new (PST_BAR_SET_ERROR, PST_BAR_SET_ERROR_DATA, "[exchange %s]: the feed does not come to an end, and does not say why",
                               pst_component_get_name (PST_COMPONENT (pull->feed)));
  g_propagate_error (error, g_steal_pointer (&pull->error));
  return FALSE;
}

/* A feed that has columns is asked for them instead; their instruments are those of the run's table. */
static gboolean
borrow_columns (Pull *pull, const PstBarColumns *columns, guint n, GError **error)
{
  PstInstrumentTable *table = pst_context_get_instruments (pst_component_get_context (PST_COMPONENT (pull->feed)));
  g_autofree guint32 *places = g_new (guint32, n);

  for (guint i = 0; i < n; i++)
    {
      places[i] = 0;
      while (places[i] < pst_instrument_table_get_size (table)
             && g_strcmp0 (pst_instrument_table_get (table, places[i])->id, columns[i].instrument->id) != 0)
        places[i]++;
      if (places[i] == pst_instrument_table_get_size (table) || !check_times (&columns[i], error))
        return FALSE;
      if (places[i] >= pull->set->n_instruments)
        {
          pull->set->columns = g_renew (PstBarColumns, pull->set->columns, places[i] + 1);
          memset (pull->set->columns + pull->set->n_instruments, 0, (places[i] + 1 - pull->set->n_instruments) * sizeof *columns);
          pull->set->n_instruments = places[i] + 1;
        }
      pull->set->columns[places[i]] = columns[i];
      pull->set->columns[places[i]].instrument = NULL;
    }
  build_timeline (columns, places, n, pull->timeline);
  add_owner (pull->set, g_object_ref (pull->feed), g_object_unref);
  return TRUE;
}

static gboolean
take_feed (PstBarSet *set, GArray *growing, PstExchange *feed, Timeline *timeline, GError **error)
{
  Pull pull = { set, growing, timeline, feed, NULL, FALSE };
  const PstBarColumns *columns;
  gboolean done;
  guint n;

  if (!pst_component_start (PST_COMPONENT (feed), error))
    return FALSE;
  columns = pst_exchange_get_columns (feed, &n);
  done = columns != NULL ? borrow_columns (&pull, columns, n, error) : pull_all (&pull, error);
  pst_component_stop (PST_COMPONENT (feed));
  return done;
}

/* All instruments of the run's table have a place, those without bars too. */
static void
place_instruments (PstBarSet *set, GArray *growing, PstInstrumentTable *table)
{
  guint size = pst_instrument_table_get_size (table);

  set->columns = g_renew (PstBarColumns, set->columns, size);
  if (size > set->n_instruments)
    memset (set->columns + set->n_instruments, 0, (size - set->n_instruments) * sizeof *set->columns);
  set->n_instruments = size;
  for (guint i = 0; i < size; i++)
    {
      PstBarColumns *columns = &set->columns[i];
      Growing *grown = i < growing->len ? &g_array_index (growing, Growing, i) : NULL;

      columns->instrument = pst_instrument_ref ((PstInstrument *)pst_instrument_table_get (table, i));
      if (grown == NULL || grown->n_bars == 0)
        continue;
      *columns = (PstBarColumns){ columns->instrument, grown->n_bars,    grown->values[0], grown->values[1],
                                  grown->values[2],    grown->values[3], grown->values[4], grown->values[5] };
    }
}

static void
own_growing (PstBarSet *set, GArray *growing)
{
  for (guint i = 0; i < growing->len; i++)
    for (guint k = 0; k < N_COLUMNS; k++)
      g_ptr_array_add (set->own_columns, g_array_index (growing, Growing, i).values[k]);
}

/**
 * pst_bar_set_new_from_feeds:
 * @feeds: (array length=n_feeds): historical feeds, attached to one context and prepared
 * @n_feeds: how many, at least 1
 * @error: return location for an error
 *
 * Starts each, takes its bars, and stops it. Places are the indexes of the run's instrument table. Errors: #PstBarSetError, and what feeds say of
 * themselves. On the run's context.
 *
 * Returns: (transfer full) (nullable): the set
 */
PstBarSet *
pst_bar_set_new_from_feeds (PstExchange *const *feeds, guint n_feeds, GError **error)
{
  g_autoptr (GArray) growing = g_array_new (FALSE, TRUE, sizeof (Growing));
  g_autofree Timeline *timelines = g_new0 (Timeline, n_feeds);
  PstBarSet *set = make_set ();
  gboolean good = TRUE;

  for (guint i = 0; i < n_feeds && good; i++)
    {
      timelines[i] = timeline_new ();
      good = take_feed (set, growing, feeds[i], &timelines[i], error);
    }
  own_growing (set, growing);
  if (good)
    {
      place_instruments (set, growing, pst_context_get_instruments (pst_component_get_context (PST_COMPONENT (feeds[0]))));
      merge_timelines (set, timelines, n_feeds);
    }
  for (guint i = 0; i < n_feeds; i++)
    timeline_clear (&timelines[i]);
  if (good)
    return finish (set, error);
  pst_bar_set_unref (set);
  return NULL;
}

/**
 * pst_bar_set_ref:
 * @set: a bar set
 *
 * Any thread.
 *
 * Returns: (transfer full): @set
 */
PstBarSet *
pst_bar_set_ref (PstBarSet *set)
{
  g_atomic_ref_count_inc (&set->ref_count);
  return set;
}

/**
 * pst_bar_set_unref:
 * @set: (transfer full): a bar set
 *
 * Any thread.
 */
void
pst_bar_set_unref (PstBarSet *set)
{
  if (!g_atomic_ref_count_dec (&set->ref_count))
    return;
  for (guint i = 0; i < set->n_instruments; i++)
    g_clear_pointer (&set->columns[i].instrument, pst_instrument_unref);
  g_free (set->columns);
  g_free (set->frames);
  g_free (set->own_order);
  g_ptr_array_unref (set->own_columns);
  g_ptr_array_unref (set->owners);
  g_mutex_clear (&set->hash_mutex);
  g_free (set->hash);
  g_free (set);
}

/**
 * pst_bar_set_get_n_instruments:
 * @set: a bar set
 *
 * Any thread, as all that follow.
 *
 * Returns: how many instruments it has, those without bars too
 */
guint
pst_bar_set_get_n_instruments (const PstBarSet *set)
{
  return set->n_instruments;
}

/**
 * pst_bar_set_get_columns:
 * @set: a bar set
 * @place: below the number of instruments
 *
 * Returns: (transfer none): the instrument's bars
 */
const PstBarColumns *
pst_bar_set_get_columns (const PstBarSet *set, guint place)
{
  g_return_val_if_fail (place < set->n_instruments, NULL);

  return &set->columns[place];
}

/**
 * pst_bar_set_get_n_bars:
 * @set: a bar set
 *
 * Returns: bars of all instruments
 */
guint64
pst_bar_set_get_n_bars (const PstBarSet *set)
{
  return set->n_bars;
}

/**
 * pst_bar_set_get_frames:
 * @set: a bar set
 * @n_frames: (out): how many
 *
 * Returns: (transfer none) (array length=n_frames): in order of time
 */
const PstBarFrame *
pst_bar_set_get_frames (const PstBarSet *set, gsize *n_frames)
{
  *n_frames = set->n_frames;
  return set->frames;
}

/**
 * pst_bar_set_get_order:
 * @set: a bar set
 *
 * Returns: (transfer none): of each bar its instrument's place
 */
const guint32 *
pst_bar_set_get_order (const PstBarSet *set)
{
  return set->order;
}

/**
 * pst_bar_set_get_hash:
 * @set: a bar set
 *
 * Computed at the first call.
 *
 * Returns: (transfer none): hash in hex
 */
const char *
pst_bar_set_get_hash (PstBarSet *set)
{
  g_mutex_lock (&set->hash_mutex);
  if (set->hash == NULL)
    {
      g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

      for (guint i = 0; i < set->n_instruments; i++)
        {
          const PstBarColumns *c = &set->columns[i];
          PstBarHash hash = { 0 };

          for (gsize k = 0; k < c->n_bars; k++)
            pst_bar_hash_add (&hash, c->time_ns[k], &(PstBar){ c->open[k], c->high[k], c->low[k], c->close[k], c->volume[k] });
          pst_bar_hash_sum (sum, c->instrument, &hash);
        }
      set->hash = g_strdup (g_checksum_get_string (sum));
    }
  g_mutex_unlock (&set->hash_mutex);
  return set->hash;
}

/* How many bars are before @time_ns. */
static gsize
count_before (const PstBarColumns *columns, gint64 time_ns)
{
  gsize low = 0, high = columns->n_bars;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (columns->time_ns[middle] < time_ns)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
slice_columns (PstBarColumns *columns, gint64 from_ns, gint64 to_ns)
{
  gsize first = count_before (columns, from_ns), end = to_ns == G_MAXINT64 ? columns->n_bars : count_before (columns, to_ns + 1);

  pst_instrument_ref (columns->instrument);
  columns->n_bars = end > first ? end - first : 0;
  if (columns->n_bars == 0)
    return;
  columns->time_ns += first;
  columns->open += first;
  columns->high += first;
  columns->low += first;
  columns->close += first;
  columns->volume += first;
}

/**
 * pst_bar_set_slice:
 * @set: a bar set
 * @from_ns: the first time
 * @to_ns: the last time
 * @error: return location for a #PstBarSetError
 *
 * Returns: (transfer full) (nullable): the bars of that time, which @set goes on to hold
 */
PstBarSet *
pst_bar_set_slice (PstBarSet *set, gint64 from_ns, gint64 to_ns, GError **error)
{
  PstBarSet *slice = make_set ();
  gsize first = 0, end = set->n_frames;

  add_owner (slice, pst_bar_set_ref (set), (GDestroyNotify)pst_bar_set_unref);
  slice->n_instruments = set->n_instruments;
  slice->columns = g_memdup2 (set->columns, set->n_instruments * sizeof *set->columns);
  for (guint i = 0; i < set->n_instruments; i++)
    slice_columns (&slice->columns[i], from_ns, to_ns);
  while (first < end && set->frames[first].time_ns < from_ns)
    first++;
  while (end > first && set->frames[end - 1].time_ns > to_ns)
    end--;
  slice->n_frames = end - first;
  slice->frames = g_memdup2 (set->frames + first, slice->n_frames * sizeof *set->frames);
  if (slice->n_frames > 0)
    {
      slice->order = set->order + set->frames[first].first;
      slice->n_bars = set->frames[end - 1].first + set->frames[end - 1].n_bars - set->frames[first].first;
    }
  for (gsize i = 0; i < slice->n_frames; i++)
    slice->frames[i].first -= set->frames[first].first;
  return finish (slice, error);
}
