/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host without runs, so that services of hosts start under the conformance tests: it lists none and knows none. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_CHECK_HOST (pst_check_host_get_type ())
G_DECLARE_FINAL_TYPE (PstCheckHost, pst_check_host, PST, CHECK_HOST, GObject)

PstController *pst_check_host_new (void);
/* What a run that somebody else has on it would tell: its state, an alert, its end. */
void pst_check_host_publish_all (PstController *host);

G_END_DECLS
