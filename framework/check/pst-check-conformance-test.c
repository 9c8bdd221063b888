/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every plugin of the tree through the conformance tests, and plugins with one defect each through the same: tests that nothing fails
 * show nothing. */

#include <penstock-check.h>

#include "check/pst-check-conformance-private.h"

#include <glib/gstdio.h>
#include <string.h>

typedef enum
{
  DEFECT_NONE,
  DEFECT_NO_NICK,
  DEFECT_NO_BLURB,
  DEFECT_NAME,
  DEFECT_OTHER_DEFAULT,
  DEFECT_FORGETS,
  DEFECT_LEAKS,
  DEFECT_TIMER,
  DEFECT_HANDLER,
  DEFECT_CHANCE,
  DEFECT_NO_ANSWER,
  DEFECT_CODE,
  DEFECT_NO_START,
  N_DEFECTS
} Defect;

static const struct
{
  const char *id;
  const char *type_name;
  const char *test;    /* that must fail */
  const char *message; /* what it must say */
} defects[N_DEFECTS] = {
  [DEFECT_NONE] = { "good", "TestGoodGuard", NULL, NULL },
  [DEFECT_NO_NICK] = { "no-nick", "TestNoNick", "options", "*has no nick*" },
  [DEFECT_NO_BLURB] = { "no-blurb", "TestNoBlurb", "options", "*has no blurb*" },
  [DEFECT_NAME] = { "name", "TestName", "options", "*a name has only*" },
  [DEFECT_OTHER_DEFAULT] = { "other-default", "TestOtherDefault", "options", "*default \"7\"*has \"8\"*" },
  [DEFECT_FORGETS] = { "forgets", "TestForgets", "options", "*must agree*" },
  [DEFECT_LEAKS] = { "leaks", "TestLeaks", "life", "*it leaks*" },
  [DEFECT_TIMER] = { "timer", "TestTimer", "life", "*left a timer*" },
  [DEFECT_HANDLER] = { "handler", "TestHandler", "life", "*left a handler of \"frame-received\"*" },
  [DEFECT_CHANCE] = { "chance", "TestChance", "kind", "*gave other outputs*" },
  [DEFECT_NO_ANSWER] = { "no-answer", "TestNoAnswer", "kind", "*guard_failed*" },
  [DEFECT_CODE] = { "code", "TestCode", "kind", "*not in lower_case_words*" },
  [DEFECT_NO_START] = { "no-start", "TestNoStart", "life", "*did not say why*" },
};

typedef struct
{
  PstGuard parent_instance;
  gint size;
} TestGuard;

typedef struct
{
  PstGuardClass parent_class;
  Defect defect;
} TestGuardClass;

static Defect
defect_of (gpointer guard)
{
  return ((TestGuardClass *)G_OBJECT_GET_CLASS (guard))->defect;
}

static void
test_guard_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  static guint n_reviews = 0;

  n_reviews++;
  if (defect_of (guard) == DEFECT_NO_ANSWER)
    return;
  if (review->order->request.quantity <= 1000 || (defect_of (guard) == DEFECT_CHANCE && n_reviews % 3 == 0))
    pst_verdict_pass (verdict);
  else
    pst_verdict_deny (verdict, defect_of (guard) == DEFECT_CODE ? "Too large" : "too_large", "maximum=1000");
}

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  g_assert_cmpint (due_ns, >, 0);
}

static void
on_frame_received (PstExchange *exchange, const PstFrameBlock *block, gpointer user_data)
{
  g_assert_cmpuint (block->n_frames, >, 0);
}

static gboolean
test_guard_start (PstComponent *component, GError **error)
{
  PstContext *context = pst_component_get_context (component);

  if (defect_of (component) == DEFECT_LEAKS)
    g_object_ref (component);
  if (defect_of (component) == DEFECT_TIMER)
    pst_clock_add_timer (pst_context_get_clock (context), G_MAXINT64 - 1, on_timer, NULL, NULL);
  if (defect_of (component) == DEFECT_HANDLER)
    g_signal_connect (pst_context_find_component (context, PST_COMPONENT_KIND_EXCHANGE, PST_HARNESS_DATA), "frame-received",
                      G_CALLBACK (on_frame_received), NULL);
  return defect_of (component) != DEFECT_NO_START;
}

static void
test_guard_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ((TestGuard *)object)->size = g_value_get_int (value);
}

static void
test_guard_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gint size = ((TestGuard *)object)->size;

  g_value_set_int (value, defect_of (object) == DEFECT_FORGETS && size != 7 ? 11 + size % 2 : size);
}

static void
test_guard_class_init (gpointer klass, gpointer data)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  Defect defect = GPOINTER_TO_INT (data);

  ((TestGuardClass *)klass)->defect = defect;
  object_class->set_property = test_guard_set_property;
  object_class->get_property = test_guard_get_property;
  PST_COMPONENT_CLASS (klass)->start = test_guard_start;
  PST_GUARD_CLASS (klass)->review = test_guard_review;
  g_object_class_install_property (object_class, 1,
                                   g_param_spec_int (defect == DEFECT_NAME ? "Size-Max" : "size-max", defect == DEFECT_NO_NICK ? NULL : "Size",
                                                     defect == DEFECT_NO_BLURB ? "" : "The largest size.", 1, 100, 7, PST_OPTION_READWRITE));
}

static void
test_guard_init (GTypeInstance *instance, gpointer klass)
{
  ((TestGuard *)instance)->size = ((TestGuardClass *)klass)->defect == DEFECT_OTHER_DEFAULT ? 8 : 7;
}

static GType
register_guard (Defect defect)
{
  const GTypeInfo info = {
    .class_size = sizeof (TestGuardClass),
    .class_init = test_guard_class_init,
    .class_data = GINT_TO_POINTER (defect),
    .instance_size = sizeof (TestGuard),
    .instance_init = test_guard_init,
  };

  if (g_type_from_name (defects[defect].type_name) != G_TYPE_INVALID)
    return g_type_from_name (defects[defect].type_name);
  return g_type_register_static (PST_TYPE_GUARD, defects[defect].type_name, &info, 0);
}

/* The entry's function has no argument, so each defect needs its own. */
#define DEFECT_TYPE(DEFECT) \
  static GType get_type_##DEFECT (void) { return register_guard (DEFECT); }

DEFECT_TYPE (DEFECT_NONE)
DEFECT_TYPE (DEFECT_NO_NICK)
DEFECT_TYPE (DEFECT_NO_BLURB)
DEFECT_TYPE (DEFECT_NAME)
DEFECT_TYPE (DEFECT_OTHER_DEFAULT)
DEFECT_TYPE (DEFECT_FORGETS)
DEFECT_TYPE (DEFECT_LEAKS)
DEFECT_TYPE (DEFECT_TIMER)
DEFECT_TYPE (DEFECT_HANDLER)
DEFECT_TYPE (DEFECT_CHANCE)
DEFECT_TYPE (DEFECT_NO_ANSWER)
DEFECT_TYPE (DEFECT_CODE)
DEFECT_TYPE (DEFECT_NO_START)

static GType (*const get_type[N_DEFECTS]) (void)
    = { get_type_DEFECT_NONE,      get_type_DEFECT_NO_NICK, get_type_DEFECT_NO_BLURB, get_type_DEFECT_NAME,    get_type_DEFECT_OTHER_DEFAULT,
        get_type_DEFECT_FORGETS,   get_type_DEFECT_LEAKS,   get_type_DEFECT_TIMER,    get_type_DEFECT_HANDLER, get_type_DEFECT_CHANCE,
        get_type_DEFECT_NO_ANSWER, get_type_DEFECT_CODE,    get_type_DEFECT_NO_START };

static PstPluginTag
tag_of (Defect defect)
{
  PstPluginTag tag = { .kind = PST_COMPONENT_KIND_GUARD };

  g_strlcpy (tag.id, defects[defect].id, sizeof tag.id);
  return tag;
}

static void
test_defect (gconstpointer data)
{
  Defect defect = GPOINTER_TO_INT (data);
  PstPluginTag tag = tag_of (defect);
  PstPluginEntry entry = { &tag, get_type[defect] };

  if (g_test_subprocess ())
    {
      if (defect == DEFECT_NAME)
        pst_check_conformance_run (&entry, defects[defect].test, NULL);
      else
        pst_check_conformance_run (&entry, defects[defect].test, "size-max", "7", NULL);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (defects[defect].message);
}

/* What the defects are defects of. */
static void
test_none (void)
{
  static const char *const names[] = { "options", "prepare-only", "life", "kind" };
  PstPluginTag tag = tag_of (DEFECT_NONE);
  PstPluginEntry entry = { &tag, get_type_DEFECT_NONE };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      pst_check_conformance_run (&entry, names[i], "size-max", "7", NULL);
      g_assert_false (g_test_failed ());
    }
}

static void
test_listed (void)
{
  g_auto (GStrv) ids = pst_check_list_plugins ();

  g_assert_true (g_strv_contains ((const char *const *)ids, "journal"));
  g_assert_false (g_strv_contains ((const char *const *)ids, "no-such-plugin"));
}

/* What a plugin needs to start besides examples of its required options. "@bars@", "@columns@" and "@tokens@" become a file of bars, a folder of
 * columns and a file of tokens. */
#define OPTIONS_MAX 10
static const struct
{
  const char *id;
  const char *options[OPTIONS_MAX];
} needs[] = {
  { "alerts", { "sinks", "log", "log-path", "@dir@/alerts.log" } },
  { "binance", { "instruments", "BTC/USDT" } },
  { "bollinger", { "order-value", "10000 USD" } },
  { "breakout", { "order-size", "100" } },
  { "coinbase", { "instruments", "BTC/USD" } },
  { "columns", { "path", "@columns@" } },
  { "ema-cross", { "order-fraction", "0.1" } },
  { "ensemble", { "members", "m0;m1", "weights", "2;1", "order-value", "10000 USD" } },
  { "gemini", { "instruments", "BTC/USD" } },
  { "http", { "port", "0", "token-file", "@tokens@" } },
  { "journal", { "path", "@dir@/journal" } },
  { "kraken", { "instruments", "BTC/USD" } },
  { "macd", { "order-value", "10000 USD", "fast", "3", "slow", "8", "signal", "3" } },
  { "mean-reversion", { "order-value", "10000 USD" } },
  { "momentum", { "order-cash", "0.1" } },
  { "online-learning", { "order-value", "10000 USD", "warm-up", "20" } },
  { "rebalance", { "weights", "AAPL.TEST:0.6;IBM.TEST:0.4", "schedule", "daily" } },
  { "regime-aware", { "trend-member", "m0", "range-member", "m1", "order-value", "10000 USD" } },
  { "replay", { "path", "@bars@", "columns", "date,open,high,low,close,volume,symbol" } },
  { "rsi", { "order-value", "10000 USD" } },
  { "sim", { "cash", "1000000 USD", "feed", PST_HARNESS_DATA } },
  { "sip", { "amount", "1000 USD", "weights", "AAPL.TEST:0.6;IBM.TEST:0.4", "schedule", "weekly" } },
  { "sma-cross", { "order-value", "10000 USD", "fast", "3", "slow", "8" } },
  { "sql", { "path", "@dir@/ledger.db" } },
  { "template-strategy", { "order-value", "10000 USD", "bars", "2" } },
  { "volume-momentum", { "order-value", "10000 USD", "volume-factor", "1" } },
};

/* Where the tests' own data lie. */
typedef struct
{
  char *folder, *bars, *columns, *tokens;
} Data;

static const char *
resolve (const Data *data, const char *text)
{
  if (g_strcmp0 (text, "@bars@") == 0)
    return data->bars;
  if (g_strcmp0 (text, "@columns@") == 0)
    return data->columns;
  return g_strcmp0 (text, "@tokens@") == 0 ? data->tokens : text;
}

static void
add_plugin (const char *id, const Data *data)
{
  const char *o[OPTIONS_MAX] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    for (guint k = 0; k < OPTIONS_MAX && strcmp (needs[i].id, id) == 0; k++)
      o[k] = resolve (data, needs[i].options[k]);
  pst_check_conformance_add_plugin (id, o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8], o[9], NULL);
}

static char *
write_bars (const char *folder)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *path = g_build_filename (folder, "bars.csv", NULL);

  for (guint day = 1; day <= 28; day++)
    g_string_append_printf (text, "2020-02-%02u,10.%02u,11.00,9.00,10.50,1000,AAPL\n2020-02-%02u,20.00,21.00,19.00,20.%02u,500,IBM\n", day, day, day,
                            day);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  return path;
}

static char *
write_columns (const char *folder)
{
  const PstInstrument form = { .id = (char *)"AAPL.US", .quote = pst_currency_get ("USD", NULL), .price_scale = 2 };
  g_autoptr (PstInstrument) instrument = pst_instrument_new (&form, NULL);
  const PstDatasetSeries draft = { .instrument = instrument, .kind = PST_SERIES_KIND_BARS, .period_ns = PST_NS_PER_DAY };
  char *path = g_build_filename (folder, "columns", NULL);
  g_autoptr (PstDatasetWriter) writer = pst_dataset_writer_new (path, NULL);
  guint series = pst_dataset_writer_create (writer, &draft);

  for (gint64 day = 18000; day < 18028; day++)
    {
      const gint64 values[] = { (day + 1) * PST_NS_PER_DAY, day * PST_NS_PER_DAY, 1000 + day % 9, 1100, 900, 1050, 500 };
      const gint64 *columns[G_N_ELEMENTS (values)];

      for (guint c = 0; c < G_N_ELEMENTS (values); c++)
        columns[c] = &values[c];
      pst_dataset_writer_append (writer, series, columns, 1);
    }
  g_assert_true (pst_dataset_writer_finish (writer, NULL, NULL));
  return path;
}

static void
remove_columns (const char *path)
{
  const char *const *names = pst_series_kind_get_columns (PST_SERIES_KIND_BARS, NULL);
  g_autofree char *index = g_build_filename (path, PST_DATASET_INDEX, NULL), *table = g_build_filename (path, "bars-1d.1", NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *column = g_strdup_printf ("%s/%s.npy", table, names[i]);

      g_unlink (column);
    }
  g_unlink (index);
  g_rmdir (table);
  g_rmdir (path);
}

static char *
write_tokens (const char *folder)
{
  char *path = g_build_filename (folder, "tokens", NULL);
  g_autoptr (PstTokenFile) file = pst_token_file_new (path);
  PstToken token = { .scopes = PST_TOKEN_SCOPE_READ, .expires_ns = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = NULL;

  g_strlcpy (token.user_id, "local", sizeof token.user_id);
  secret = pst_token_file_create (file, &token, &error);
  g_assert_no_error (error);
  return path;
}

static void
data_init (Data *data)
{
  data->folder = g_dir_make_tmp ("penstock-bars-XXXXXX", NULL);
  data->bars = write_bars (data->folder);
  data->columns = write_columns (data->folder);
  data->tokens = write_tokens (data->folder);
}

static void
data_clear (Data *data)
{
  g_unlink (data->bars);
  g_unlink (data->tokens);
  remove_columns (data->columns);
  g_rmdir (data->folder);
  g_free (data->bars);
  g_free (data->tokens);
  g_free (data->columns);
  g_free (data->folder);
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) ids = NULL;
  Data data = { NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/conformance/listed", test_listed);
  for (Defect defect = DEFECT_NONE + 1; defect < N_DEFECTS; defect++)
    {
      g_autofree char *path = g_strdup_printf ("/check/conformance/catches/%s", defects[defect].type_name);

      g_test_add_data_func (path, GINT_TO_POINTER (defect), test_defect);
    }
  g_test_add_func ("/check/conformance/none", test_none);
  /* A process that is to fail cleans nothing up, and has one case only. */
  if (g_test_subprocess ())
    return g_test_run ();
  data_init (&data);
  ids = pst_check_list_plugins ();
  for (guint i = 0; ids[i] != NULL; i++)
    add_plugin (ids[i], &data);
  status = g_test_run ();
  data_clear (&data);
  return status;
}
