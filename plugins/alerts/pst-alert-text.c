/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts. What comes from outside (a venue's words in a message) must not become markup, a mention of everybody, or a header. Limits of length are the
 * receivers' own: Slack 40,000 characters of text, Discord 2,000 of content, Telegram 4,096 of text; an alert has less than 1,000 bytes. */

#include "pst-alert-text.h"

#include <json-glib/json-glib.h>

static const char *
mode_to_string (PstMode mode)
{
  static const char *const names[] = { "backtest", "paper", "live" };

  return mode >= PST_MODE_BACKTEST && mode <= PST_MODE_LIVE ? names[mode - PST_MODE_BACKTEST] : "";
}

/* One line, without control characters. */
static char *
to_line (const char *text)
{
  char *line = g_strdup (text);

  for (char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  return line;
}

char *
pst_alert_to_subject (const PstAlert *alert)
{
  g_autofree char *severity = g_ascii_strup (pst_alert_severity_to_string (alert->severity), -1), *title = to_line (alert->title);

  return g_strdup_printf ("%s %s", severity, title);
}

char *
pst_alert_to_body (const PstAlert *alert)
{
  g_autofree char *when = pst_time_to_string (alert->time_ns);
  GString *body = g_string_new (alert->message);

  g_string_append_printf (body, "\n\ncategory: %s\ncomponent: %s\nrun: %s of %s (%s, %s)\ntime: %s\n", alert->category, alert->component, alert->run,
                          alert->user, alert->pipeline, mode_to_string (alert->mode), when);
  if (alert->n_dropped > 0)
    g_string_append_printf (body, "dropped before this one: %u\n", alert->n_dropped);
  return g_string_free (body, FALSE);
}

static void
put (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value);
}

static void
put_generic (JsonBuilder *json, const PstAlert *alert)
{
  g_autofree char *when = pst_time_to_string (alert->time_ns);

  put (json, "time", when);
  put (json, "severity", pst_alert_severity_to_string (alert->severity));
  put (json, "category", alert->category);
  put (json, "title", alert->title);
  put (json, "message", alert->message);
  json_builder_set_member_name (json, "details");
  json_builder_begin_object (json);
  put (json, "component", alert->component);
  put (json, "user", alert->user);
  put (json, "run", alert->run);
  put (json, "pipeline", alert->pipeline);
  put (json, "mode", mode_to_string (alert->mode));
  json_builder_set_member_name (json, "sequence");
  json_builder_add_int_value (json, (gint64)alert->sequence);
  json_builder_set_member_name (json, "dropped");
  json_builder_add_int_value (json, alert->n_dropped);
  json_builder_end_object (json);
}

/* Slack's three control characters. https://api.slack.com/reference/surfaces/formatting#escaping */
static char *
escape_slack (const char *text)
{
  g_autoptr (GString) escaped = g_string_new (text);

  g_string_replace (escaped, "&", "&amp;", 0);
  g_string_replace (escaped, "<", "&lt;", 0);
  g_string_replace (escaped, ">", "&gt;", 0);
  return g_string_free (g_steal_pointer (&escaped), FALSE);
}

static void
put_chat (JsonBuilder *json, const PstAlert *alert, PstAlertFormat format, const char *chat)
{
  g_autofree char *subject = pst_alert_to_subject (alert), *body = pst_alert_to_body (alert), *text = g_strconcat (subject, "\n", body, NULL);
  g_autofree char *escaped = escape_slack (text);

  g_strchomp (text);
  g_strchomp (escaped);
  if (format == PST_ALERT_FORMAT_SLACK)
    {
      put (json, "text", escaped);
      return;
    }
  put (json, format == PST_ALERT_FORMAT_DISCORD ? "content" : "text", text);
  if (format == PST_ALERT_FORMAT_TELEGRAM)
    {
      put (json, "chat_id", chat != NULL ? chat : "");
      json_builder_set_member_name (json, "disable_web_page_preview");
      json_builder_add_boolean_value (json, TRUE);
      return;
    }
  /* Nobody is mentioned, whatever the text says. */
  json_builder_set_member_name (json, "allowed_mentions");
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "parse");
  json_builder_begin_array (json);
  json_builder_end_array (json);
  json_builder_end_object (json);
}

char *
pst_alert_to_json (const PstAlert *alert, PstAlertFormat format, const char *chat)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (json);
  if (format == PST_ALERT_FORMAT_GENERIC)
    put_generic (json, alert);
  else
    put_chat (json, alert, format, chat);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  return json_to_string (root, FALSE);
}

/* Encoded by RFC 2047 when it is not plain; an encoded word has up to 75 characters, so 45 bytes each, never half of a character. */
static void
append_header_text (GString *mail, const char *text)
{
  if (g_str_is_ascii (text))
    {
      g_string_append (mail, text);
      return;
    }
  while (*text != '\0')
    {
      const char *end = text;
      g_autofree char *word = NULL;

      while (*end != '\0' && g_utf8_next_char (end) - text <= 45)
        end = g_utf8_next_char (end);
      word = g_base64_encode ((const guchar *)text, (gsize)(end - text));
      g_string_append_printf (mail, "=?UTF-8?B?%s?=%s", word, *end != '\0' ? "\n " : "");
      text = end;
    }
}

char *
pst_alert_to_mail (const PstAlert *alert, const char *from, char *const *to)
{
  g_autofree char *subject = pst_alert_to_subject (alert), *body = pst_alert_to_body (alert), *run = to_line (alert->run);
  g_autofree char *list = g_strjoinv (", ", (char **)to);
  GString *mail = g_string_new (NULL);

  if (from != NULL)
    g_string_append_printf (mail, "From: %s\n", from);
  g_string_append_printf (mail, "To: %s\nSubject: ", list);
  append_header_text (mail, subject);
  /* Auto-Submitted keeps vacation programs from answering: RFC 3834. */
  g_string_append (mail,
                   "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nAuto-Submitted: auto-generated\n");
  g_string_append (mail, "X-Penstock-Run: ");
  append_header_text (mail, run);
  g_string_append_printf (mail, "\n\n%s", body);
  return g_string_free (mail, FALSE);
}
