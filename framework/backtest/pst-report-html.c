/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page: template, style and script are resources of the program, the chart library is Debian's, the data are the JSON document. Everything is in
 * the one file; its Content-Security-Policy lets nothing else be loaded, and no script run but these two, by their hashes. The script makes text of
 * data, never markup. */
#include "pst-report-private.h"

#include <gio/gio.h>
#include <string.h>

#include "pst-report-resources.h"

#define RESOURCES "/org/penstock/report/"

static char *
hash_of (const char *text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *encoded = NULL;

  g_checksum_update (checksum, (const guchar *)text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  encoded = g_base64_encode (digest, length);
  return g_strconcat ("'sha256-", encoded, "'", NULL);
}

static char *
load_resource (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCES, name, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (pst_report_resources_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize size;
  const char *data;

  g_assert (bytes != NULL);
  data = g_bytes_get_data (bytes, &size);
  return g_strndup (data, size);
}

static char *
load_library (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) cause = NULL;

  if (!g_file_get_contents (path, &text, &length, &cause))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
                   "the chart library cannot be read: %s; install Debian's package libjs-chart.js or name the file by --chart-library",
                   cause->message);
      return NULL;
    }
  /* Its text stands between tags. */
  if (!g_utf8_validate (text, (gssize)length, NULL) || strstr (text, "Chart.js v3.") == NULL || strcasestr (text, "</script") != NULL
      || strstr (text, "<!--") != NULL)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "%s is not version 3 of Chart.js (chart.min.js)", path);
      return NULL;
    }
  return g_steal_pointer (&text);
}

static void
append_replaced (GString *text, const char *name, const char *const *values, guint n_values)
{
  for (guint i = 0; i + 1 < n_values; i += 2)
    if (strcmp (values[i], name) == 0)
      g_string_append (text, values[i + 1]);
}

/* "{{NAME}}" becomes the value of NAME; in one walk, so that nothing in a value is replaced. */
static void
fill_template (const char *template, const char *const *values, guint n_values, GString *text)
{
  for (const char *open; (open = strstr (template, "{{")) != NULL;)
    {
      const char *close = strstr (open, "}}");
      g_autofree char *name = g_strndup (open + 2, (gsize)(close - open - 2));

      g_string_append_len (text, template, open - template);
      append_replaced (text, name, values, n_values);
      template = close + 2;
    }
  g_string_append (text, template);
}

/**
 * pst_report_append_html:
 * @report: a report
 * @chart_library: path of chart.min.js
 * @text: where to append
 * @error: PST_OPTION_ERROR_RANGE when the library is not there or is none
 *
 * Returns: whether it was appended
 */
gboolean
pst_report_append_html (const PstReport *report, const char *chart_library, GString *text, GError **error)
{
  g_autofree char *library = load_library (chart_library, error), *template = NULL, *style = NULL, *script = NULL, *title = NULL;
  g_autofree char *library_hash = NULL, *style_hash = NULL, *script_hash = NULL, *policy = NULL;
  g_autoptr (GString) data = g_string_new (NULL);

  if (library == NULL)
    return FALSE;
  template = load_resource ("report.html");
  style = load_resource ("report.css");
  script = load_resource ("report.js");
  title = g_markup_escape_text (report->result->name != NULL ? report->result->name : "backtest", -1);
  pst_report_append_json (report, data);
  library_hash = hash_of (library);
  style_hash = hash_of (style);
  script_hash = hash_of (script);
  policy = g_strdup_printf ("default-src 'none'; script-src %s %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'", library_hash,
                            script_hash, style_hash);
  {
    const char *const values[] = { "TITLE", title, "POLICY", policy, "STYLE", style, "LIBRARY", library, "SCRIPT", script, "DATA", data->str };

    fill_template (template, values, G_N_ELEMENTS (values), text);
  }
  return TRUE;
}
