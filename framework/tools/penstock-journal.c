/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock journal: reads a journal back through the store plugin that wrote it. The format is the plugin's alone. */

#include "penstock-json.h"
#include "penstock-verb.h"

#include <string.h>

/* Records name instruments by index and reports only their order: what was read before gives prices their point. */
typedef struct
{
  gboolean print;
  gboolean any_kind;
  PstRecordKind kind;
  GString *line;
  GArray *instruments; /* PstInstrumentRecord by index */
  GHashTable *orders;  /* order number -> instrument index, of orders that still work */
} Dump;

static void
dump_init (Dump *dump)
{
  *dump = (Dump){ .line = g_string_new (NULL),
                  .instruments = g_array_new (FALSE, TRUE, sizeof (PstInstrumentRecord)),
                  .orders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) };
}

static void
dump_clear (Dump *dump)
{
  g_string_free (dump->line, TRUE);
  g_array_unref (dump->instruments);
  g_hash_table_unref (dump->orders);
}

static void
remember (Dump *dump, const PstRecord *record)
{
  if (record->kind == PST_RECORD_INSTRUMENT && record->instrument.index == dump->instruments->len)
    g_array_append_val (dump->instruments, record->instrument);
  else if (record->kind == PST_RECORD_INTENT)
    g_hash_table_insert (dump->orders, g_memdup2 (&record->order.id, sizeof record->order.id), GUINT_TO_POINTER (record->order.request.instrument));
  else if (record->kind == PST_RECORD_ORDER && pst_order_state_is_final (record->order.state))
    g_hash_table_remove (dump->orders, &record->order.id);
}

static const PstInstrumentRecord *
find_instrument (const Dump *dump, const PstRecord *record)
{
  guint32 index = pst_record_get_instrument (record);
  gpointer known;

  if (record->kind == PST_RECORD_REPORT && g_hash_table_lookup_extended (dump->orders, &record->report.order_id, NULL, &known))
    index = GPOINTER_TO_UINT (known);
  return index < dump->instruments->len ? &g_array_index (dump->instruments, PstInstrumentRecord, index) : NULL;
}

static gboolean
on_record (const PstRecord *record, gpointer user_data, GError **error)
{
  Dump *dump = user_data;

  if (!dump->print)
    return TRUE;
  if (dump->any_kind || record->kind == dump->kind)
    {
      g_string_truncate (dump->line, 0);
      pst_record_to_json_scaled (record, find_instrument (dump, record), dump->line);
      g_print ("%s\n", dump->line->str);
    }
  remember (dump, record);
  return TRUE;
}

static void
print_scan (const char *path, const PstStoreScan *scan, gboolean as_json, const GError *error)
{
  if (as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      penstock_json_add_string (json, "file", path);
      penstock_json_add_boolean (json, "valid", error == NULL);
      penstock_json_add_integer (json, "records", (gint64)scan->n_records);
      penstock_json_add_integer (json, "bytes", (gint64)scan->n_bytes);
      penstock_json_add_integer (json, "torn_bytes", (gint64)scan->n_bytes_torn);
      penstock_json_add_string (json, "error", error ? error->message : NULL);
      json_builder_end_object (json);
      penstock_json_print (json);
      return;
    }
  g_print ("%s: %" G_GUINT64_FORMAT " records in %" G_GUINT64_FORMAT " bytes%s\n", path, scan->n_records, scan->n_bytes,
           error ? " before the damage" : ", sound");
  if (scan->n_bytes_torn)
    g_print ("%s: the last record is torn: %" G_GUINT64_FORMAT " bytes, which opening the journal for writing would cut off\n", path,
             scan->n_bytes_torn);
}

static PstStore *
open_store (PstCatalogue *catalogue, const char *plugin_id, const char *path, GError **error)
{
  PstPlugin *plugin = pst_catalogue_load (catalogue, plugin_id, PST_COMPONENT_KIND_STORE, error);
  g_autoptr (PstStore) store = NULL;

  if (!plugin)
    return NULL;
  store = g_object_new (plugin->type, NULL);
  if (!pst_component_set_option (PST_COMPONENT (store), "path", path, error))
    return NULL;
  if (pst_store_can_replay (store))
    return g_steal_pointer (&store);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "plugin \"%s\" cannot read back what it wrote", plugin_id);
  return NULL;
}

static gboolean
parse_kind (const char *text, Dump *dump, GError **error)
{
  g_autoptr (GEnumClass) enum_class = NULL;
  const GEnumValue *known;

  dump->any_kind = text == NULL;
  if (!text)
    return TRUE;
  enum_class = g_type_class_ref (PST_TYPE_RECORD_KIND);
  known = g_enum_get_value_by_nick (enum_class, text);
  if (known)
    {
      dump->kind = (PstRecordKind)known->value;
      return TRUE;
    }
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "--kind %s: there is no such kind of record; see PstRecordKind in the reference",
               text);
  return FALSE;
}

static int
scan_journal (const PenstockVerb *verb, const char *plugin_id, const char *path, Dump *dump, gboolean as_json)
{
  g_autoptr (PstCatalogue) catalogue = penstock_catalogue_open ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PstStore) store = open_store (catalogue, plugin_id, path, &error);
  PstStoreScan scan = { 0 };

  if (!store)
    return penstock_verb_fail (verb, error);
  pst_store_replay (store, on_record, dump, &scan, &error);
  if (!dump->print)
    print_scan (path, &scan, as_json, error);
  return error ? penstock_verb_fail (verb, error) : PST_EXIT_OK;
}

static int
run_dump (const PenstockVerb *verb, char **argv, const char *plugin_id, const char *kind, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  Dump dump;
  int exit_code = PST_EXIT_USAGE;

  dump_init (&dump);
  dump.print = strcmp (argv[1], "dump") == 0;
  if (!dump.print && strcmp (argv[1], "verify") != 0)
    g_printerr ("penstock journal: \"%s\" is neither verify nor dump\n", argv[1]);
  else if (!parse_kind (kind, &dump, &error))
    g_printerr ("penstock journal: %s\n", error->message);
  else
    exit_code = scan_journal (verb, plugin_id ? plugin_id : "journal", argv[2], &dump, as_json);
  dump_clear (&dump);
  return exit_code;
}

static int
run_journal (const PenstockVerb *verb, int argc, char **argv)
{
  g_autofree char *plugin_id = NULL, *kind = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "plugin", 0, 0, G_OPTION_ARG_STRING, &plugin_id, "Store plugin that wrote it (default: journal)", "ID" },
    { "kind", 0, 0, G_OPTION_ARG_STRING, &kind, "Dump records of one kind only: run, intent, order, report, fill, tick, ...", "KIND" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON (dump always does: one object a line)", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 2, 2, &exit_code))
    return exit_code;
  return run_dump (verb, argv, plugin_id, kind, as_json);
}

const PenstockVerb penstock_verb_journal = {
  "journal",
  "verify|dump FILE",
  "Verify or dump a journal",
  "verify reads every record and checks length, checksum and sequence. A torn last record is reported and is no\n"
  "error: it was never confirmed. Any other damage is an error that names the offset. dump prints one JSON object a\n"
  "line; it stops at the damage, if there is any.",
  run_journal,
};
