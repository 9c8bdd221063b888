/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock ctl watch: on a terminal a table that is drawn again when something happened, and what happened last below it; elsewhere a line for each
 * thing that happens. What stands in the table is asked from the host anew, at most once a second; signals say when. */

#include "penstock-ctl.h"

#include "penstock-table.h"

#include <glib-unix.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* How often the table is asked for and drawn at most. */
#define REFRESH_MS 1000
#define DRAW_MS 100
#define N_EVENTS_MAX 200

/* The other screen, without a cursor; and back. */
#define SCREEN_ENTER "\033[?1049h\033[?25l"
#define SCREEN_LEAVE "\033[?25h\033[?1049l"
#define SCREEN_CLEAR "\033[H\033[J"

typedef struct
{
  GDBusConnection *connection;
  GMainLoop *loop;
  GVariant *objects; /* (nullable): as GetManagedObjects told them last */
  GQueue events;     /* lines, the newest first */
  struct termios terminal;
  guint refresh;
  guint draw;
  int exit_code;
  gboolean on_terminal;
  gboolean as_json;
  gboolean is_there; /* the host */
} Watch;

static const struct
{
  const char *title, *property;
  char alignment;
} columns[] = {
  { "USER", "User", 'l' },         { "RUN", "RunId", 'l' },
  { "PIPELINE", "Pipeline", 'l' }, { "MODE", "Mode", 'l' },
  { "STATE", "State", 'l' },       { "TRADING", "TradingState", 'l' },
  { "EQUITY", "Equity", 'r' },     { "REALISED P/L", "RealisedProfit", 'r' },
  { "CURRENCY", "Currency", 'l' }, { "OPEN", "OpenOrders", 'r' },
  { "ORDERS", "Orders", 'r' },     { "FILLS", "Fills", 'r' },
  { "ALERTS", "Alerts", 'r' },
};

/* What a person wants of an order, a fill, an alert; everything else is in the lists. */
static char *
summarise (GVariant *parameters)
{
  static const char *const keys[] = { "state", "trading-state", "severity",       "side",   "quantity", "instrument",
                                      "price", "title",         "trading-reason", "reason", "message",  "component" };
  g_autoptr (GVariant) detail
      = g_variant_n_children (parameters) > 0 ? g_variant_get_child_value (parameters, g_variant_n_children (parameters) - 1) : NULL;
  GString *text;

  if (detail == NULL || !g_variant_is_of_type (detail, G_VARIANT_TYPE_VARDICT))
    return ctl_value_to_string (parameters);
  text = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (detail, keys[i], NULL);
      g_autofree char *part = value != NULL ? ctl_value_to_string (value) : g_strdup ("");

      if (part[0] != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? "  " : "", part);
    }
  return g_string_free (text, FALSE);
}

static void
add_event (Watch *watch, const char *path, const char *signal, GVariant *parameters)
{
  g_autofree char *user = NULL, *run = NULL, *text = summarise (parameters), *where = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");

  where = pst_bus_run_path_parse (path, &user, &run) ? g_strdup_printf ("%s %s", user, run) : g_strdup ("host");
  for (char *p = text; *p != '\0'; p++)
    if ((guchar)*p < ' ' || *p == 127)
      *p = ' ';
  g_queue_push_head (&watch->events, g_strdup_printf ("%s  %s  %s  %s", time, where, signal, text));
  if (watch->events.length > N_EVENTS_MAX)
    g_free (g_queue_pop_tail (&watch->events));
}

static void
get_size (guint *n_columns, guint *n_rows)
{
  struct winsize size = { 0 };

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    size = (struct winsize){ .ws_col = 80, .ws_row = 24 };
  *n_columns = size.ws_col;
  *n_rows = size.ws_row;
}

/* A row of the screen: never more than fits. */
static void
append_row (GString *screen, const char *line, guint n_columns, guint *n_left)
{
  if (*n_left == 0)
    return;
  if ((guint)g_utf8_strlen (line, -1) > n_columns)
    {
      g_autofree char *cut = g_utf8_substring (line, 0, n_columns);

      g_string_append (screen, cut);
    }
  else
    g_string_append (screen, line);
  if (--*n_left > 0)
    g_string_append (screen, "\r\n");
}

static void
add_run (PenstockTable *table, GVariant *properties)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (properties, columns[i].property, NULL);
      g_autofree char *text = value != NULL ? ctl_value_to_string (value) : g_strdup ("");

      penstock_table_take (table, columns[i].alignment == 'r' ? penstock_group_digits (ctl_shorten (text)) : g_steal_pointer (&text));
    }
}

static gboolean
is_running (GVariant *properties)
{
  const char *state;

  return g_variant_lookup (properties, "State", "&s", &state) && strcmp (state, "RUNNING") == 0;
}

/* Those that run first, then the others. Returns how many there are. */
static guint
add_runs (Watch *watch, PenstockTable *table)
{
  guint n_runs = 0;

  for (guint pass = 0; watch->objects != NULL && pass < 2; pass++)
    for (gsize i = 0; i < g_variant_n_children (watch->objects); i++)
      {
        g_autoptr (GVariant) interfaces = NULL, properties = NULL;
        const char *path;

        g_variant_get_child (watch->objects, i, "{&o@a{sa{sv}}}", &path, &interfaces);
        properties = g_variant_lookup_value (interfaces, PST_BUS_RUN_INTERFACE, G_VARIANT_TYPE_VARDICT);
        if (properties == NULL || is_running (properties) != (pass == 0))
          continue;
        add_run (table, properties);
        n_runs++;
      }
  return n_runs;
}

static void
draw_table (Watch *watch, GString *screen, guint n_columns, guint *n_left)
{
  char alignment[G_N_ELEMENTS (columns) + 1] = { 0 };
  g_autoptr (PenstockTable) table = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  /* A third of the screen is for what happens. */
  guint n_shown = MAX (*n_left * 2 / 3, 3), n_runs;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    alignment[i] = columns[i].alignment;
  table = penstock_table_new (alignment);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    penstock_table_add (table, columns[i].title);
  n_runs = add_runs (watch, table);
  penstock_table_print (table, "", text);
  lines = g_strsplit (text->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0' && i < n_shown; i++)
    append_row (screen, lines[i], n_columns, n_left);
  if (n_runs + 1 > n_shown)
    {
      g_autofree char *more = g_strdup_printf ("... and %u more", n_runs + 1 - n_shown);

      append_row (screen, more, n_columns, n_left);
    }
  if (n_runs == 0)
    append_row (screen, watch->is_there ? "There are no runs. \"penstock ctl create PIPELINE\" makes one." : "", n_columns, n_left);
}

static gboolean
draw (gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GString) screen = g_string_new (SCREEN_CLEAR);
  guint n_columns, n_left;

  watch->draw = 0;
  get_size (&n_columns, &n_left);
  append_row (screen, watch->is_there ? "penstock ctl watch    q or Ctrl-C ends" : "penstock ctl watch    THE HOST IS GONE; waiting for it",
              n_columns, &n_left);
  append_row (screen, "", n_columns, &n_left);
  draw_table (watch, screen, n_columns, &n_left);
  append_row (screen, "", n_columns, &n_left);
  for (GList *link = watch->events.head; link != NULL; link = link->next)
    append_row (screen, link->data, n_columns, &n_left);
  g_print ("%s", screen->str);
  return G_SOURCE_REMOVE;
}

static void
draw_soon (Watch *watch)
{
  if (watch->on_terminal && watch->draw == 0)
    watch->draw = g_timeout_add (DRAW_MS, draw, watch);
}

static void
on_objects (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    {
      if (watch->is_there && !g_error_matches (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_BUSY))
        {
          g_dbus_error_strip_remote_error (error);
          add_event (watch, "", error->message, g_variant_new_string (""));
        }
      draw_soon (watch);
      return;
    }
  g_clear_pointer (&watch->objects, g_variant_unref);
  watch->objects = g_variant_get_child_value (answer, 0);
  draw_soon (watch);
}

/* This subscribes to the host's signals too. */
static gboolean
refresh (gpointer user_data)
{
  Watch *watch = user_data;

  watch->refresh = 0;
  if (watch->is_there)
    g_dbus_connection_call (watch->connection, PST_BUS_NAME, PST_BUS_ROOT_PATH, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL,
                            G_VARIANT_TYPE ("(a{oa{sa{sv}}})"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_objects, watch);
  return G_SOURCE_REMOVE;
}

static void
refresh_soon (Watch *watch)
{
  if (watch->refresh == 0)
    watch->refresh = g_timeout_add (REFRESH_MS, refresh, watch);
}

static void
print_event (Watch *watch, const char *path, const char *signal, GVariant *parameters)
{
  g_autofree char *user = NULL, *run = NULL, *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GVariant) event = NULL;
  gboolean is_run = pst_bus_run_path_parse (path, &user, &run);

  if (!watch->as_json)
    {
      g_print ("%s\n", (const char *)watch->events.head->data);
      return;
    }
  event = g_variant_ref_sink (g_variant_new_parsed ("{'user': <%s>, 'run-id': <%s>, 'signal': <%s>, 'arguments': %v}", is_run ? user : "",
                                                    is_run ? run : "", signal, parameters));
  root = json_gvariant_serialize (event);
  text = json_to_string (root, FALSE);
  g_print ("%s\n", text);
}

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
           gpointer user_data)
{
  Watch *watch = user_data;
  gboolean is_quiet = strcmp (signal, "PropertiesChanged") == 0 || strcmp (signal, "InterfacesAdded") == 0;

  refresh_soon (watch);
  if (is_quiet && watch->on_terminal)
    return;
  add_event (watch, path, signal, parameters);
  if (!watch->on_terminal)
    print_event (watch, path, signal, parameters);
  draw_soon (watch);
}

static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  Watch *watch = user_data;

  watch->is_there = TRUE;
  refresh (watch);
  draw_soon (watch);
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Watch *watch = user_data;

  watch->is_there = FALSE;
  if (connection == NULL || !watch->on_terminal)
    {
      /* Without a screen nobody would see that it waits. */
      g_printerr ("penstock ctl: the host is gone\n");
      watch->exit_code = PST_EXIT_HOST;
      g_main_loop_quit (watch->loop);
    }
  draw_soon (watch);
}

static gboolean
on_end (gpointer user_data)
{
  g_main_loop_quit (((Watch *)user_data)->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_resize (gpointer user_data)
{
  draw_soon (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_key (int fd, GIOCondition condition, gpointer user_data)
{
  Watch *watch = user_data;
  char key;

  if (read (fd, &key, 1) == 1 && key != 'q' && key != 'Q')
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (watch->loop);
  return G_SOURCE_REMOVE;
}

static guint
enter_screen (Watch *watch)
{
  struct termios quiet;

  if (!watch->on_terminal)
    return 0;
  g_print (SCREEN_ENTER);
  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &watch->terminal) != 0)
    return 0;
  quiet = watch->terminal;
  quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  tcsetattr (STDIN_FILENO, TCSANOW, &quiet);
  return g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_key, watch);
}

static void
leave_screen (Watch *watch, guint keys)
{
  if (!watch->on_terminal)
    return;
  if (keys != 0)
    tcsetattr (STDIN_FILENO, TCSANOW, &watch->terminal);
  g_print (SCREEN_LEAVE);
}

int
ctl_watch (GDBusConnection *connection, gboolean as_json)
{
  Watch watch = { .connection = connection, .as_json = as_json, .is_there = TRUE, .exit_code = PST_EXIT_OK };
  guint subscription, name, keys, sources[3];

  watch.on_terminal = !as_json && isatty (STDOUT_FILENO);
  watch.loop = g_main_loop_new (NULL, FALSE);
  subscription
      = g_dbus_connection_signal_subscribe (connection, PST_BUS_NAME, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, &watch, NULL);
  name = g_bus_watch_name_on_connection (connection, PST_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, on_vanished, &watch, NULL);
  sources[0] = g_unix_signal_add (SIGINT, on_end, &watch);
  sources[1] = g_unix_signal_add (SIGTERM, on_end, &watch);
  sources[2] = g_unix_signal_add (SIGWINCH, on_resize, &watch);
  keys = enter_screen (&watch);
  g_main_loop_run (watch.loop);
  leave_screen (&watch, keys);
  g_bus_unwatch_name (name);
  g_dbus_connection_signal_unsubscribe (connection, subscription);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  if (watch.draw != 0)
    g_source_remove (watch.draw);
  if (watch.refresh != 0)
    g_source_remove (watch.refresh);
  g_clear_pointer (&watch.objects, g_variant_unref);
  g_queue_clear_full (&watch.events, g_free);
  g_main_loop_unref (watch.loop);
  return watch.exit_code;
}
