/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader of two files in memory behind the interface, read as an importer reads it: what is lost or mixed up on the way is data that nobody misses
 * until it was traded on. */

#include <penstock.h>

#define DAY (24 * 3600 * PST_NS_PER_SECOND)

#define TEST_TYPE_PAGES (test_pages_get_type ())
G_DECLARE_FINAL_TYPE (TestPages, test_pages, TEST, PAGES, GObject)
struct _TestPages
{
  GObject parent_instance;
  guint n_read;
  guint next_finding;
  guint fail_at; /* the batch that cannot be read; 0 for none */
  PstEvent events[2];
};

static void test_pages_iface_init (PstRowReaderInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TestPages, test_pages, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (PST_TYPE_ROW_READER, test_pages_iface_init))

static const char *const paths[] = { "/data/a.csv", "/data/b.csv", NULL };
static const guint64 lines[][2] = { { 2, 3 }, { 5, 0 }, { 2, 0 } };

/* Two batches of a.csv, whose fourth line is refused, and one of b.csv. */
static PstFeedStatus
test_pages_next_rows (PstRowReader *reader, PstRowBatch *batch, GError **error)
{
  TestPages *self = TEST_PAGES (reader);
  guint n = self->n_read++;

  if (self->n_read == self->fail_at)
    {
      g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "the page is torn");
      return PST_FEED_ERROR;
    }
  if (n == G_N_ELEMENTS (lines))
    return PST_FEED_END;
  for (guint i = 0; i < 2; i++)
    self->events[i] = (PstEvent){ .kind = PST_EVENT_BAR, .receive_time_ns = (gint64)(10 * n + i), .bar = { .close = (gint64)lines[n][i] } };
  *batch = (PstRowBatch){ self->events, lines[n], n == 0 ? 2 : 1, n == 2 ? "b.csv" : "a.csv", paths[n == 2] };
  return PST_FEED_MORE;
}

static gboolean
test_pages_next_finding (PstRowReader *reader, PstRowFinding *finding)
{
  TestPages *self = TEST_PAGES (reader);

  if (self->n_read < 2 || self->next_finding > 0)
    return FALSE;
  self->next_finding++;
  *finding = (PstRowFinding){ "a.csv", 4, 12, "not-positive", "open", "0", "is not above zero", TRUE };
  return TRUE;
}

static const char *const *
test_pages_list_files (PstRowReader *reader)
{
  return paths;
}

static char *
test_pages_describe (PstRowReader *reader)
{
  return g_strdup_printf ("fail-at=%u", TEST_PAGES (reader)->fail_at);
}

static gint64
test_pages_get_bar_period (PstRowReader *reader)
{
  return TEST_PAGES (reader)->n_read > 0 ? DAY : 0;
}

static const char *
test_pages_get_time_zone (PstRowReader *reader)
{
  return TEST_PAGES (reader)->n_read > 0 ? "America/New_York" : NULL;
}

static void
test_pages_iface_init (PstRowReaderInterface *iface)
{
  iface->list_files = test_pages_list_files;
  iface->next_rows = test_pages_next_rows;
  iface->next_finding = test_pages_next_finding;
  iface->describe = test_pages_describe;
  iface->get_bar_period = test_pages_get_bar_period;
  iface->get_time_zone = test_pages_get_time_zone;
}

static void
test_pages_class_init (TestPagesClass *klass)
{
}

static void
test_pages_init (TestPages *self)
{
}

/* "a.csv:2" of each row and "a.csv:4!" of each finding, in the order in which an importer meets them. */
static char *
read_all (PstRowReader *reader, PstFeedStatus *last, GError **error)
{
  GString *text = g_string_new (NULL);
  PstRowFinding finding;
  PstRowBatch batch;

  while ((*last = pst_row_reader_next_rows (reader, &batch, error)) == PST_FEED_MORE)
    {
      g_assert_true (g_str_has_suffix (batch.path, batch.file));
      for (guint i = 0; i < batch.n_events; i++)
        {
          g_assert_cmpuint ((guint64)batch.events[i].bar.close, ==, batch.lines[i]);
          g_string_append_printf (text, "%s:%" G_GUINT64_FORMAT " ", batch.file, batch.lines[i]);
        }
      while (pst_row_reader_next_finding (reader, &finding))
        g_string_append_printf (text, "%s:%" G_GUINT64_FORMAT "! ", finding.file, finding.line);
    }
  return g_string_free (text, FALSE);
}

static void
test_rows (void)
{
  g_autoptr (TestPages) pages = g_object_new (TEST_TYPE_PAGES, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  PstFeedStatus last;

  text = read_all (PST_ROW_READER (pages), &last, &error);
  g_assert_no_error (error);
  g_assert_cmpint (last, ==, PST_FEED_END);
  g_assert_cmpstr (text, ==, "a.csv:2 a.csv:3 a.csv:5 a.csv:4! b.csv:2 ");
}

/* A finding comes with all that a person needs to find the place, and once. */
static void
test_finding (void)
{
  g_autoptr (TestPages) pages = g_object_new (TEST_TYPE_PAGES, NULL);
  PstRowReader *reader = PST_ROW_READER (pages);
  PstRowFinding finding;
  PstRowBatch batch;

  g_assert_false (pst_row_reader_next_finding (reader, &finding));
  pst_row_reader_next_rows (reader, &batch, NULL);
  pst_row_reader_next_rows (reader, &batch, NULL);
  g_assert_true (pst_row_reader_next_finding (reader, &finding));
  g_assert_cmpstr (finding.file, ==, "a.csv");
  g_assert_cmpuint (finding.line, ==, 4);
  g_assert_cmpuint (finding.column, ==, 12);
  g_assert_cmpstr (finding.kind, ==, "not-positive");
  g_assert_cmpstr (finding.field, ==, "open");
  g_assert_cmpstr (finding.text, ==, "0");
  g_assert_cmpstr (finding.sentence, ==, "is not above zero");
  g_assert_true (finding.rejected);
  g_assert_false (pst_row_reader_next_finding (reader, &finding));
}

/* A page that cannot be read ends the rows with the reader's own error, not as if it had been the last. */
static void
test_error (void)
{
  g_autoptr (TestPages) pages = g_object_new (TEST_TYPE_PAGES, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  PstFeedStatus last;

  pages->fail_at = 2;
  text = read_all (PST_ROW_READER (pages), &last, &error);
  g_assert_cmpint (last, ==, PST_FEED_ERROR);
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA);
  g_assert_cmpstr (error->message, ==, "the page is torn");
  g_assert_cmpstr (text, ==, "a.csv:2 a.csv:3 ");
}

/* What an importer asks beside the rows; the period and the zone are known when a row was read. */
static void
test_questions (void)
{
  g_autoptr (TestPages) pages = g_object_new (TEST_TYPE_PAGES, NULL), other = g_object_new (TEST_TYPE_PAGES, NULL);
  PstRowReader *reader = PST_ROW_READER (pages);
  g_autofree char *description = NULL, *of_other = NULL;
  PstRowBatch batch;

  other->fail_at = 3;
  description = pst_row_reader_describe (reader);
  of_other = pst_row_reader_describe (PST_ROW_READER (other));
  g_assert_cmpstr (description, ==, "fail-at=0");
  g_assert_cmpstr (of_other, ==, "fail-at=3");
  g_assert_true (g_strv_equal (pst_row_reader_list_files (reader), paths));
  g_assert_cmpint (pst_row_reader_get_bar_period (reader), ==, 0);
  g_assert_null (pst_row_reader_get_time_zone (reader));
  g_assert_cmpint (pst_row_reader_next_rows (reader, &batch, NULL), ==, PST_FEED_MORE);
  g_assert_cmpint (pst_row_reader_get_bar_period (reader), ==, DAY);
  g_assert_cmpstr (pst_row_reader_get_time_zone (reader), ==, "America/New_York");
}

/* Any object can be asked whether it hands out rows; one that does not is refused with a word, not called into nothing. */
static void
test_no_reader (void)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  PstRowFinding finding;

  g_assert_false (PST_IS_ROW_READER (object));
  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*PST_IS_ROW_READER*");
  g_assert_false (pst_row_reader_next_finding ((PstRowReader *)object, &finding));
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/row-reader/rows", test_rows);
  g_test_add_func ("/row-reader/finding", test_finding);
  g_test_add_func ("/row-reader/error", test_error);
  g_test_add_func ("/row-reader/questions", test_questions);
  g_test_add_func ("/row-reader/no-reader", test_no_reader);
  return g_test_run ();
}
