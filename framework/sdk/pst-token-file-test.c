/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stranger who is let in trades with somebody's money: what is not surely a token, in a file that is surely ours, is none. */

#include <glib/gstdio.h>
#include <penstock.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  char *path;
  PstTokenFile *file;
} Fixture;

#define NOW (G_GINT64_CONSTANT (1700000000) * PST_NS_PER_SECOND)

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("penstock-token-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "tokens", NULL);
  fixture->file = pst_token_file_new (fixture->path);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->file);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* nothing else was left */
  g_free (fixture->path);
  g_free (fixture->folder);
}

static char *
create (PstTokenFile *file, const char *user, PstTokenScope scopes, gint64 expires_ns)
{
  PstToken token = { .scopes = scopes, .created_ns = NOW, .expires_ns = expires_ns, .label = "a; [label]\n= x" };
  g_autoptr (GError) error = NULL;
  char *secret;

  g_strlcpy (token.user_id, user, sizeof token.user_id);
  secret = pst_token_file_create (file, &token, &error);
  g_assert_no_error (error);
  return secret;
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ann = create (fixture->file, "ann", PST_TOKEN_SCOPE_READ, G_MAXINT64), *text = NULL;
  g_autofree char *bob = create (fixture->file, "bob@desk-2", PST_TOKEN_SCOPE_READ | PST_TOKEN_SCOPE_TRADE, NOW + 10);
  g_autoptr (PstTokenFile) other = pst_token_file_new (fixture->path);
  g_autoptr (GError) error = NULL;
  const PstToken *token;
  GStatBuf status;

  g_assert_true (g_str_has_prefix (ann, PST_TOKEN_PREFIX));
  g_assert_cmpuint (strlen (ann), ==, strlen (PST_TOKEN_PREFIX) + 43); /* 256 bits */
  g_assert_cmpstr (ann, !=, bob);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_null (strstr (text, ann + strlen (PST_TOKEN_PREFIX)));

  g_assert_true (pst_token_file_refresh (other, &error));
  g_assert_cmpuint (pst_token_file_get_n_tokens (other), ==, 2);
  token = pst_token_file_find (other, bob);
  g_assert_nonnull (token);
  g_assert_true (token == pst_token_file_get_token (other, 1));
  g_assert_cmpuint (token->id, ==, 2);
  g_assert_cmpstr (token->user_id, ==, "bob@desk-2");
  g_assert_cmpstr (token->label, ==, "a; [label]\n= x");
  g_assert_cmpint (token->created_ns, ==, NOW);
  g_assert_cmpint (pst_token_get_permissions (token), ==, PST_PERMISSION_READ | PST_PERMISSION_HALT | PST_PERMISSION_TRADE);
  g_assert_cmpint (pst_token_get_state (token, NOW + 9), ==, PST_TOKEN_STATE_VALID);
  g_assert_cmpint (pst_token_get_state (token, NOW + 10), ==, PST_TOKEN_STATE_EXPIRED);
  token = pst_token_file_find (other, ann);
  g_assert_cmpint (pst_token_get_permissions (token), ==, PST_PERMISSION_READ);
  g_assert_cmpint (pst_token_get_state (token, G_MAXINT64 - 1), ==, PST_TOKEN_STATE_VALID);
}

/* Near is not right: no other text finds a token, an empty one least of all. */
static void
test_find_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *secret = create (fixture->file, "ann", PST_TOKEN_SCOPE_ADMIN, G_MAXINT64), *longer = g_strconcat (secret, "A", NULL);
  g_autoptr (PstTokenFile) empty = pst_token_file_new (fixture->path);

  g_assert_null (pst_token_file_find (empty, secret)); /* not read yet */
  g_assert_true (pst_token_file_refresh (fixture->file, NULL));
  g_assert_nonnull (pst_token_file_find (fixture->file, secret));
  g_assert_null (pst_token_file_find (fixture->file, ""));
  g_assert_null (pst_token_file_find (fixture->file, longer));
  for (char *at = secret; *at != '\0'; at++)
    {
      *at ^= 1;
      g_assert_null (pst_token_file_find (fixture->file, secret));
      *at ^= 1;
    }
}

/* Taking a token back works on who has the file open already. */
static void
test_revoke (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ann = create (fixture->file, "ann", PST_TOKEN_SCOPE_TRADE, G_MAXINT64);
  g_autofree char *bob = create (fixture->file, "bob", PST_TOKEN_SCOPE_TRADE, G_MAXINT64), *third = NULL;
  g_autoptr (PstTokenFile) server = pst_token_file_new (fixture->path);
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_token_file_refresh (server, NULL));
  g_assert_true (pst_token_file_revoke (fixture->file, 1, NOW + 5, &error));
  g_assert_no_error (error);
  g_assert_true (pst_token_file_refresh (server, NULL));
  g_assert_cmpint (pst_token_get_state (pst_token_file_find (server, ann), NOW), ==, PST_TOKEN_STATE_REVOKED);
  g_assert_cmpint (pst_token_get_state (pst_token_file_find (server, bob), NOW), ==, PST_TOKEN_STATE_VALID);
  g_assert_false (pst_token_file_revoke (fixture->file, 7, NOW, &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND);
  /* A number is never used again. */
  third = create (fixture->file, "ann", PST_TOKEN_SCOPE_READ, G_MAXINT64);
  g_assert_true (pst_token_file_refresh (server, NULL));
  g_assert_cmpuint (pst_token_file_find (server, third)->id, ==, 3);
}

/* A file that somebody else may have written or read lets nobody in, not even while it was fine a moment ago. */
static void
test_modes (Fixture *fixture, gconstpointer data)
{
  static const int modes[] = { 0604, 0640, 0602, 0620, 0666 };
  g_autofree char *secret = create (fixture->file, "ann", PST_TOKEN_SCOPE_ADMIN, G_MAXINT64);

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
      g_assert_true (pst_token_file_refresh (fixture->file, NULL));
      g_assert_nonnull (pst_token_file_find (fixture->file, secret));
      g_assert_cmpint (g_chmod (fixture->path, modes[i]), ==, 0);
      g_assert_false (pst_token_file_refresh (fixture->file, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
      g_assert_nonnull (strstr (error->message, "chmod 600"));
      g_assert_null (pst_token_file_find (fixture->file, secret));
    }
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
#define HASH "secret-sha256=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define HEAD "[token 1]\nuser=ann\n"
  static const char *const damaged[] = {
    "garbage",
    "[token 1]\n",
    "[token x]\nuser=ann\nscopes=read\n" HASH "created=2026-01-01\n",
    "[token -1]\nuser=ann\nscopes=read\n" HASH "created=2026-01-01\n",
    "[run]\nuser=ann\nscopes=read\n" HASH "created=2026-01-01\n",
    HEAD "scopes=root\n" HASH "created=2026-01-01\n",
    HEAD "scopes=\n" HASH "created=2026-01-01\n",
    HEAD "scopes=read\nsecret-sha256=00\ncreated=2026-01-01\n",
    HEAD "scopes=read\nsecret-sha256=0g112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\ncreated=2026-01-01\n",
    HEAD "scopes=read\n" HASH,
    HEAD "scopes=read\n" HASH "created=2026-01-01\nexpires=never\n",
    HEAD "scopes=read\n" HASH "created=2026-01-01\nrevoked=maybe\n",
    "[token 1]\nuser=a b\nscopes=read\n" HASH "created=2026-01-01\n",
    "[token 1]\nuser=\nscopes=read\n" HASH "created=2026-01-01\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents_full (fixture->path, damaged[i], -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      g_assert_false (pst_token_file_refresh (fixture->file, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      g_assert_cmpuint (pst_token_file_get_n_tokens (fixture->file), ==, 0);
    }
}

static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL, cannot = NULL;
  g_autoptr (PstTokenFile) nowhere = pst_token_file_new ("/nonexistent/tokens");
  PstToken token = { .user_id = "ann", .scopes = PST_TOKEN_SCOPE_READ, .expires_ns = 1 };

  g_assert_false (pst_token_file_refresh (fixture->file, &error));
  g_assert_nonnull (strstr (error->message, "penstock token create"));
  g_assert_null (pst_token_file_create (nowhere, &token, &cannot));
  g_assert_error (cannot, PST_STORE_ERROR, PST_STORE_ERROR_IO);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const PstToken refused[] = {
    { .user_id = "", .scopes = PST_TOKEN_SCOPE_READ, .expires_ns = 1 },
    { .user_id = "a\n[token 9]", .scopes = PST_TOKEN_SCOPE_READ, .expires_ns = 1 },
    { .user_id = "ann", .scopes = 0, .expires_ns = 1 },
    { .user_id = "ann", .scopes = PST_TOKEN_SCOPE_READ, .created_ns = 5, .expires_ns = 5 },
  };
  PstTokenScope scopes;

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pst_token_file_create (fixture->file, &refused[i], &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID);
    }
  g_assert_true (pst_token_scopes_parse ("read, trade", &scopes, NULL));
  g_assert_cmpint (scopes, ==, PST_TOKEN_SCOPE_READ | PST_TOKEN_SCOPE_TRADE);
  g_assert_false (pst_token_scopes_parse ("", &scopes, NULL));
  g_assert_false (pst_token_scopes_parse ("admin;everything", &scopes, NULL));
}

static gpointer
create_many (gpointer path)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (PstTokenFile) file = pst_token_file_new (path);
      g_autofree char *secret = create (file, "ann", PST_TOKEN_SCOPE_READ, G_MAXINT64);
    }
  return NULL;
}

/* Two that make tokens at once lose none. */
static void
test_at_once (Fixture *fixture, gconstpointer data)
{
  GThread *other = g_thread_new ("other", create_many, fixture->path);

  create_many (fixture->path);
  g_thread_join (other);
  g_assert_true (pst_token_file_refresh (fixture->file, NULL));
  g_assert_cmpuint (pst_token_file_get_n_tokens (fixture->file), ==, 40);
  for (guint i = 0; i < 40; i++)
    g_assert_cmpuint (pst_token_file_get_token (fixture->file, i)->id, ==, i + 1);
}

#define ADD(name, function) g_test_add ("/token-file/" name, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("find-nothing", test_find_nothing);
  ADD ("revoke", test_revoke);
  ADD ("modes", test_modes);
  ADD ("damaged", test_damaged);
  ADD ("no-file", test_no_file);
  ADD ("refused", test_refused);
  ADD ("at-once", test_at_once);
  return g_test_run ();
}
