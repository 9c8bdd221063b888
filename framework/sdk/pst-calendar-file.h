/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where calendars come from: files NAME.calendar in the folders of PENSTOCK_CALENDAR_PATH, then those that came with Penstock. */
#pragma once

#include "../model/pst-calendar.h"

G_BEGIN_DECLS

/* (transfer full): the calendar of that name; a text with a '/' is the path of a file. NULL or empty: pst_calendar_get_always(). Reads the disk.
 * PST_OPTION_ERROR_RANGE with the names that there are, PST_OPTION_ERROR_TYPE for a file that cannot be understood. */
PST_API PstCalendar *pst_calendar_load (const char *name, GError **error);
/* (transfer full): the names of all calendars that can be found, in order. */
PST_API char **pst_calendar_list_names (void);

G_END_DECLS
