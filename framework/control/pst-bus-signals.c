/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every signal goes to one client at a time: a broadcast would be everyone's to read. A run that has much to tell is cut at so many a second for each
 * kind of signal, and the rest is counted; properties are told as what they are when it is their turn, so the last one is never lost. */

#include "pst-bus-signals.h"

#include "pst-bus-interfaces.h"
#include "pst-bus-path.h"
#include "pst-bus-properties.h"

#include <string.h>

/* PropertiesChanged comes at most once a beat; a window of the limit is so many beats long, which is a second. */
#define BEAT_NS (200 * (gint64)1000000)
#define BEATS_A_WINDOW 5

typedef enum
{
  KIND_STATE,
  KIND_TRADING_STATE,
  KIND_ORDER,
  KIND_FILL,
  KIND_ALERT,
  KIND_EQUITY,
  KIND_LOST,
  N_KINDS
} Kind;

static const struct
{
  const char *event;
  const char *signal; /* NULL: properties only */
  const char *key;    /* of the detail that is the signal's first argument; NULL: it has only the detail */
  const char *default_key;
} kinds[N_KINDS] = {
  [KIND_STATE] = { "run-state", "StateChanged", "state", "state" },
  [KIND_TRADING_STATE] = { "trading-state", "TradingStateChanged", "trading-state", "state" },
  [KIND_ORDER] = { "order", "OrderChanged", NULL, NULL },
  [KIND_FILL] = { "fill", "Fill", NULL, NULL },
  [KIND_ALERT] = { "alert", "Alert", "severity", "severity" },
  [KIND_EQUITY] = { "equity", NULL, NULL, NULL },
  [KIND_LOST] = { "lost", NULL, NULL, NULL },
};

/**
 * PstBusSignals:
 *
 * Passes on what a host publishes.
 */
struct _PstBusSignals
{
  GObject parent_instance;

  GDBusConnection *connection;
  PstBusClients *clients;
  PstClock *clock;
  guint rate;
  GHashTable *feeds; /* path -> Feed: of runs that told something lately */
};

G_DEFINE_FINAL_TYPE (PstBusSignals, pst_bus_signals, G_TYPE_OBJECT)

typedef struct
{
  PstBusSignals *owner; /* borrowed */
  char *path;
  char *user_id;
  GVariantDict *changed; /* properties that wait for the beat; NULL for none */
  guint n_sent[N_KINDS]; /* in this window */
  guint n_lost[N_KINDS];
  guint n_beats;
  guint timer;
  gboolean was_used; /* in this window */
} Feed;

static void
feed_free (gpointer data)
{
  Feed *feed = data;

  if (feed->timer != 0)
    pst_clock_remove_timer (feed->owner->clock, feed->timer);
  g_clear_pointer (&feed->changed, g_variant_dict_unref);
  g_free (feed->user_id);
  g_free (feed->path);
  g_free (feed);
}

static void
pst_bus_signals_finalize (GObject *object)
{
  PstBusSignals *self = PST_BUS_SIGNALS (object);

  g_hash_table_unref (self->feeds);
  g_clear_object (&self->connection);
  g_clear_object (&self->clients);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (pst_bus_signals_parent_class)->finalize (object);
}

static void
pst_bus_signals_class_init (PstBusSignalsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pst_bus_signals_finalize;
}

static void
pst_bus_signals_init (PstBusSignals *self)
{
  self->feeds = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, feed_free);
}

/**
 * pst_bus_signals_new:
 * @connection: the bus
 * @clients: who hears
 * @clock: by which a second is measured
 * @rate: signals of one kind and run a second
 *
 * Makes what passes events on.
 *
 * Returns: (transfer full): it
 */
PstBusSignals *
pst_bus_signals_new (GDBusConnection *connection, PstBusClients *clients, PstClock *clock, guint rate)
{
  PstBusSignals *self = g_object_new (PST_TYPE_BUS_SIGNALS, NULL);

  self->connection = g_object_ref (connection);
  self->clients = g_object_ref (clients);
  self->clock = g_object_ref (clock);
  self->rate = rate;
  return self;
}

/**
 * pst_bus_signals_set_rate:
 * @signals: what passes events on
 * @rate: signals of one kind and run a second, from now on
 *
 * Sets the limit. On the service's context.
 */
void
pst_bus_signals_set_rate (PstBusSignals *signals, guint rate)
{
  signals->rate = rate;
}

typedef struct
{
  PstBusSignals *self;
  const char *path;
  const char *interface;
  const char *signal;
  GVariant *arguments;
} Emission;

static void
emit_to (const PstIdentity *identity, const PstCaller *caller, gpointer user_data)
{
  const Emission *emission = user_data;

  g_dbus_connection_emit_signal (emission->self->connection, identity->sender, emission->path, emission->interface, emission->signal,
                                 emission->arguments, NULL);
}

/* @user_id NULL: to all that want signals. */
static void
emit (PstBusSignals *self, const char *user_id, const char *path, const char *interface, const char *signal, GVariant *arguments)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);
  Emission emission = { self, path, interface, signal, owned };

  pst_bus_clients_foreach_subscriber (self->clients, user_id, emit_to, &emission);
}

static void
flush_properties (Feed *feed)
{
  g_autoptr (GVariant) facts = NULL;
  GVariant *properties;

  if (feed->changed == NULL)
    return;
  facts = g_variant_ref_sink (g_variant_dict_end (feed->changed));
  g_clear_pointer (&feed->changed, g_variant_dict_unref);
  properties = pst_bus_properties_of (pst_bus_run1_interface_info (), facts, FALSE);
  emit (feed->owner, feed->user_id, feed->path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
        g_variant_new ("(s@a{sv}as)", PST_BUS_RUN_INTERFACE, properties, NULL));
}

static void
tell_lost (Feed *feed)
{
  GVariantBuilder builder;
  gboolean any = FALSE;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{su}"));
  for (guint i = 0; i < N_KINDS; i++)
    if (feed->n_lost[i] > 0)
      {
        any = TRUE;
        /* What the host itself had to leave out is of any kind. */
        g_variant_builder_add (&builder, "{su}", kinds[i].signal != NULL ? kinds[i].signal : "", feed->n_lost[i]);
      }
  if (any)
    emit (feed->owner, feed->user_id, feed->path, PST_BUS_RUN_INTERFACE, "Lost", g_variant_new ("(a{su})", &builder));
  else
    g_variant_builder_clear (&builder);
}

static void
on_beat (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Feed *feed = user_data;

  feed->timer = 0;
  flush_properties (feed);
  if (++feed->n_beats == BEATS_A_WINDOW)
    {
      tell_lost (feed);
      if (!feed->was_used)
        {
          g_hash_table_remove (feed->owner->feeds, feed->path);
          return;
        }
      memset (feed->n_sent, 0, sizeof feed->n_sent);
      memset (feed->n_lost, 0, sizeof feed->n_lost);
      feed->n_beats = 0;
      feed->was_used = FALSE;
    }
  feed->timer = pst_clock_add_timer (clock, due_ns + BEAT_NS, on_beat, feed, NULL);
}

static Feed *
get_feed (PstBusSignals *self, const char *user_id, const char *run_id)
{
  g_autofree char *path = run_id[0] != '\0' ? pst_bus_run_path (user_id, run_id) : g_strdup (PST_BUS_HOST_PATH);
  Feed *feed = g_hash_table_lookup (self->feeds, path);

  if (feed == NULL)
    {
      feed = g_new0 (Feed, 1);
      feed->owner = self;
      feed->path = g_steal_pointer (&path);
      feed->user_id = user_id[0] != '\0' ? g_strdup (user_id) : NULL;
      g_hash_table_insert (self->feeds, feed->path, feed);
    }
  feed->was_used = TRUE;
  return feed;
}

static void
change_properties (Feed *feed, Kind kind, const char *first, GVariant *detail)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  if (feed->changed == NULL)
    feed->changed = g_variant_dict_new (NULL);
  if (kind == KIND_EQUITY)
    {
      g_variant_iter_init (&iter, detail);
      while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
        g_variant_dict_insert_value (feed->changed, key, value);
    }
  else
    g_variant_dict_insert (feed->changed, kinds[kind].key, "s", first);
}

static Kind
find_kind (const char *event)
{
  Kind kind = 0;

  while (kind < N_KINDS && strcmp (kinds[kind].event, event) != 0)
    kind++;
  return kind;
}

/* Of the host itself there are only alerts. */
static void
send (Feed *feed, Kind kind, const char *run_id, const char *first, GVariant *detail)
{
  const char *interface = run_id[0] != '\0' ? PST_BUS_RUN_INTERFACE : PST_BUS_HOST_INTERFACE;
  GVariant *arguments = first != NULL ? g_variant_new ("(s@a{sv})", first, detail) : g_variant_new ("(@a{sv})", detail);

  if (feed->n_sent[kind] >= feed->owner->rate)
    {
      g_variant_unref (g_variant_ref_sink (arguments));
      feed->n_lost[kind]++;
      return;
    }
  feed->n_sent[kind]++;
  emit (feed->owner, feed->user_id, feed->path, interface, kinds[kind].signal, arguments);
}

/**
 * pst_bus_signals_publish:
 * @signals: what passes events on
 * @event: "(sssa{sv})", see PstController::event-published
 *
 * Passes on one event of the host. On the service's context.
 */
void
pst_bus_signals_publish (PstBusSignals *signals, GVariant *event)
{
  g_autoptr (GVariant) detail = NULL;
  const char *user_id, *run_id, *name, *first = NULL;
  gboolean begins;
  Feed *feed;
  Kind kind;

  g_return_if_fail (PST_IS_BUS_SIGNALS (signals));

  g_variant_get (event, "(&s&s&s@a{sv})", &user_id, &run_id, &name, &detail);
  kind = find_kind (name);
  if (kind == N_KINDS || (run_id[0] == '\0' && kind != KIND_ALERT))
    return;
  feed = get_feed (signals, user_id, run_id);
  begins = feed->timer == 0;
  if (kinds[kind].key != NULL && !g_variant_lookup (detail, kinds[kind].key, "&s", &first)
      && !g_variant_lookup (detail, kinds[kind].default_key, "&s", &first))
    first = "";
  if (kind == KIND_LOST)
    {
      guint64 count = 1;

      g_variant_lookup (detail, "count", "t", &count);
      feed->n_lost[kind] += (guint)MIN (count, G_MAXUINT32 - feed->n_lost[kind]);
    }
  if (kinds[kind].signal != NULL)
    send (feed, kind, run_id, first, detail);
  if (kind == KIND_STATE || kind == KIND_TRADING_STATE || kind == KIND_EQUITY)
    change_properties (feed, kind, first, detail);
  if (!begins)
    return;
  flush_properties (feed);
  feed->timer = pst_clock_add_timer (signals->clock, pst_clock_now_ns (signals->clock) + BEAT_NS, on_beat, feed, NULL);
}

/**
 * pst_bus_signals_add_run:
 * @signals: what passes events on
 * @user_id: whose run
 * @run_id: its id
 * @facts: a{sv}, as get-run tells them
 *
 * Says that a run is there. On the service's context.
 */
void
pst_bus_signals_add_run (PstBusSignals *signals, const char *user_id, const char *run_id, GVariant *facts)
{
  g_autofree char *path = pst_bus_run_path (user_id, run_id);
  GVariantBuilder interfaces;

  g_variant_builder_init (&interfaces, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_variant_builder_add (&interfaces, "{s@a{sv}}", PST_BUS_RUN_INTERFACE, pst_bus_properties_of (pst_bus_run1_interface_info (), facts, TRUE));
  emit (signals, user_id, PST_BUS_ROOT_PATH, "org.freedesktop.DBus.ObjectManager", "InterfacesAdded",
        g_variant_new ("(oa{sa{sv}})", path, &interfaces));
}

/**
 * pst_bus_signals_remove_run:
 * @signals: what passes events on
 * @user_id: whose run
 * @run_id: its id
 *
 * Says that a run is no more. On the service's context.
 */
void
pst_bus_signals_remove_run (PstBusSignals *signals, const char *user_id, const char *run_id)
{
  const char *const interfaces[] = { PST_BUS_RUN_INTERFACE, NULL };
  g_autofree char *path = pst_bus_run_path (user_id, run_id);

  g_hash_table_remove (signals->feeds, path);
  emit (signals, user_id, PST_BUS_ROOT_PATH, "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved", g_variant_new ("(o^as)", path, interfaces));
}
