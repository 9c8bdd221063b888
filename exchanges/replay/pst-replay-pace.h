/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plays a feed in real time, a frame at a time, as a venue would tell it: for paper runs on recorded data. */
#pragma once

#include "pst-replay-feed.h"

G_BEGIN_DECLS

typedef struct _PstReplayPace PstReplayPace;

/* Takes the next block of the feed; it stays valid until the next call. */
typedef PstFeedStatus (*PstReplayNextFunc) (gpointer user_data, PstFrameBlock *block, GError **error);
/* The data are over: @error (nullable) says what was wrong with them. */
typedef void (*PstReplayOverFunc) (gpointer user_data, const GError *error);

/* (transfer full): begins with the first turn of the run's context; publishes for @exchange, a frame each @pace_ns. In start(). */
PstReplayPace *pst_replay_pace_new (PstExchange *exchange, gint64 pace_ns, PstReplayNextFunc next, PstReplayOverFunc over, gpointer user_data);
void pst_replay_pace_free (PstReplayPace *pace);
guint64 pst_replay_pace_get_n_events (const PstReplayPace *pace);

G_END_DECLS
