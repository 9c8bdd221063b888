/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy of signals that says what it is told: for tests of strategies that are made of others. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Its signal is four bits of the bar's volume: (volume >> shift) & 15, so that one bar can have many sayers say different things. Options: shift, 0
 * to 56; warm-up, bars, which it tells and keeps to. A volume below 0 is a sum that overflows. */
#define PST_TYPE_CHECK_SAYER (pst_check_sayer_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstCheckSayer, pst_check_sayer, PST, CHECK_SAYER, PstSignalStrategy)

G_END_DECLS
