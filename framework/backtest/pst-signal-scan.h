/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The next bar whose signal would change something: most say nothing, or what is so already. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* All signals there can be. */
#define PST_SIGNAL_SCAN_N 16

/**
 * PstSignalScan:
 * @acts: by target, then by the sign of what is held and one, then by signal: 0xff when that signal changes something
 *
 * What changes something, by where one stands.
 */
typedef struct
{
  guint8 acts[PST_SIGNAL_TARGET_FLAT + 1][3][PST_SIGNAL_SCAN_N];
} PstSignalScan;

void pst_signal_scan_init (PstSignalScan *scan, PstDirection direction, gboolean accumulate);
/* The first bar from @from on, below @n; @n when there is none. */
gsize pst_signal_scan_find (const PstSignalScan *scan, PstSignalTarget target, gint sign, const guint8 *signals, gsize from, gsize n);

G_END_DECLS
