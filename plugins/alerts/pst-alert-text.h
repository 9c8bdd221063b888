/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An alert as each receiver reads it. */
#pragma once

#include "pst-alert.h"

G_BEGIN_DECLS

typedef enum
{
  PST_ALERT_FORMAT_GENERIC,
  PST_ALERT_FORMAT_SLACK,
  PST_ALERT_FORMAT_DISCORD,
  PST_ALERT_FORMAT_TELEGRAM,
} PstAlertFormat;

/* One JSON object without line breaks. @chat: for Telegram. */
char *pst_alert_to_json (const PstAlert *alert, PstAlertFormat format, const char *chat);
/* The title line: "CRITICAL Kill switch engaged". */
char *pst_alert_to_subject (const PstAlert *alert);
/* For people: message, then where it comes from, a line each. */
char *pst_alert_to_body (const PstAlert *alert);
/* A whole message by RFC 5322, lines ending as sendmail takes them. @from may be NULL. */
char *pst_alert_to_mail (const PstAlert *alert, const char *from, char *const *to);

G_END_DECLS
