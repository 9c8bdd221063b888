/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type, for the plugin's entry point and for its tests. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_ENSEMBLE (pst_ensemble_get_type ())
G_DECLARE_FINAL_TYPE (PstEnsemble, pst_ensemble, PST, ENSEMBLE, PstSignalStrategy)

G_END_DECLS
