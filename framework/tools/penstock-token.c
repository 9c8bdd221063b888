/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock token: who may use the HTTP API. A secret is printed once, when it is made; nobody can look it up afterwards. */

#include "penstock-json.h"
#include "penstock-table.h"
#include "penstock-verb.h"

#include <string.h>

typedef struct
{
  char *user;
  char *scopes;
  char *expires;
  char *label;
  gboolean as_json;
  gint64 now_ns;
} Options;

static const char *const state_names[] = { "valid", "expired", "revoked" };

static void
add_time (JsonBuilder *json, const char *name, gint64 time_ns, gint64 none)
{
  if (time_ns == none)
    penstock_json_add_string (json, name, NULL);
  else
    penstock_json_add_time (json, name, time_ns);
}

static void
add_token (JsonBuilder *json, const PstToken *token, const char *secret, gint64 now_ns)
{
  g_autofree char *scopes = pst_token_scopes_to_string (token->scopes);

  json_builder_begin_object (json);
  penstock_json_add_integer (json, "id", token->id);
  penstock_json_add_string (json, "user", token->user_id);
  penstock_json_add_string (json, "scopes", scopes);
  penstock_json_add_string (json, "state", state_names[pst_token_get_state (token, now_ns)]);
  add_time (json, "created", token->created_ns, G_MAXINT64);
  add_time (json, "expires", token->expires_ns, G_MAXINT64);
  add_time (json, "revoked", token->revoked_ns, 0);
  penstock_json_add_string (json, "label", token->label);
  if (secret != NULL)
    penstock_json_add_string (json, "secret", secret);
  json_builder_end_object (json);
}

static gboolean
read_expiry (const Options *options, gint64 *expires_ns, GError **error)
{
  gint64 duration_ns;

  *expires_ns = G_MAXINT64;
  if (strcmp (options->expires, "never") == 0)
    return TRUE;
  if (!pst_duration_parse (options->expires, &duration_ns, error))
    {
      g_prefix_error (error, "--expires takes never or a time like 90d: ");
      return FALSE;
    }
  *expires_ns = options->now_ns + duration_ns;
  return TRUE;
}

static int
create_token (const PenstockVerb *verb, PstTokenFile *file, const Options *options)
{
  PstToken token = { .created_ns = options->now_ns };
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = NULL;

  if (options->user == NULL || options->scopes == NULL)
    {
      g_printerr ("penstock token: create needs --user NAME and --scopes read, trade or admin\n");
      return PST_EXIT_USAGE;
    }
  if (g_strlcpy (token.user_id, options->user, sizeof token.user_id) >= sizeof token.user_id
      || (options->label != NULL && g_strlcpy (token.label, options->label, sizeof token.label) >= sizeof token.label))
    {
      g_printerr ("penstock token: user and label have up to %d bytes\n", PST_NAME_SIZE - 1);
      return PST_EXIT_USAGE;
    }
  if (!pst_token_scopes_parse (options->scopes, &token.scopes, &error) || !read_expiry (options, &token.expires_ns, &error))
    {
      g_printerr ("penstock token: %s\n", error->message);
      return PST_EXIT_USAGE;
    }
  secret = pst_token_file_create (file, &token, &error);
  if (secret == NULL || !pst_token_file_refresh (file, &error))
    return penstock_verb_fail (verb, error);
  if (options->as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      add_token (json, pst_token_file_find (file, secret), secret, options->now_ns);
      penstock_json_print (json);
    }
  else
    {
      g_print ("%s\n", secret);
      g_printerr ("Token %u of %s. Keep what is printed: it is not kept here and cannot be shown again.\n", pst_token_file_find (file, secret)->id,
                  token.user_id);
    }
  explicit_bzero (secret, strlen (secret));
  return PST_EXIT_OK;
}

static void
print_table (PstTokenFile *file, const Options *options)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("rlllll");
  g_autoptr (GString) text = g_string_new (NULL);
  static const char *const heads[] = { "ID", "USER", "SCOPES", "STATE", "EXPIRES", "LABEL" };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    penstock_table_add (table, heads[i]);
  for (guint i = 0; i < pst_token_file_get_n_tokens (file); i++)
    {
      const PstToken *token = pst_token_file_get_token (file, i);

      penstock_table_add_number (table, token->id);
      penstock_table_add (table, token->user_id);
      penstock_table_take (table, pst_token_scopes_to_string (token->scopes));
      penstock_table_add (table, state_names[pst_token_get_state (token, options->now_ns)]);
      penstock_table_take (table, token->expires_ns == G_MAXINT64 ? g_strdup ("never") : pst_time_to_string (token->expires_ns));
      penstock_table_take (table, g_strescape (token->label, NULL));
    }
  penstock_table_print (table, "", text);
  g_print ("%s", text->str);
}

static int
list_tokens (const PenstockVerb *verb, PstTokenFile *file, const Options *options)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (GError) error = NULL;

  if (!pst_token_file_refresh (file, &error))
    return penstock_verb_fail (verb, error);
  if (!options->as_json)
    {
      print_table (file, options);
      return PST_EXIT_OK;
    }
  json_builder_begin_array (json);
  for (guint i = 0; i < pst_token_file_get_n_tokens (file); i++)
    add_token (json, pst_token_file_get_token (file, i), NULL, options->now_ns);
  json_builder_end_array (json);
  penstock_json_print (json);
  return PST_EXIT_OK;
}

static int
revoke_token (const PenstockVerb *verb, PstTokenFile *file, const Options *options, const char *text)
{
  g_autoptr (GError) error = NULL;
  guint64 id;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT32, &id, NULL))
    {
      g_printerr ("penstock token: revoke needs the token's number; penstock token list FILE shows it\n");
      return PST_EXIT_USAGE;
    }
  if (!pst_token_file_revoke (file, (guint)id, options->now_ns, &error))
    return penstock_verb_fail (verb, error);
  g_printerr ("Token %u is revoked; a running server refuses it from now on.\n", (guint)id);
  return PST_EXIT_OK;
}

static int
run_token (const PenstockVerb *verb, int argc, char **argv)
{
  g_autofree char *user = NULL, *scopes = NULL, *expires = NULL, *label = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &user, "create: whose it is", "NAME" },
    { "scopes", 0, 0, G_OPTION_ARG_STRING, &scopes, "create: read, trade or admin; several with commas", "SCOPE" },
    { "expires", 0, 0, G_OPTION_ARG_STRING, &expires, "create: after this time, 90d unless told, or never", "TIME" },
    { "label", 0, 0, G_OPTION_ARG_STRING, &label, "create: what it is for", "TEXT" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (PstClock) clock = pst_system_clock_new (NULL);
  g_autoptr (PstTokenFile) file = NULL;
  Options options;
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 2, 3, &exit_code))
    return exit_code;
  options = (Options){ user, scopes, expires != NULL ? expires : (char *)"90d", label, as_json, pst_clock_now_ns (clock) };
  file = pst_token_file_new (argv[2]);
  if (strcmp (argv[1], "create") == 0 && argc == 3)
    return create_token (verb, file, &options);
  if (strcmp (argv[1], "list") == 0 && argc == 3)
    return list_tokens (verb, file, &options);
  if (strcmp (argv[1], "revoke") == 0)
    return revoke_token (verb, file, &options, argc == 4 ? argv[3] : NULL);
  g_printerr ("penstock token: it is create FILE, list FILE or revoke FILE ID\n");
  return PST_EXIT_USAGE;
}

const PenstockVerb penstock_verb_token = {
  "token",
  "create|list|revoke FILE [ID]",
  "Make, list and revoke tokens of the HTTP API",
  "FILE is what the option token-file of the service http names. create makes it, readable for its owner only, and prints\n"
  "the secret once. Scopes: read sees the user's runs; trade also creates, starts, stops and halts them and closes\n"
  "positions; admin may do everything, for every user. revoke takes effect on a running server.",
  run_token,
};
