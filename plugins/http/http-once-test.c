/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was asked once is not done twice: not while the server runs, not after it died, wherever it was cut off. A user would lose money otherwise. */

#include "http-test-kit.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "pst-http-once.h"
#include "pst-http-route.h"

static PstHttpOnceEntry *
begin (PstHttpOnce *once, guint token, const char *key, const char *request, gint64 now_us, PstHttpAnswer **answer, int *code)
{
  g_autoptr (GError) error = NULL;
  PstHttpOnceEntry *entry = pst_http_once_begin (once, "ann", token, key, request, strlen (request), now_us, answer, &error);

  *code = error != NULL ? error->code : 0;
  return entry;
}

static void
test_once (void)
{
  g_autoptr (PstHttpOnce) once = pst_http_once_new (100);
  g_autoptr (PstHttpAnswer) made = pst_http_answer_new (201, PST_HTTP_JSON, g_strdup ("{}")), again = NULL, none = NULL;
  PstHttpOnceEntry *entry, *other;
  int code;

  entry = begin (once, 1, "k", "a", 0, &none, &code);
  g_assert_nonnull (entry);
  g_assert_null (begin (once, 1, "k", "a", 0, &none, &code));
  g_assert_cmpint (code, ==, 409);
  g_assert_null (begin (once, 1, "k", "b", 0, &none, &code));
  g_assert_cmpint (code, ==, 422);
  other = begin (once, 2, "k", "b", 0, &none, &code);
  g_assert_nonnull (other);
  /* In progress it is never forgotten, however long that takes. */
  g_assert_null (begin (once, 1, "k", "a", 1000, &none, &code));
  pst_http_once_end (once, entry, made, 1000);
  g_assert_null (begin (once, 1, "k", "a", 1099, &again, &code));
  g_assert_true (again == made);
  entry = begin (once, 1, "k", "a", 1100, &none, &code);
  g_assert_nonnull (entry);
  /* Nothing was done: it may be tried again at once. */
  pst_http_once_end (once, entry, NULL, 1100);
  pst_http_once_end (once, other, NULL, 1100);
  g_assert_cmpuint (pst_http_once_get_n_entries (once), ==, 0);
  g_assert_null (none);
}

/* One that sends ever new keys is refused; nobody's key is forgotten for it. */
static void
test_once_bound (void)
{
  g_autoptr (PstHttpOnce) once = pst_http_once_new (100);
  g_autoptr (PstHttpAnswer) made = pst_http_answer_new (201, PST_HTTP_JSON, g_strdup ("{}"));
  PstHttpAnswer *none = NULL;
  PstHttpOnceEntry *entry;
  int code;

  for (guint i = 0; i < PST_HTTP_ONCE_TOKEN_MAX; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      entry = begin (once, 1, key, "a", 0, &none, &code);
      pst_http_once_end (once, entry, made, 0);
    }
  g_assert_null (begin (once, 1, "one more", "a", 0, &none, &code));
  g_assert_cmpint (code, ==, 429);
  entry = begin (once, 2, "another's", "a", 0, &none, &code);
  g_assert_nonnull (entry);
  pst_http_once_end (once, entry, made, 0);
  g_assert_null (begin (once, 1, "0", "b", 0, &none, &code));
  g_assert_cmpint (code, ==, 422);
  entry = begin (once, 1, "one more", "a", 100, &none, &code);
  g_assert_nonnull (entry);
  g_assert_cmpuint (pst_http_once_get_n_entries (once), ==, 1);
  pst_http_once_end (once, entry, NULL, 100);
}

/* What is kept over a restart. */

typedef struct
{
  char *folder;
  char *path;
  PstClock *clock;
} Kept;

static void
kept_init (Kept *kept)
{
  kept->folder = g_dir_make_tmp ("penstock-http-XXXXXX", NULL);
  kept->path = g_build_filename (kept->folder, "idempotency-keys", NULL);
  kept->clock = pst_simulated_clock_new (1000 * PST_NS_PER_SECOND);
}

static void
kept_clear (Kept *kept)
{
  g_autofree char *half = g_strconcat (kept->path, ".new", NULL);

  g_unlink (half);
  g_unlink (kept->path);
  g_rmdir (kept->folder);
  g_free (kept->path);
  g_free (kept->folder);
  g_clear_object (&kept->clock);
}

/* A server that begins, with a second of memory. */
static PstHttpOnce *
kept_open (Kept *kept)
{
  PstHttpOnce *once = pst_http_once_new (G_USEC_PER_SEC);
  g_autoptr (GError) error = NULL;

  pst_http_once_open (once, kept->folder, kept->clock, 0, &error);
  g_assert_no_error (error);
  return once;
}

static void
do_once (PstHttpOnce *once, const char *key, PstHttpAnswer *reply)
{
  PstHttpAnswer *none = NULL;
  int code;
  PstHttpOnceEntry *entry = begin (once, 1, key, key, 0, &none, &code);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (entry);
  g_assert_true (pst_http_once_keep_begun (once, entry, &error));
  g_assert_no_error (error);
  pst_http_once_keep_ended (once, entry, reply);
  pst_http_once_end (once, entry, reply, 0);
}

/* The status of what is answered to a request that was asked before; 0: it would be done. */
static guint
ask_again (PstHttpOnce *once, const char *key, const char *request)
{
  g_autoptr (PstHttpAnswer) reply = NULL;
  int code;
  PstHttpOnceEntry *entry = begin (once, 1, key, request, 0, &reply, &code);

  if (entry != NULL)
    pst_http_once_end (once, entry, NULL, 0);
  return reply != NULL ? reply->status : (guint)code;
}

/* The server dies and comes again: what was answered is answered so again, what was in progress is not done again, what was not done may be. */
static void
test_once_kept (void)
{
  Kept kept;
  g_autofree char *long_text = g_strnfill (PST_HTTP_ONCE_BODY_MAX + 1, ' ');
  g_autoptr (PstHttpAnswer) made = pst_http_answer_new (201, PST_HTTP_JSON, g_strdup ("{\"run-id\":\"r\"}")), again = NULL;
  g_autoptr (PstHttpAnswer) too_long = pst_http_answer_new (200, PST_HTTP_JSON, g_strdup (long_text)), unknown = NULL;
  PstHttpAnswer *none = NULL;
  int code;

  kept_init (&kept);
  made->location = g_strdup ("/api/v1/runs/r");
  {
    g_autoptr (PstHttpOnce) once = kept_open (&kept);
    PstHttpOnceEntry *entry;

    do_once (once, "done", made);
    do_once (once, "long", too_long);
    do_once (once, "not-done", NULL);
    entry = begin (once, 1, "begun", "begun", 0, &none, &code);
    g_assert_true (pst_http_once_keep_begun (once, entry, NULL));
  }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PstHttpOnce) once = kept_open (&kept);

      g_clear_pointer (&again, pst_http_answer_unref);
      g_assert_null (begin (once, 1, "done", "done", 0, &again, &code));
      g_assert_cmpuint (again->status, ==, 201);
      g_assert_cmpstr (again->location, ==, "/api/v1/runs/r");
      g_assert_cmpstr (again->content_type, ==, PST_HTTP_JSON);
      g_assert_true (g_bytes_equal (again->body, made->body));
      g_assert_cmpuint (ask_again (once, "done", "another request"), ==, 422);
      g_assert_cmpuint (ask_again (once, "not-done", "not-done"), ==, 0);
      g_assert_cmpuint (ask_again (once, "long", "long"), ==, 409);
      g_clear_pointer (&unknown, pst_http_answer_unref);
      g_assert_null (begin (once, 1, "begun", "begun", 0, &unknown, &code));
      g_assert_cmpuint (unknown->status, ==, 409);
      g_assert_nonnull (strstr (g_bytes_get_data (unknown->body, NULL), "whether it was done is not known"));
      /* Of another user or token nothing is known. */
      g_assert_cmpuint (pst_http_once_get_n_entries (once), ==, 3);
      g_assert_nonnull (begin (once, 2, "done", "done", 0, &none, &code));
    }
  kept_clear (&kept);
}

/* Wherever the power fails: what was done before is never done again, and the server begins. */
static void
test_once_torn (void)
{
  Kept kept;
  g_autoptr (PstHttpAnswer) made = pst_http_answer_new (200, PST_HTTP_JSON, g_strdup ("{}"));
  g_autofree char *whole = NULL;
  gsize first, length;

  kept_init (&kept);
  {
    g_autoptr (PstHttpOnce) once = kept_open (&kept);
    g_autofree char *begun = NULL;

    do_once (once, "one", made);
    g_assert_true (g_file_get_contents (kept.path, &begun, &first, NULL));
    do_once (once, "two", made);
  }
  g_assert_true (g_file_get_contents (kept.path, &whole, &length, NULL));
  g_assert_cmpuint (length, >, first);
  for (gsize cut = first; cut < length; cut++)
    {
      g_autoptr (PstHttpOnce) once = NULL;

      g_file_set_contents (kept.path, whole, (gssize)cut, NULL);
      once = kept_open (&kept);
      g_assert_cmpuint (ask_again (once, "one", "one"), ==, 200);
      g_assert_cmpuint (ask_again (once, "two", "two"), !=, 200);
    }
  kept_clear (&kept);
}

/* What is damaged before its end is not guessed at, and no other process writes to it. */
static void
test_once_damaged (void)
{
  Kept kept;
  g_autoptr (PstHttpAnswer) made = pst_http_answer_new (200, PST_HTTP_JSON, g_strdup ("{}"));
  g_autoptr (PstHttpOnce) other = pst_http_once_new (100), damaged = pst_http_once_new (100);
  g_autoptr (GError) locked = NULL, corrupt = NULL;
  g_autofree char *whole = NULL;
  gsize length;

  kept_init (&kept);
  {
    g_autoptr (PstHttpOnce) once = kept_open (&kept);

    do_once (once, "one", made);
    do_once (once, "two", made);
    g_assert_false (pst_http_once_open (other, kept.folder, kept.clock, 0, &locked));
    g_assert_error (locked, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
  }
  g_assert_true (g_file_get_contents (kept.path, &whole, &length, NULL));
  whole[60] ^= 1;
  g_file_set_contents (kept.path, whole, (gssize)length, NULL);
  g_assert_false (pst_http_once_open (damaged, kept.folder, kept.clock, 0, &corrupt));
  g_assert_error (corrupt, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  kept_clear (&kept);
}

/* Bounded in time and on the disk, however many are asked. */
static void
test_once_size (void)
{
  Kept kept;
  g_autofree char *text = g_strnfill (20000, ' ');
  g_autoptr (PstHttpAnswer) made = pst_http_answer_new (200, PST_HTTP_JSON, g_steal_pointer (&text));
  g_autoptr (PstHttpOnce) once = NULL, later = NULL, much_later = NULL;
  GStatBuf status;
  goffset largest = 0;

  kept_init (&kept);
  once = kept_open (&kept);
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      do_once (once, key, i % 2 == 0 ? made : NULL);
      pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (kept.clock), pst_clock_now_ns (kept.clock) + PST_NS_PER_SECOND / 10);
      g_assert_cmpint (g_stat (kept.path, &status), ==, 0);
      largest = MAX (largest, status.st_size);
    }
  g_test_message ("at most %" G_GOFFSET_FORMAT " bytes", largest);
  g_assert_cmpint (largest, <, 2 * 1024 * 1024);
  g_clear_pointer (&once, pst_http_once_free);
  /* The host was away for an hour, which takes nothing from the time to ask again; after more than a day all is forgotten. */
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (kept.clock), pst_clock_now_ns (kept.clock) + 3600 * PST_NS_PER_SECOND);
  later = kept_open (&kept);
  g_assert_cmpuint (ask_again (later, "498", "498"), ==, 200);
  g_clear_pointer (&later, pst_http_once_free);
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (kept.clock), pst_clock_now_ns (kept.clock) + 24 * 3600 * PST_NS_PER_SECOND);
  much_later = kept_open (&kept);
  g_assert_cmpuint (pst_http_once_get_n_entries (much_later), ==, 0);
  g_clear_pointer (&much_later, pst_http_once_free);
  kept_clear (&kept);
}

/* What cannot be kept must not be done. */
static void
test_once_full (void)
{
  Kept kept;
  PstHttpAnswer *none = NULL;
  g_autoptr (PstHttpOnce) once = NULL;
  g_autoptr (PstHttpAnswer) made = pst_http_answer_new (200, PST_HTTP_JSON, g_strdup ("{}"));
  const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
  struct rlimit before, small;
  PstHttpOnceEntry *entry;
  g_autoptr (GError) error = NULL;
  GStatBuf status;
  int code;

  kept_init (&kept);
  once = kept_open (&kept);
  g_assert_cmpint (g_stat (kept.path, &status), ==, 0);
  getrlimit (RLIMIT_FSIZE, &before);
  small = (struct rlimit){ (rlim_t)status.st_size + 30, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  entry = begin (once, 1, "k", "k", 0, &none, &code);
  g_assert_false (pst_http_once_keep_begun (once, entry, &error));
  pst_http_once_end (once, entry, NULL, 0);
  g_assert_false (pst_http_once_is_good (once));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, before.rlim_cur == RLIM_INFINITY ? &unlimited : &before), ==, 0);
  g_test_message ("%s", error->message);
  do_once (once, "k", made);
  g_assert_true (pst_http_once_is_good (once));
  g_clear_pointer (&once, pst_http_once_free);
  once = kept_open (&kept);
  g_assert_cmpuint (ask_again (once, "k", "k"), ==, 200);
  g_clear_pointer (&once, pst_http_once_free);
  kept_clear (&kept);
}

/* The service. */

static void
copy_keys (const char *from, const char *to)
{
  g_autofree char *source = g_build_filename (from, "idempotency-keys", NULL), *target = g_build_filename (to, "idempotency-keys", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &bytes, &length, NULL));
  g_mkdir (to, 0700);
  g_assert_true (g_file_set_contents (target, bytes, (gssize)length, NULL));
}

/* A server as it comes up where another was killed: the same tokens, and the folder as the kill left it. */
static void
begin_again (TestServer *server, const TestServer *dead, const char *folder)
{
  test_server_init (server);
  g_unlink (server->tokens);
  {
    g_autofree char *bytes = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (dead->tokens, &bytes, &length, NULL));
    g_assert_true (g_file_set_contents_full (server->tokens, bytes, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  }
  test_server_set (server, "state-folder", folder);
  test_server_start (server);
}

/* Killed after one request was answered and while another is being done: the first is answered again, the second is not done again; a third, which
 * the kill came before, is. */
static void
test_killed (void)
{
  TestServer dead, server;
  g_autofree char *folder = NULL, *copy = NULL, *request = NULL, *replayed = NULL, *retry = NULL;
  g_autoptr (TestAnswer) first = NULL, again = NULL, cut_off = NULL, other_body = NULL, fresh = NULL;
  g_autoptr (GIOStream) stream = NULL;

  test_server_init (&dead);
  folder = g_build_filename (dead.folder, "http", NULL);
  copy = g_build_filename (dead.folder, "copy", NULL);
  test_server_set (&dead, "state-folder", folder);
  test_server_start (&dead);
  first = test_post (&dead, "/api/v1/runs", dead.ann, "order-66", "{\"pipeline\":\"sma\"}");
  g_assert_cmpuint (first->status, ==, 201);
  test_host_hold (dead.host, TRUE);
  request = test_make_request (&dead, "POST", "/api/v1/runs/r-1/start", dead.ann, "Idempotency-Key: order-67\r\n", NULL);
  stream = test_open (&dead);
  test_send (stream, request, -1);
  test_host_wait_begun (dead.host, 2);
  copy_keys (folder, copy);
  begin_again (&server, &dead, copy);
  again = test_post (&server, "/api/v1/runs", dead.ann, "order-66", "{\"pipeline\":\"sma\"}");
  g_assert_cmpuint (again->status, ==, 201);
  g_assert_cmpstr (again->body, ==, first->body);
  replayed = test_get_header (again, "Idempotency-Replayed");
  g_assert_cmpstr (replayed, ==, "true");
  cut_off = test_post (&server, "/api/v1/runs/r-1/start", dead.ann, "order-67", NULL);
  test_assert_problem (cut_off, 409, "state");
  g_assert_nonnull (strstr (cut_off->body, "whether it was done is not known"));
  retry = test_get_header (cut_off, "Retry-After");
  g_assert_null (retry);
  other_body = test_post (&server, "/api/v1/runs", dead.ann, "order-66", "{\"pipeline\":\"ema\"}");
  test_assert_problem (other_body, 422, "invalid");
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 0);
  fresh = test_post (&server, "/api/v1/runs/r-1/start", dead.ann, "order-68", NULL);
  g_assert_cmpuint (fresh->status, ==, 200);
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 1);
  test_host_hold (dead.host, FALSE);
  pst_harness_stop (server.harness, server.http);
  pst_harness_stop (dead.harness, dead.http);
  {
    const char *const folders[] = { folder, copy };

    for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
      {
        g_autofree char *keys = g_build_filename (folders[i], "idempotency-keys", NULL);

        g_unlink (keys);
        g_rmdir (folders[i]);
      }
  }
  test_server_clear (&server);
  test_server_clear (&dead);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-once/memory", test_once);
  g_test_add_func ("/http-once/bound", test_once_bound);
  g_test_add_func ("/http-once/kept", test_once_kept);
  g_test_add_func ("/http-once/torn", test_once_torn);
  g_test_add_func ("/http-once/damaged", test_once_damaged);
  g_test_add_func ("/http-once/size", test_once_size);
  g_test_add_func ("/http-once/full", test_once_full);
  g_test_add_func ("/http-once/killed", test_killed);
  return g_test_run ();
}
