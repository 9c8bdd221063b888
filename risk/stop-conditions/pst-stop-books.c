/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Watches books, by frames and by time. */

#include "pst-stop-books.h"

typedef struct
{
  const char *name;   /* as the option says it, while the instrument is not there; else NULL */
  guint32 instrument; /* PST_INSTRUMENT_NONE while it is not there */
  gboolean live;
  gint64 since_ns; /* live: its last update; else: when it ceased to be live */
} Watched;

void
pst_stop_books_init (PstStopBooks *books)
{
  *books = (PstStopBooks){ 0 };
  books->watched = g_array_new (FALSE, FALSE, sizeof (Watched));
  books->slots = g_array_new (FALSE, TRUE, sizeof (guint));
}

void
pst_stop_books_clear (PstStopBooks *books)
{
  g_array_unref (books->watched);
  g_array_unref (books->slots);
}

static Watched *
find (PstStopBooks *books, guint32 instrument)
{
  guint slot = instrument < books->slots->len ? g_array_index (books->slots, guint, instrument) : 0;

  return slot > 0 ? &g_array_index (books->watched, Watched, slot - 1) : NULL;
}

static void
bind (PstStopBooks *books, guint at, guint32 instrument)
{
  if (instrument >= books->slots->len)
    g_array_set_size (books->slots, instrument + 1);
  g_array_index (books->slots, guint, instrument) = at + 1;
  g_array_index (books->watched, Watched, at).instrument = instrument;
}

static gboolean
is_live (PstStopBooks *books, guint32 instrument)
{
  const PstBook *book = instrument != PST_INSTRUMENT_NONE ? pst_context_get_book (books->context, instrument) : NULL;

  return book != NULL && pst_book_get_state (book) == PST_BOOK_LIVE;
}

static void
watch (PstStopBooks *books, guint32 instrument, const char *name, gint64 now_ns)
{
  const Watched watched = { name, PST_INSTRUMENT_NONE, is_live (books, instrument), now_ns };

  g_array_append_val (books->watched, watched);
  if (instrument != PST_INSTRUMENT_NONE)
    bind (books, books->watched->len - 1, instrument);
}

/* When the book reaches its limit; G_MAXINT64 for never. */
static gint64
find_deadline (const PstStopBooks *books, const Watched *watched)
{
  gint64 limit_ns = watched->live ? books->options->age_limit_ns : books->options->stale_limit_ns, deadline_ns, open_ns;
  PstMarketSession session;

  if (limit_ns <= 0 || !pst_add_checked (watched->since_ns, limit_ns, &deadline_ns))
    return G_MAXINT64;
  if (watched->instrument == PST_INSTRUMENT_NONE)
    return deadline_ns;
  /* While its market is closed a book is silent by right: what counts is the silence since the open. */
  if (pst_calendar_get_session (pst_context_get_calendar (books->context, watched->instrument), deadline_ns, &session, NULL)
      && watched->since_ns < session.open_ns && pst_add_checked (session.open_ns, limit_ns, &open_ns)
      && !pst_calendar_is_always_open (pst_context_get_calendar (books->context, watched->instrument)))
    return MAX (deadline_ns, open_ns);
  return deadline_ns;
}

static gboolean
is_on (const PstStopBooks *books)
{
  return books->options != NULL && (books->options->age_limit_ns > 0 || books->options->stale_limit_ns > 0);
}

static void check (PstStopBooks *books);

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstStopBooks *books = user_data;

  books->timer = 0;
  check (books);
}

static void
tell (PstStopBooks *books, const Watched *watched, gint64 now_ns)
{
  const PstInstrument *instrument = watched->instrument != PST_INSTRUMENT_NONE
                                        ? pst_instrument_table_get (pst_context_get_instruments (books->context), watched->instrument)
                                        : NULL;

  books->func (instrument != NULL ? instrument->id : watched->name, now_ns - watched->since_ns, watched->live, books->user_data);
}

/* The timer moves only when it fires: updates come far more often than it does. */
static void
check (PstStopBooks *books)
{
  gint64 now_ns = pst_context_now_ns (books->context), next_ns = G_MAXINT64;

  for (guint i = 0; i < books->watched->len; i++)
    {
      const Watched *watched = &g_array_index (books->watched, Watched, i);
      gint64 deadline_ns = find_deadline (books, watched);

      if (deadline_ns <= now_ns)
        {
          tell (books, watched, now_ns);
          return;
        }
      next_ns = MIN (next_ns, deadline_ns);
    }
  if (next_ns != G_MAXINT64 && books->timer == 0)
    books->timer = pst_clock_add_timer (pst_context_get_clock (books->context), next_ns, on_timer, books, NULL);
}

void
pst_stop_books_start (PstStopBooks *books, PstContext *context, const PstStopConditionsOptions *options, PstStopBookFunc func, gpointer user_data)
{
  PstInstrumentTable *table = pst_context_get_instruments (context);
  gint64 now_ns = pst_context_now_ns (context);

  pst_stop_books_stop (books);
  books->context = context;
  books->options = options;
  books->func = func;
  books->user_data = user_data;
  if (!is_on (books))
    return;
  for (guint i = 0; options->watch != NULL && options->watch[i] != NULL; i++)
    watch (books, pst_instrument_table_find (table, options->watch[i]), options->watch[i], now_ns);
  for (guint32 i = 0; options->watch == NULL && i < pst_instrument_table_get_size (table); i++)
    if (pst_context_get_book (context, i) != NULL)
      watch (books, i, NULL, now_ns);
  check (books);
}

void
pst_stop_books_stop (PstStopBooks *books)
{
  if (books->timer != 0)
    pst_clock_remove_timer (pst_context_get_clock (books->context), books->timer);
  books->timer = 0;
  books->options = NULL;
  g_array_set_size (books->watched, 0);
  g_array_set_size (books->slots, 0);
}

/* One that the option names may come late; without the option every instrument counts that has a book. */
static Watched *
adopt (PstStopBooks *books, guint32 instrument, gint64 now_ns)
{
  const char *id = pst_instrument_table_get (pst_context_get_instruments (books->context), instrument)->id;

  if (books->options->watch == NULL)
    {
      watch (books, instrument, NULL, now_ns);
      return find (books, instrument);
    }
  for (guint i = 0; i < books->watched->len; i++)
    {
      const Watched *watched = &g_array_index (books->watched, Watched, i);

      if (watched->instrument == PST_INSTRUMENT_NONE && g_str_equal (watched->name, id))
        {
          bind (books, i, instrument);
          return find (books, instrument);
        }
    }
  return NULL;
}

static void
follow (PstStopBooks *books, guint32 instrument, gint64 now_ns)
{
  Watched *watched = find (books, instrument);
  gboolean live;

  if (watched == NULL && (watched = adopt (books, instrument, now_ns)) == NULL)
    return;
  live = is_live (books, instrument);
  if (live || watched->live)
    watched->since_ns = now_ns;
  watched->live = live;
}

void
pst_stop_books_take_frame (PstStopBooks *books, const PstFrame *frame)
{
  guint32 last = PST_INSTRUMENT_NONE;

  if (!is_on (books))
    return;
  for (guint i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];

      if ((event->kind != PST_EVENT_LEVEL && event->kind != PST_EVENT_STATUS) || event->instrument == last)
        continue;
      /* A change of status is no update; but it may have ended the book's life. */
      if (event->kind == PST_EVENT_STATUS && (find (books, event->instrument) == NULL || is_live (books, event->instrument)))
        continue;
      last = event->instrument;
      follow (books, event->instrument, frame->time_ns);
    }
  if (books->timer == 0)
    check (books);
}
