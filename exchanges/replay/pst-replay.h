/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The replay feed as a component. */
#pragma once

#include "pst-replay-feed.h"
#include "pst-replay-options.h"

G_BEGIN_DECLS

#define PST_TYPE_REPLAY (pst_replay_get_type ())
G_DECLARE_FINAL_TYPE (PstReplay, pst_replay, PST, REPLAY, PstExchange)

G_END_DECLS
