/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies of what transports hand over, for whoever wants to keep it: the originals live in the transport's own buffers. */

#include "pst-transport-facts.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (PstOpened, pst_opened, pst_opened_copy, pst_opened_free)
G_DEFINE_BOXED_TYPE (PstMessage, pst_message, pst_message_copy, pst_message_free)
G_DEFINE_BOXED_TYPE (PstClosed, pst_closed, pst_closed_copy, pst_closed_free)
G_DEFINE_BOXED_TYPE (PstHttpReply, pst_http_reply, pst_http_reply_copy, pst_http_reply_free)

/* With a NUL behind, which the originals have too. */
static char *
copy_bytes (const char *bytes, gsize length)
{
  char *copy = g_malloc (length + 1);

  if (length > 0)
    memcpy (copy, bytes, length);
  copy[length] = '\0';
  return copy;
}

/**
 * pst_opened_copy:
 * @opened: the fact
 *
 * Copies it with its text. Any thread.
 *
 * Returns: (transfer full): the copy
 */
PstOpened *
pst_opened_copy (const PstOpened *opened)
{
  PstOpened *copy;

  g_return_val_if_fail (opened != NULL, NULL);

  copy = g_memdup2 (opened, sizeof *opened);
  copy->url = g_strdup (opened->url);
  return copy;
}

/**
 * pst_opened_free:
 * @opened: (transfer full): what pst_opened_copy() made
 *
 * Frees a copy. Any thread.
 */
void
pst_opened_free (PstOpened *opened)
{
  g_free ((char *)opened->url);
  g_free (opened);
}

/**
 * pst_message_copy:
 * @message: the fact
 *
 * Copies it with its bytes. Any thread.
 *
 * Returns: (transfer full): the copy
 */
PstMessage *
pst_message_copy (const PstMessage *message)
{
  PstMessage *copy;

  g_return_val_if_fail (message != NULL, NULL);

  copy = g_memdup2 (message, sizeof *message);
  copy->text = copy_bytes (message->text, message->length);
  return copy;
}

/**
 * pst_message_free:
 * @message: (transfer full): what pst_message_copy() made
 *
 * Frees a copy. Any thread.
 */
void
pst_message_free (PstMessage *message)
{
  g_free ((char *)message->text);
  g_free (message);
}

/**
 * pst_closed_copy:
 * @closed: the fact
 *
 * Copies it with its text. Any thread.
 *
 * Returns: (transfer full): the copy
 */
PstClosed *
pst_closed_copy (const PstClosed *closed)
{
  PstClosed *copy;

  g_return_val_if_fail (closed != NULL, NULL);

  copy = g_memdup2 (closed, sizeof *closed);
  copy->text = g_strdup (closed->text);
  return copy;
}

/**
 * pst_closed_free:
 * @closed: (transfer full): what pst_closed_copy() made
 *
 * Frees a copy. Any thread.
 */
void
pst_closed_free (PstClosed *closed)
{
  g_free ((char *)closed->text);
  g_free (closed);
}

/**
 * pst_http_reply_copy:
 * @reply: the outcome
 *
 * Copies it with headers and body. Any thread.
 *
 * Returns: (transfer full): the copy
 */
PstHttpReply *
pst_http_reply_copy (const PstHttpReply *reply)
{
  PstHttpReply *copy;

  g_return_val_if_fail (reply != NULL, NULL);

  copy = g_memdup2 (reply, sizeof *reply);
  copy->headers = (const char *const *)g_strdupv ((char **)reply->headers);
  copy->body = copy_bytes (reply->body, reply->length);
  copy->text = g_strdup (reply->text);
  return copy;
}

/**
 * pst_http_reply_free:
 * @reply: (transfer full): what pst_http_reply_copy() made
 *
 * Frees a copy. Any thread.
 */
void
pst_http_reply_free (PstHttpReply *reply)
{
  g_strfreev ((char **)reply->headers);
  g_free ((char *)reply->body);
  g_free ((char *)reply->text);
  g_free (reply);
}

/**
 * pst_http_reply_get_header:
 * @reply: an outcome
 * @name: the header's name, in any case
 *
 * Finds a header of the answer. Any thread.
 *
 * Returns: (transfer none) (nullable): its first value; %NULL when the answer has none by this name
 */
const char *
pst_http_reply_get_header (const PstHttpReply *reply, const char *name)
{
  g_return_val_if_fail (reply != NULL && name != NULL, NULL);

  for (const char *const *header = reply->headers; header != NULL && header[0] != NULL; header += 2)
    if (g_ascii_strcasecmp (header[0], name) == 0)
      return header[1];
  return NULL;
}

/**
 * pst_http_reply_is_unknown:
 * @reply: an outcome
 *
 * Tells whether the venue may or may not have carried the request out: it was sent, and no answer that says so came back. What changes an
 * account must then be asked for, never sent again. Any thread.
 *
 * Returns: %TRUE for a timeout, a lost or oversized answer and for every status of 500 and above
 */
gboolean
pst_http_reply_is_unknown (const PstHttpReply *reply)
{
  g_return_val_if_fail (reply != NULL, TRUE);

  switch (reply->outcome)
    {
    case PST_HTTP_ANSWERED:
      return reply->status >= 500;
    case PST_HTTP_NOT_SENT:
      return FALSE;
    case PST_HTTP_TIMED_OUT:
    case PST_HTTP_LOST:
    case PST_HTTP_TOO_LARGE:
    default:
      return TRUE;
    }
}
