/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A systematic investment plan: the same amount, at the times of a schedule, into the same shares of the same instruments. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_SIP (pst_sip_get_type ())
G_DECLARE_FINAL_TYPE (PstSip, pst_sip, PST, SIP, PstStrategy)

G_END_DECLS
