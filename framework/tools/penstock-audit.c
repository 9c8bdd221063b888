/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock audit: reads audit chains back through the store plugin that keeps them, and looks for tampering, or lists them. */

#include "../host/pst-audit-check.h"
#include "../host/pst-text-file.h"
#include "penstock-json.h"
#include "penstock-verb.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  char *plugin_id;
  char *user, *run;
  char *against, *head;
  char *action, *actor;
  gint64 order_id;
  char *since, *until; /* as written */
  gint64 since_ns, until_ns;
  gboolean as_json;
} AuditOptions;

/* Only ledgers are in databases. A ledger of SQLite says so in its first bytes; any other file is taken for a journal, which says what it is not. */
static const char *
guess_plugin (const char *place)
{
  static const char magic[] = "SQLite format 3";
  char bytes[sizeof magic] = "";
  gboolean is_database = strcmp (penstock_place_option (place), "database") == 0;
  FILE *file = is_database ? NULL : fopen (place, "rb");
  gboolean is_ledger
      = is_database || (file != NULL && fread (bytes, 1, sizeof bytes, file) == sizeof bytes && memcmp (bytes, magic, sizeof magic) == 0);

  if (file != NULL)
    fclose (file);
  return is_ledger ? "sql" : "journal";
}

static gboolean
read_chains (const char *plugin_id, const char *place, PstAuditFunc func, gpointer user_data, GError **error)
{
  g_autoptr (PstCatalogue) catalogue = penstock_catalogue_open ();
  PstPlugin *plugin = pst_catalogue_load (catalogue, plugin_id != NULL ? plugin_id : guess_plugin (place), PST_COMPONENT_KIND_STORE, error);
  g_autoptr (PstStore) store = NULL;

  if (plugin == NULL)
    return FALSE;
  store = g_object_new (plugin->type, NULL);
  return pst_component_set_option (PST_COMPONENT (store), penstock_place_option (place), place, error)
         && pst_store_read_audit (store, func, user_data, error);
}

static gboolean
is_wanted (const AuditOptions *options, const char *user_id, const char *run_id)
{
  return (options->user == NULL || strcmp (options->user, user_id) == 0) && (options->run == NULL || strcmp (options->run, run_id) == 0);
}

/* NUMBER:HASH of the one run that is looked at. */
static gboolean
compare_head (const AuditOptions *options, PstAuditCheck *check, GError **error)
{
  const char *colon = strchr (options->head, ':');
  g_autofree char *number = g_strndup (options->head, colon != NULL ? (gsize)(colon - options->head) : 0);
  PstAuditChain noted = { 0 };

  if (options->run == NULL || colon == NULL || !g_ascii_string_to_unsigned (number, 10, 0, G_MAXINT64, &noted.head.number, NULL)
      || !pst_audit_hash_parse (colon + 1, noted.head.hash))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--head %s: write --run ID --head NUMBER:HASH, as audit verify printed them, with 64 hexadecimal digits", options->head);
      return FALSE;
    }
  g_strlcpy (noted.run.run_id, options->run, sizeof noted.run.run_id);
  g_strlcpy (noted.run.user_id, options->user != NULL ? options->user : "local", sizeof noted.run.user_id);
  pst_audit_check_compare (check, &noted, "what was noted says that");
  return TRUE;
}

/* Every run that both stores could have; what is wrong in the other by itself is not told here. */
static gboolean
compare_store (const AuditOptions *options, PstAuditCheck *check, GError **error)
{
  g_autoptr (PstAuditCheck) other = pst_audit_check_new ();
  g_autofree char *where = g_strdup_printf ("in \"%s\"", options->against);

  if (!read_chains (NULL, options->against, pst_audit_check_take, other, error))
    return FALSE;
  for (guint i = 0; i < other->chains->len; i++)
    {
      const PstAuditChain *chain = &g_array_index (other->chains, PstAuditChain, i);

      if (chain->run.state != 0 && is_wanted (options, chain->run.user_id, chain->run.run_id))
        pst_audit_check_compare (check, chain, where);
    }
  return TRUE;
}

static void
print_check_json (const AuditOptions *options, const char *path, const PstAuditCheck *check, guint n_findings)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  char hash[PST_AUDIT_HASH_TEXT_SIZE];

  json_builder_begin_object (json);
  penstock_json_add_string (json, "file", path);
  penstock_json_add_boolean (json, "valid", n_findings == 0);
  json_builder_set_member_name (json, "runs");
  json_builder_begin_array (json);
  for (guint i = 0; i < check->chains->len; i++)
    {
      const PstAuditChain *chain = &g_array_index (check->chains, PstAuditChain, i);

      if (!is_wanted (options, chain->run.user_id, chain->run.run_id))
        continue;
      pst_audit_hash_print (chain->head.hash, hash);
      json_builder_begin_object (json);
      penstock_json_add_string (json, "user", chain->run.user_id);
      penstock_json_add_string (json, "run", chain->run.run_id);
      penstock_json_add_integer (json, "records", (gint64)chain->n_records);
      penstock_json_add_integer (json, "head_number", (gint64)chain->head.number);
      penstock_json_add_string (json, "head_hash", hash);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_set_member_name (json, "findings");
  json_builder_begin_array (json);
  for (guint i = 0; i < check->findings->len; i++)
    {
      const PstAuditFinding *finding = check->findings->pdata[i];

      if (!is_wanted (options, finding->user_id, finding->run_id))
        continue;
      json_builder_begin_object (json);
      penstock_json_add_string (json, "kind", pst_audit_finding_kind_to_string (finding->kind));
      penstock_json_add_string (json, "user", finding->user_id);
      penstock_json_add_string (json, "run", finding->run_id);
      penstock_json_add_integer (json, "number", (gint64)finding->number);
      penstock_json_add_integer (json, "sequence", (gint64)finding->sequence);
      penstock_json_add_string (json, "text", finding->text);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  penstock_json_print (json);
}

static void
print_check (const AuditOptions *options, const PstAuditCheck *check)
{
  char hash[PST_AUDIT_HASH_TEXT_SIZE];

  for (guint i = 0; i < check->chains->len; i++)
    {
      const PstAuditChain *chain = &g_array_index (check->chains, PstAuditChain, i);

      if (!is_wanted (options, chain->run.user_id, chain->run.run_id) || chain->run.state == 0)
        continue;
      pst_audit_hash_print (chain->head.hash, hash);
      if (chain->n_records > 0)
        g_print ("%s of user %s: %" G_GUINT64_FORMAT " audit records, end %" G_GUINT64_FORMAT ":%s%s\n", chain->run.run_id, chain->run.user_id,
                 chain->n_records, chain->head.number, hash, chain->run.state < PST_RUN_STATE_STOPPED ? ", the run has not ended" : "");
      else
        g_print ("%s of user %s: no audit records\n", chain->run.run_id, chain->run.user_id);
    }
  for (guint i = 0; i < check->findings->len; i++)
    {
      const PstAuditFinding *finding = check->findings->pdata[i];

      if (is_wanted (options, finding->user_id, finding->run_id))
        g_print ("%s: %s of user %s: %s\n", pst_audit_finding_kind_to_string (finding->kind), finding->run_id, finding->user_id, finding->text);
    }
  if (check->n_findings > check->findings->len)
    g_print ("and %" G_GUINT64_FORMAT " more\n", check->n_findings - check->findings->len);
}

static guint
count_wanted (const AuditOptions *options, const PstAuditCheck *check)
{
  guint n = 0;

  for (guint i = 0; i < check->findings->len; i++)
    {
      const PstAuditFinding *finding = check->findings->pdata[i];

      n += is_wanted (options, finding->user_id, finding->run_id);
    }
  return n;
}

static int
verify (const PenstockVerb *verb, const char *path, const AuditOptions *options)
{
  g_autoptr (PstAuditCheck) check = pst_audit_check_new ();
  g_autoptr (GError) error = NULL;
  guint n_findings;
  gboolean read = read_chains (options->plugin_id, path, pst_audit_check_take, check, &error)
                  && (options->against == NULL || compare_store (options, check, &error))
                  && (options->head == NULL || compare_head (options, check, &error));

  n_findings = count_wanted (options, check);
  if (options->as_json)
    print_check_json (options, path, check, n_findings + (read ? 0 : 1));
  else
    print_check (options, check);
  if (!read)
    return penstock_verb_fail (verb, error);
  if (n_findings == 0)
    return PST_EXIT_OK;
  g_printerr ("penstock audit: \"%s\" was tampered with or is damaged: %u findings\n", path, n_findings);
  return PST_EXIT_STORE;
}

static gboolean
show_record (const PstAuditRun *run, const PstRecord *record, gpointer user_data, GError **error)
{
  const AuditOptions *options = user_data;
  char time[PST_TIME_TEXT_SIZE];

  if (record == NULL || !is_wanted (options, run->user_id, run->run_id)
      || (options->action != NULL && strcmp (options->action, record->audit.action) != 0)
      || (options->actor != NULL && strcmp (options->actor, record->audit.actor) != 0) || record->time_ns < options->since_ns
      || record->time_ns >= options->until_ns || (options->order_id != 0 && (guint64)options->order_id != record->audit.order_id))
    return TRUE;
  if (options->as_json)
    {
      g_autoptr (GString) json = g_string_new (NULL);

      pst_record_to_json (record, json);
      g_print ("%s\n", json->str);
      return TRUE;
    }
  pst_time_print (record->time_ns, time);
  g_print ("%s %s %" G_GUINT64_FORMAT " %s %s", run->run_id, time, record->audit.number,
           record->audit.actor[0] != '\0' ? record->audit.actor : "(system)", record->audit.action);
  if (record->audit.order_id != 0)
    g_print (" order=%" G_GUINT64_FORMAT, record->audit.order_id);
  if (record->audit.why[0] != '\0')
    g_print (" (%s)", record->audit.why);
  if (record->audit.before[0] != '\0' || record->audit.after[0] != '\0')
    g_print (" %s -> %s", record->audit.before, record->audit.after);
  g_print ("\n");
  return TRUE;
}

static gboolean
read_time (const char *option, const char *text, gint64 *time_ns)
{
  if (text == NULL || pst_time_parse (text, -1, time_ns, NULL))
    return TRUE;
  g_printerr ("penstock audit: --%s %s: write a date or a time like 2026-01-31 or 2026-01-31T09:30:00Z\n", option, text);
  return FALSE;
}

static int
run_verb (const PenstockVerb *verb, char **argv, AuditOptions *options)
{
  g_autoptr (GError) error = NULL;

  options->since_ns = G_MININT64;
  options->until_ns = G_MAXINT64;
  if (!read_time ("since", options->since, &options->since_ns) || !read_time ("until", options->until, &options->until_ns))
    return PST_EXIT_USAGE;
  if (strcmp (argv[1], "verify") == 0)
    return verify (verb, argv[2], options);
  if (strcmp (argv[1], "show") == 0)
    return read_chains (options->plugin_id, argv[2], show_record, options, &error) ? PST_EXIT_OK : penstock_verb_fail (verb, error);
  g_printerr ("penstock audit: \"%s\" is neither verify nor show\n", argv[1]);
  return PST_EXIT_USAGE;
}

static int
run_audit (const PenstockVerb *verb, int argc, char **argv)
{
  AuditOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "run", 0, 0, G_OPTION_ARG_STRING, &options.run, "Only the run of this id", "ID" },
    { "user", 0, 0, G_OPTION_ARG_STRING, &options.user, "Only runs of this user", "USER" },
    { "against", 0, 0, G_OPTION_ARG_FILENAME, &options.against, "verify: the chains must end as they do in this other store", "LEDGER|JOURNAL" },
    { "head", 0, 0, G_OPTION_ARG_STRING, &options.head, "verify: the run's chain must end so, as verify printed it before", "NUMBER:HASH" },
    { "action", 0, 0, G_OPTION_ARG_STRING, &options.action, "show: only this action, ORDER_SENT for example", "ACTION" },
    { "actor", 0, 0, G_OPTION_ARG_STRING, &options.actor, "show: only what this component or user did", "NAME" },
    { "order", 0, 0, G_OPTION_ARG_INT64, &options.order_id, "show: only what is about this order", "NUMBER" },
    { "since", 0, 0, G_OPTION_ARG_STRING, &options.since, "show: only from this time on, by the run's clock; UTC unless it says its zone", "TIME" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &options.until, "show: only before this time", "TIME" },
    { "plugin", 0, 0, G_OPTION_ARG_STRING, &options.plugin_id, "Store plugin that wrote it (default: sql or journal, as the file says)", "ID" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.as_json, "Print JSON (show: one object a line)", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 2, 2, &exit_code))
    exit_code = run_verb (verb, argv, &options);
  g_free (options.plugin_id);
  g_free (options.user);
  g_free (options.run);
  g_free (options.against);
  g_free (options.head);
  g_free (options.action);
  g_free (options.since);
  g_free (options.until);
  g_free (options.actor);
  return exit_code;
}

const PenstockVerb penstock_verb_audit = {
  "audit",
  "verify|show LEDGER|JOURNAL",
  "Look for tampering in audit chains, or list them",
  "LEDGER is a file, or postgresql://USER@HOST/DATABASE. verify computes every hash anew and names each audit record that\n"
  "was changed, taken out, put in or moved, and each run that was taken out of a ledger. It prints where each chain ends; noted elsewhere and given "
  "back with --head, that\n"
  "also finds a chain that was rewritten as a whole. Exit code 6 when something is found. show lists the records.",
  run_audit,
};
