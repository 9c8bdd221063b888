/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_REGIME_AWARE (pst_regime_aware_get_type ())
G_DECLARE_FINAL_TYPE (PstRegimeAware, pst_regime_aware, PST, REGIME_AWARE, PstSignalStrategy)

G_END_DECLS
