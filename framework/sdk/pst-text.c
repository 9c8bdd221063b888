/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text into the fixed fields of records: a title that is too long is cut, not refused, and stays valid UTF-8. */

#include "pst-text-private.h"

#include <string.h>

void
pst_text_copy (char *buffer, gsize size, const char *text)
{
  gsize used = 0;

  memset (buffer, 0, size);
  while (text != NULL && *text != '\0')
    {
      gunichar c = g_utf8_get_char_validated (text, -1);
      gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
      gsize length = valid ? (gsize)g_utf8_skip[(guchar)*text] : 1;

      if (used + length >= size)
        return;
      if (valid)
        memcpy (buffer + used, text, length);
      else
        buffer[used] = '?';
      used += length;
      text += length;
    }
}
