/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cycle of arbitrage that a kill breaks off holds a coin that nobody wanted. The journal of a run that trades cycles over a venue with latency is
 * cut off behind its records in turn, and the run goes on: orders, fills, positions, ticks and the named ends of cycles must be those of the run that
 * nobody killed. So legs that were open are waited for, and what was held is traded on or back. */

#include "../kit/test-command.h"
#include "../kit/test-host.h"

#include "host/pst-pipeline-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_FRAMES 60
#define FRAME_HEAD 16
#define JOURNAL_HEAD 32
/* Every record in turn with CUT_ALL=1 in the environment. */
#ifdef TEST_SANITIZED
#define STRIDE 41
#else
#define STRIDE 7
#endif

/* Three books that move by a seed, out of line now and then. */

#define TEST_TYPE_BOOKS (test_books_get_type ())
G_DECLARE_FINAL_TYPE (TestBooks, test_books, TEST, BOOKS, PstExchange)

struct _TestBooks
{
  PstExchange parent_instance;

  PstFrameBuffer *buffer;
  guint32 instruments[3];
  guint64 seed;
  gboolean done;
};

G_DEFINE_FINAL_TYPE (TestBooks, test_books, PST_TYPE_EXCHANGE)

static gboolean
test_books_prepare (PstComponent *component, GError **error)
{
  static const struct
  {
    const char *base, *quote;
    guint8 price_scale;
  } pairs[] = { { "BTC", "USD", 2 }, { "ETH", "BTC", 5 }, { "ETH", "USD", 2 } };
  TestBooks *books = TEST_BOOKS (component);

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *symbol = g_strdup_printf ("%s/%s", pairs[i].base, pairs[i].quote);
      const PstInstrument draft = { .symbol = symbol,
                                    .venue = (char *)"X",
                                    .base = pst_currency_get (pairs[i].base, NULL),
                                    .quote = pst_currency_get (pairs[i].quote, NULL),
                                    .settlement = PST_SETTLEMENT_DELIVERY,
                                    .price_scale = pairs[i].price_scale,
                                    .size_scale = 4 };
      g_autoptr (PstInstrument) instrument = pst_instrument_new (&draft, error);

      books->instruments[i] = instrument != NULL ? pst_exchange_add_instrument (PST_EXCHANGE (books), instrument, error) : PST_INSTRUMENT_NONE;
      if (books->instruments[i] == PST_INSTRUMENT_NONE)
        return FALSE;
    }
  return TRUE;
}

static void
add_level (TestBooks *books, guint32 instrument, PstSide side, gint64 price, gint64 size, gint64 time_ns)
{
  PstEvent *event = pst_frame_buffer_add (books->buffer);

  event->kind = PST_EVENT_LEVEL;
  event->instrument = instrument;
  event->venue_time_ns = event->receive_time_ns = time_ns;
  event->level = (PstLevel){ .price = price, .size = size, .side = side, .flags = side == PST_SIDE_BUY ? PST_LEVEL_SNAPSHOT : 0 };
}

/* All books are told anew: what a run took of a level is known to nobody after it was cut off. */
static void
add_frame (TestBooks *books, guint number, PstRandom *random)
{
  static const gint64 middle[] = { 10000, 5000, 500 }, spread[] = { 5, 3, 1 };
  gint64 time_ns = (gint64)(1 + number) * PST_NS_PER_SECOND;

  pst_frame_buffer_begin (books->buffer, time_ns);
  for (guint i = 0; i < G_N_ELEMENTS (middle); i++)
    {
      gint64 price = middle[i] + (gint64)pst_random_below (random, (guint32)middle[i] / 80) - middle[i] / 160;
      gint64 size = 20000 + (gint64)pst_random_below (random, 200000);

      add_level (books, books->instruments[i], PST_SIDE_BUY, price - spread[i], size, time_ns);
      add_level (books, books->instruments[i], PST_SIDE_SELL, price + spread[i], size / 2, time_ns);
    }
  pst_frame_buffer_end (books->buffer);
}

static PstFeedStatus
test_books_pull (PstExchange *exchange, GError **error)
{
  TestBooks *books = TEST_BOOKS (exchange);
  PstFrameBlock block;
  PstRandom random;

  if (books->done)
    return PST_FEED_END;
  books->done = TRUE;
  pst_random_init (&random, books->seed, "books");
  pst_frame_buffer_clear (books->buffer);
  for (guint i = 0; i < N_FRAMES; i++)
    add_frame (books, i, &random);
  block = pst_frame_buffer_get_block (books->buffer);
  return pst_exchange_publish (exchange, &block, error) ? PST_FEED_MORE : PST_FEED_ERROR;
}

static void
test_books_finalize (GObject *object)
{
  pst_frame_buffer_free (TEST_BOOKS (object)->buffer);
  G_OBJECT_CLASS (test_books_parent_class)->finalize (object);
}

static void
test_books_class_init (TestBooksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_books_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = test_books_prepare;
  PST_EXCHANGE_CLASS (klass)->pull = test_books_pull;
}

static void
test_books_init (TestBooks *books)
{
  books->buffer = pst_frame_buffer_new (6 * N_FRAMES);
}

/* The run */

typedef struct
{
  TestFolder *folder;
  PstCatalogue *catalogue;
  char *pipeline, *pipeline_path, *journal;
  char *story, *bytes;
  gsize length;
  guint64 seed;
} World;

static void
execute (World *world, PstResume resume)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (world->pipeline, -1, world->pipeline_path, &error);
  TestBooks *books = g_object_new (TEST_TYPE_BOOKS, NULL);
  g_autoptr (PstRun) run = NULL;

  g_assert_no_error (error);
  books->seed = world->seed;
  pst_pipeline_file_set_resume (file, resume);
  run = pst_pipeline_file_build (file, world->catalogue, &error);
  g_assert_no_error (error);
  pst_run_add (run, PST_COMPONENT (books), "books", "data", &error);
  g_assert_no_error (error);
  pst_run_execute (run, &error);
  g_assert_no_error (error);
}

static gboolean
is_fact (const PstRecord *record)
{
  return record->kind == PST_RECORD_INTENT || record->kind == PST_RECORD_ORDER || record->kind == PST_RECORD_REPORT || record->kind == PST_RECORD_FILL
         || record->kind == PST_RECORD_POSITION || record->kind == PST_RECORD_TICK;
}

/* What was done and what it came to. @n_cycles: how many ended by each name */
static char *
tell (World *world, GHashTable *ends)
{
  g_autoptr (GPtrArray) records = test_host_read_journal (world->journal);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < records->len; i++)
    {
      PstRecord record = *(PstRecord *)records->pdata[i];
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *sum = NULL;

      if (record.kind == PST_RECORD_NOTE && g_str_has_prefix (record.note.name, "CYCLE_"))
        {
          /* Behind the number of its opportunity, which may be another. */
          g_string_append_printf (text, "%" G_GINT64_FORMAT " %s %s\n", record.time_ns, record.note.name, strchr (record.note.detail, ' '));
          if (ends != NULL)
            g_hash_table_add (ends, g_strdup (record.note.name));
        }
      if (!is_fact (&record))
        continue;
      record.sequence = 0;
      pst_record_encode (&record, bytes);
      sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, bytes->data, bytes->len);
      g_string_append_printf (text, "%" G_GINT64_FORMAT " %d %s\n", record.time_ns, (int)record.kind, sum);
    }
  return g_string_free (text, FALSE);
}

static void
world_begin (World *world, const char *options)
{
  g_autoptr (GHashTable) ends = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  *world = (World){ .folder = test_folder_new (), .catalogue = pst_catalogue_new (NULL), .seed = (guint64)g_test_rand_int () };
  g_test_message ("seed %" G_GUINT64_FORMAT, world->seed);
  pst_catalogue_scan (world->catalogue);
  world->pipeline_path = test_folder_path (world->folder, "p.pipeline");
  world->journal = test_folder_path (world->folder, "r.journal");
  world->pipeline = g_strconcat ("[pipeline]\nname=p\nmode=paper\nrun-id=r\nstate-file=\nguards=none\n"
                                 "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\n",
                                 options, "[store journal]\nplugin=journal\npath=r.journal\n", NULL);
  execute (world, PST_RESUME_NONE);
  world->story = tell (world, ends);
  g_assert_true (g_file_get_contents (world->journal, &world->bytes, &world->length, NULL));
  g_test_message ("%u kinds of ends", g_hash_table_size (ends));
  /* Something was traded. */
  g_assert_true (g_hash_table_contains (ends, "CYCLE_COMPLETED") || g_hash_table_contains (ends, "CYCLE_UNWOUND")
                 || g_hash_table_contains (ends, "CYCLE_HELD"));
}

static void
world_end (World *world)
{
  test_folder_free (world->folder);
  g_object_unref (world->catalogue);
  g_free (world->pipeline);
  g_free (world->pipeline_path);
  g_free (world->journal);
  g_free (world->story);
  g_free (world->bytes);
}

static void
assert_same (World *world, gsize cut)
{
  g_autofree char *again = tell (world, NULL);
  g_auto (GStrv) then = g_strsplit (world->story, "\n", -1), now = g_strsplit (again, "\n", -1);

  for (guint i = 0; then[i] != NULL || now[i] != NULL; i++)
    if (g_strcmp0 (then[i], now[i]) != 0)
      g_error ("cut off behind %" G_GSIZE_FORMAT " bytes: line %u of what the run did was \"%s\" and is \"%s\"", cut, i, then[i], now[i]);
}

static void
test_cut (gconstpointer options)
{
  guint stride = g_getenv ("CUT_ALL") != NULL ? 1 : STRIDE, n = 0, first;
  g_autoptr (GPtrArray) records = NULL;
  World world;

  world_begin (&world, options);
  records = test_host_read_journal (world.journal);
  first = (guint)g_test_rand_int_range (0, (gint32)stride);
  for (gsize at = JOURNAL_HEAD; at + FRAME_HEAD < world.length; n++)
    {
      guint32 payload;

      memcpy (&payload, world.bytes + at + 4, sizeof payload);
      at += FRAME_HEAD + GUINT32_FROM_LE (payload) + 1;
      /* What is asked for on the way out of the market, behind the data's end, is none of a cycle. */
      if (n % stride != first || ((const PstRecord *)records->pdata[n])->time_ns > N_FRAMES * PST_NS_PER_SECOND)
        continue;
      g_unlink (world.journal);
      g_assert_true (g_file_set_contents_full (world.journal, world.bytes, (gssize)at, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      execute (&world, PST_RESUME_CONTINUE);
      assert_same (&world, at);
    }
  g_test_message ("%u records", n);
  g_assert_cmpuint (n, >, 100);
  world_end (&world);
}

#define ARBITRAGE "[strategy arb]\nplugin=triangular-arbitrage\ntrade-capital=1000 USD\nmax-book-age=0s\nleg-timeout=5s\n"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/cycle-cut/at-once", ARBITRAGE, test_cut);
  g_test_add_data_func ("/cycle-cut/latency", "latency=1500ms\n" ARBITRAGE, test_cut);
  g_test_add_data_func ("/cycle-cut/hold", "latency=1500ms\n" ARBITRAGE "on-leg-failure=hold\n", test_cut);
  return g_test_run ();
}
