/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_ONLINE_LEARNING (pst_online_learning_get_type ())
G_DECLARE_FINAL_TYPE (PstOnlineLearning, pst_online_learning, PST, ONLINE_LEARNING, PstSignalStrategy)

G_END_DECLS
