/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each frame happens now, at the venue and here: guards that look at ages, timers and simulated venues, which fill no order on what happened before
 * it, see real time. The run's clock tells when; it knows the present only once the run's context has turned, so the first timer is set there. A
 * frame that is late does not move those behind it: each has its own time since the first. */
#include "pst-replay-pace.h"

struct _PstReplayPace
{
  PstExchange *exchange; /* not owned */
  gint64 pace_ns;
  PstReplayNextFunc next;
  PstReplayOverFunc over;
  gpointer user_data;
  PstClock *clock;
  GSource *turn; /* of the run's context, behind which the next timer is set */
  gint64 due_ns;
  guint timer;
  PstFrameBlock block; /* the feed's */
  guint n_told;        /* frames of @block */
  GArray *events;      /* PstEvent: of the frame that is told */
  guint64 n_events;
};

static gboolean
publish (PstReplayPace *pace, const PstFrame *recorded, GError **error)
{
  gint64 now_ns = pst_clock_now_ns (pace->clock);
  PstFrame frame = *recorded;
  PstFrameBlock block = { &frame, 1 };

  g_array_set_size (pace->events, 0);
  g_array_append_vals (pace->events, recorded->events, recorded->n_events);
  for (guint i = 0; i < pace->events->len; i++)
    {
      PstEvent *event = &g_array_index (pace->events, PstEvent, i);

      event->venue_time_ns = event->receive_time_ns = now_ns;
    }
  frame.events = (const PstEvent *)(gpointer)pace->events->data;
  frame.time_ns = now_ns;
  pace->n_events += frame.n_events;
  return pst_exchange_publish (pace->exchange, &block, error);
}

static void wait_for_turn (PstReplayPace *pace);

static void
on_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstReplayPace *pace = user_data;
  PstFeedStatus status = PST_FEED_MORE;
  g_autoptr (GError) error = NULL;

  pace->timer = 0;
  while (status == PST_FEED_MORE && pace->n_told == pace->block.n_frames)
    {
      pace->n_told = 0;
      pace->block.n_frames = 0;
      status = pace->next (pace->user_data, &pace->block, &error);
    }
  if (status == PST_FEED_MORE && publish (pace, &pace->block.frames[pace->n_told], &error))
    {
      pace->n_told++;
      pace->due_ns += pace->pace_ns;
      wait_for_turn (pace);
      return;
    }
  pace->over (pace->user_data, error);
}

static gboolean
on_turn (gpointer user_data)
{
  PstReplayPace *pace = user_data;

  if (pace->due_ns == 0)
    pace->due_ns = pst_clock_now_ns (pace->clock) + pace->pace_ns;
  pace->timer = pst_clock_add_timer (pace->clock, pace->due_ns, on_due, pace, NULL);
  return G_SOURCE_REMOVE;
}

static void
drop_turn (PstReplayPace *pace)
{
  if (pace->turn != NULL)
    g_source_destroy (pace->turn);
  g_clear_pointer (&pace->turn, g_source_unref);
}

/* The run has taken the frame before by then, however late it is. */
static void
wait_for_turn (PstReplayPace *pace)
{
  drop_turn (pace);
  pace->turn = g_idle_source_new ();
  g_source_set_priority (pace->turn, G_PRIORITY_DEFAULT);
  g_source_set_callback (pace->turn, on_turn, pace, NULL);
  g_source_attach (pace->turn, g_main_context_get_thread_default ());
}

PstReplayPace *
pst_replay_pace_new (PstExchange *exchange, gint64 pace_ns, PstReplayNextFunc next, PstReplayOverFunc over, gpointer user_data)
{
  PstReplayPace *pace = g_new0 (PstReplayPace, 1);

  pace->exchange = exchange;
  pace->pace_ns = pace_ns;
  pace->next = next;
  pace->over = over;
  pace->user_data = user_data;
  pace->clock = g_object_ref (pst_context_get_clock (pst_component_get_context (PST_COMPONENT (exchange))));
  pace->events = g_array_new (FALSE, FALSE, sizeof (PstEvent));
  wait_for_turn (pace);
  return pace;
}

void
pst_replay_pace_free (PstReplayPace *pace)
{
  drop_turn (pace);
  if (pace->timer != 0)
    pst_clock_remove_timer (pace->clock, pace->timer);
  g_object_unref (pace->clock);
  g_array_unref (pace->events);
  g_free (pace);
}

guint64
pst_replay_pace_get_n_events (const PstReplayPace *pace)
{
  return pace->n_events;
}
