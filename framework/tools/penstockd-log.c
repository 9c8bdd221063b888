/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where log lines are made: with fields for machines, without secrets for anyone. */

#include "penstockd.h"

#include <json-glib/json-glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define N_FIELDS_MAX 24

/* What stands behind these, and a '=' or ':', is nobody's to read. */
static const char *const secret_words[] = { "authorization", "api-key", "api_key",  "apikey",     "api-sign",     "signature",
                                            "secret",        "token",   "password", "passphrase", "x-mbx-apikey", "jwt" };

/* How long the name of a secret at @text is; 0: there is none. */
static gsize
match_word (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (secret_words); i++)
    if (g_ascii_strncasecmp (text, secret_words[i], strlen (secret_words[i])) == 0)
      return strlen (secret_words[i]);
  return g_ascii_strncasecmp (text, "bearer ", 7) == 0 ? 6 : 0;
}

/* Quotes, blanks and the sign between a name and its value. */
static gsize
match_gap (const char *text, gboolean *is_assigned)
{
  gsize n = strspn (text, "\"' ");

  *is_assigned = text[n] == '=' || text[n] == ':';
  if (*is_assigned)
    n += 1 + strspn (text + n + 1, "\"' ");
  return n;
}

char *
penstockd_redact (const char *text)
{
  GString *clean = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize word = match_word (text), gap, value;
      gboolean is_assigned, is_bearer = word == 6 && g_ascii_strncasecmp (text, "bearer", 6) == 0;

      if (word == 0)
        {
          g_string_append_c (clean, *text++);
          continue;
        }
      gap = match_gap (text + word, &is_assigned);
      g_string_append_len (clean, text, (gssize)word);
      text += word;
      if (!is_assigned && !is_bearer)
        continue;
      g_string_append_len (clean, text, (gssize)gap);
      text += gap;
      /* "Authorization: Bearer X": X goes with its own word. */
      if (match_word (text) != 0)
        continue;
      value = strcspn (text, " \"'&;,\n");
      if (value > 0)
        g_string_append (clean, "[redacted]");
      text += value;
    }
  return g_string_free (clean, FALSE);
}

static const char *
level_name (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "error";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  return level & G_LOG_LEVEL_DEBUG ? "debug" : "info";
}

static void
add_member (JsonBuilder *json, const char *name, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, valid);
}

static void
write_json (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  char time[PST_TIME_TEXT_SIZE];

  pst_time_print (g_get_real_time () * 1000, time);
  json_builder_begin_object (json);
  add_member (json, "time", time);
  add_member (json, "level", level_name (level));
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0 && strcmp (fields[i].key, "PRIORITY") != 0 && !g_str_has_prefix (fields[i].key, "CODE_"))
      {
        g_autofree char *name = g_ascii_strdown (fields[i].key, -1);

        add_member (json, name, fields[i].value);
      }
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  fprintf (stderr, "%s\n", text);
}

/* Every line of the process passes here. */
static void
write_clean (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gboolean to_journald)
{
  GLogField clean[N_FIELDS_MAX];
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  n_fields = MIN (n_fields, N_FIELDS_MAX);
  for (gsize i = 0; i < n_fields; i++)
    {
      clean[i] = fields[i];
      if (fields[i].length >= 0)
        continue;
      clean[i].value = penstockd_redact (fields[i].value);
      g_ptr_array_add (texts, (gpointer)clean[i].value);
    }
  if (!to_journald || g_log_writer_journald (level, clean, n_fields, NULL) != G_LOG_WRITER_HANDLED)
    write_json (level, clean, n_fields);
}

/* What libraries log; below warnings only when G_MESSAGES_DEBUG asks for it. */
static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *domain = NULL;

  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
      domain = fields[i].value;
  if (!g_log_writer_default_would_drop (level, domain))
    write_clean (level, fields, n_fields, GPOINTER_TO_INT (user_data));
  return G_LOG_WRITER_HANDLED;
}

void
penstockd_log_init (void)
{
  g_log_set_writer_func (write_line, GINT_TO_POINTER (g_log_writer_is_journald (STDERR_FILENO)), NULL);
}

void
penstockd_log (GLogLevelFlags level, const char *message, ...)
{
  GLogField fields[N_FIELDS_MAX] = { { "MESSAGE", message, -1 }, { "SYSLOG_IDENTIFIER", "penstockd", -1 }, { "PRIORITY", "6", -1 } };
  gsize n_fields = 3;
  const char *name;
  va_list arguments;

  if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR))
    fields[2].value = "3";
  else if (level & G_LOG_LEVEL_WARNING)
    fields[2].value = "4";
  va_start (arguments, message);
  while ((name = va_arg (arguments, const char *)) != NULL && n_fields < N_FIELDS_MAX)
    {
      const char *value = va_arg (arguments, const char *);

      if (value != NULL)
        fields[n_fields++] = (GLogField){ name, value, -1 };
    }
  va_end (arguments);
  /* Not g_log_structured_array(): that would end the process for a critical line under G_DEBUG. */
  write_clean (level, fields, n_fields, g_log_writer_is_journald (STDERR_FILENO));
}
