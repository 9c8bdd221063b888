/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: the seam by which a run takes its frames from anywhere. A driver of the test's own stands in for any. */
#include "engine-fakes.h"
#include "pst-driver.h"

#define FAKE_TYPE_DRIVER (fake_driver_get_type ())
G_DECLARE_FINAL_TYPE (FakeDriver, fake_driver, FAKE, DRIVER, PstDriver)

struct _FakeDriver
{
  PstDriver parent_instance;

  guint n_received;
};

G_DEFINE_FINAL_TYPE (FakeDriver, fake_driver, PST_TYPE_DRIVER)

static gboolean
fake_driver_prime (PstDriver *driver, gint64 *start_ns, GError **error)
{
  *start_ns = 77;
  return TRUE;
}

static gboolean
fake_driver_drive (PstDriver *driver, const PstDriverSink *sink, GError **error)
{
  PstEvent event = { .kind = PST_EVENT_BAR };
  PstFrame frame = { &event, 1, 0, 77, 1 };
  PstFrameBlock block = { &frame, 1 };

  while (sink->attend (sink->user_data) && sink->take (&block, sink->user_data))
    frame.sequence++;
  g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA, "the end");
  return FALSE;
}

static void
fake_driver_receive (PstDriver *driver, PstExchange *exchange, const PstFrameBlock *block)
{
  FAKE_DRIVER (driver)->n_received += block->n_frames;
}

static void
fake_driver_class_init (FakeDriverClass *klass)
{
  PST_DRIVER_CLASS (klass)->prime = fake_driver_prime;
  PST_DRIVER_CLASS (klass)->drive = fake_driver_drive;
  PST_DRIVER_CLASS (klass)->receive = fake_driver_receive;
}

static void
fake_driver_init (FakeDriver *driver)
{
}

static gboolean
take_three (const PstFrameBlock *block, gpointer user_data)
{
  *(guint64 *)user_data = block->frames[0].sequence;
  return block->frames[0].sequence < 3;
}

static gboolean
attend (gpointer user_data)
{
  return TRUE;
}

static void
test_calls (void)
{
  PstDriver *driver = g_object_new (FAKE_TYPE_DRIVER, NULL);
  g_autoptr (GObject) feed = g_object_new (FAKE_TYPE_FEED, NULL);
  g_autoptr (GError) error = NULL;
  guint64 last = 0;
  PstDriverSink sink = { .take = take_three, .attend = attend, .user_data = &last };
  PstFrameBlock block = { NULL, 5 };
  gint64 start_ns = 0;

  /* A driver of historical data needs neither a context nor real time. */
  pst_driver_enter (driver);
  g_assert_null (pst_driver_get_clock (driver));
  g_assert_true (pst_driver_prime (driver, &start_ns, &error));
  g_assert_cmpint (start_ns, ==, 77);
  g_assert_false (pst_driver_drive (driver, &sink, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA);
  g_assert_cmpuint (last, ==, 3);
  pst_driver_receive (driver, PST_EXCHANGE (feed), &block);
  g_assert_cmpuint (FAKE_DRIVER (driver)->n_received, ==, 5);
  pst_driver_leave (driver);
  g_assert_finalize_object (driver);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/driver/calls", test_calls);
  return g_test_run ();
}
