/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The daemon: a host, the bus that commands it, the services beside it. Everything happens on the main loop, which is also what feeds the watchdog;
 * runs have threads of their own. */

#include "penstockd.h"

#include "../control/pst-bus-path.h"
#include "../control/pst-bus-service.h"
#include "../host/pst-exit-code.h"
#include "pst-config.h"

#include <glib-unix.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_PATH "/etc/penstock/penstockd.conf"
/* How long the bus may be away before it is tried again. */
#define RECONNECT_S 5
/* How long the last events are waited for at the end. */
#define DRAIN_MS 1000

typedef struct
{
  char *config_path;
  gboolean system, user, version;
} Options;

typedef struct
{
  PenstockdConfig *config;
  PstCatalogue *catalogue;
  PstHost *host;
  PenstockdServices *services;
  PstClock *clock;
  GDBusConnection *connection;
  PstAuthority *authority;
  PstBusService *bus_service;
  GMainLoop *loop;
  guint name;
  guint sources[4];
  guint reconnect;
  int exit_code;
  guint n_ended; /* runs that were heard to have ended, or that they do not end */
  gboolean is_ready;
} Daemon;

static void connect_bus (Daemon *daemon);

static void
fail (Daemon *daemon, int exit_code, const char *message)
{
  penstockd_log (G_LOG_LEVEL_CRITICAL, message, NULL);
  penstockd_notify ("STATUS=%s", message);
  daemon->exit_code = exit_code;
  g_main_loop_quit (daemon->loop);
}

static void
tell_status (Daemon *daemon)
{
  penstockd_notify ("STATUS=%u runs, %u running", pst_host_count_runs (daemon->host), pst_host_count_running (daemon->host));
}

static void
become_ready (Daemon *daemon)
{
  if (daemon->is_ready)
    return;
  daemon->is_ready = TRUE;
  penstockd_notify ("READY=1");
  tell_status (daemon);
  penstockd_log (G_LOG_LEVEL_INFO, "ready", NULL);
}

static void
on_event_published (PstController *controller, GVariant *event, gpointer user_data)
{
  g_autoptr (GVariant) detail = NULL;
  const char *user, *run, *kind, *state = NULL, *reason = NULL, *title = NULL, *severity = "", *message = NULL;

  g_variant_get (event, "(&s&s&s@a{sv})", &user, &run, &kind, &detail);
  if (strcmp (kind, "run-state") == 0)
    {
      g_variant_lookup (detail, "state", "&s", &state);
      g_variant_lookup (detail, "reason", "&s", &reason);
      penstockd_log (g_strcmp0 (state, "ERROR") == 0 ? G_LOG_LEVEL_CRITICAL : G_LOG_LEVEL_INFO, "run state", "PENSTOCK_USER", user, "PENSTOCK_RUN",
                     run, "PENSTOCK_STATE", state, "PENSTOCK_REASON", reason, NULL);
      ((Daemon *)user_data)->n_ended += g_strcmp0 (state, "STOPPED") == 0 || g_strcmp0 (state, "ERROR") == 0;
      tell_status (user_data);
    }
  else if (strcmp (kind, "trading-state") == 0)
    {
      g_variant_lookup (detail, "trading-state", "&s", &state);
      g_variant_lookup (detail, "trading-reason", "&s", &reason);
      penstockd_log (G_LOG_LEVEL_WARNING, "trading state", "PENSTOCK_USER", user, "PENSTOCK_RUN", run, "PENSTOCK_TRADING_STATE", state,
                     "PENSTOCK_REASON", reason, NULL);
    }
  else if (strcmp (kind, "alert") == 0)
    {
      g_variant_lookup (detail, "title", "&s", &title);
      g_variant_lookup (detail, "severity", "&s", &severity);
      g_variant_lookup (detail, "message", "&s", &message);
      ((Daemon *)user_data)->n_ended += g_strcmp0 (title, PST_HOST_ALERT_LEFT) == 0;
      penstockd_log (strcmp (severity, "INFO") == 0 ? G_LOG_LEVEL_INFO : G_LOG_LEVEL_WARNING, title != NULL ? title : "alert", "PENSTOCK_USER", user,
                     "PENSTOCK_RUN", run, "PENSTOCK_SEVERITY", severity, "PENSTOCK_DETAIL", message, NULL);
    }
}

/* A host that restores or ends many runs is busy, not dead. */
static void
on_progress (PstHost *host, const char *what, guint n_done, guint n_all, gpointer user_data)
{
  penstockd_notify ("EXTEND_TIMEOUT_USEC=30000000\nWATCHDOG=1\nSTATUS=%s: %u of %u", what, n_done, n_all);
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  become_ready (user_data);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Daemon *daemon = user_data;

  /* A connection that is gone is on_closed()'s. */
  if (connection != NULL && !g_dbus_connection_is_closed (connection))
    fail (daemon, PST_EXIT_FAILURE, "the bus does not give us the name " PST_BUS_NAME ": another penstockd has it, or its policy does not allow it");
}

static void
disconnect_bus (Daemon *daemon)
{
  if (daemon->bus_service != NULL)
    pst_bus_service_stop (daemon->bus_service);
  if (daemon->name != 0)
    g_bus_unown_name (daemon->name);
  daemon->name = 0;
  g_clear_object (&daemon->bus_service);
  g_clear_object (&daemon->authority);
  if (daemon->connection != NULL)
    g_signal_handlers_disconnect_by_data (daemon->connection, daemon);
  g_clear_object (&daemon->connection);
}

static gboolean
on_reconnect (gpointer user_data)
{
  Daemon *daemon = user_data;

  daemon->reconnect = 0;
  connect_bus (daemon);
  return G_SOURCE_REMOVE;
}

static void
reconnect_later (Daemon *daemon)
{
  if (daemon->reconnect == 0)
    daemon->reconnect = g_timeout_add_seconds (RECONNECT_S, on_reconnect, daemon);
}

/* Runs go on without a bus. */
static void
on_closed (GDBusConnection *connection, gboolean remote_vanished, GError *error, gpointer user_data)
{
  Daemon *daemon = user_data;

  penstockd_log (G_LOG_LEVEL_CRITICAL, "the bus is gone; trading goes on, and the bus is tried again", "PENSTOCK_REASON",
                 error != NULL ? error->message : NULL, NULL);
  disconnect_bus (daemon);
  reconnect_later (daemon);
}

static GDBusConnection *
open_bus (Daemon *daemon, GError **error)
{
  GBusType type = daemon->config->bus == PENSTOCKD_BUS_SYSTEM ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (type, NULL, error);

  /* Not g_bus_get(): that gives the same connection again after it broke. */
  if (address == NULL)
    return NULL;
  return g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, error);
}

static void
connect_bus (Daemon *daemon)
{
  g_autoptr (GError) error = NULL;

  daemon->connection = open_bus (daemon, &error);
  if (daemon->connection == NULL)
    {
      g_autofree char *message = g_strdup_printf ("no bus: %s", error->message);

      if (!daemon->is_ready)
        fail (daemon, PST_EXIT_FAILURE, message);
      else
        reconnect_later (daemon);
      return;
    }
  g_signal_connect (daemon->connection, "closed", G_CALLBACK (on_closed), daemon);
  daemon->authority = pst_authority_new (daemon->connection, daemon->config->bus == PENSTOCKD_BUS_SYSTEM, daemon->config->bus_settings);
  daemon->bus_service = pst_bus_service_new (daemon->connection, PST_CONTROLLER (daemon->host), daemon->authority, daemon->clock, PST_VERSION);
  if (!pst_bus_service_start (daemon->bus_service, &error))
    {
      fail (daemon, PST_EXIT_FAILURE, error->message);
      return;
    }
  daemon->name = g_bus_own_name_on_connection (daemon->connection, PST_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, on_name_acquired, on_name_lost,
                                               daemon, NULL);
}

static gboolean
on_terminate (gpointer user_data)
{
  g_main_loop_quit (((Daemon *)user_data)->loop);
  return G_SOURCE_CONTINUE;
}

/* What is safe to change while runs go on: who may do what. The rest waits for the next start. */
static gboolean
on_reload (gpointer user_data)
{
  Daemon *daemon = user_data;
  g_autofree char *problems = NULL;
  g_autoptr (PenstockdConfig) config = NULL;

  penstockd_notify ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
  config = penstockd_config_read (daemon->config->path, &problems);
  if (config == NULL)
    penstockd_log (G_LOG_LEVEL_CRITICAL, "the key file has errors; everything stays as it was", "PENSTOCK_REASON", problems, NULL);
  else
    {
      g_set_object (&daemon->config->bus_settings, config->bus_settings);
      if (daemon->bus_service != NULL)
        pst_bus_service_set_settings (daemon->bus_service, config->bus_settings);
      penstockd_log (G_LOG_LEVEL_INFO, "[bus] and [users] read again; other groups count from the next start", NULL);
    }
  penstockd_notify ("READY=1");
  return G_SOURCE_CONTINUE;
}

static gboolean
on_watchdog (gpointer user_data)
{
  penstockd_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

static void
watch_signals (Daemon *daemon)
{
  guint64 watchdog_us = penstockd_notify_get_watchdog_us ();

  daemon->sources[0] = g_unix_signal_add (SIGTERM, on_terminate, daemon);
  daemon->sources[1] = g_unix_signal_add (SIGINT, on_terminate, daemon);
  daemon->sources[2] = g_unix_signal_add (SIGHUP, on_reload, daemon);
  if (watchdog_us > 0)
    daemon->sources[3] = g_timeout_add ((guint)CLAMP (watchdog_us / 2000, 1, G_MAXUINT), on_watchdog, NULL);
}

static int
start_host (Daemon *daemon)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *problems = NULL;

  daemon->catalogue = pst_catalogue_new (NULL);
  pst_catalogue_scan (daemon->catalogue);
  daemon->services = penstockd_services_new (daemon->config, daemon->catalogue, &problems);
  if (daemon->services == NULL)
    {
      penstockd_log (G_LOG_LEVEL_CRITICAL, "the key file has errors", "PENSTOCK_REASON", problems, NULL);
      return PST_EXIT_CONFIG;
    }
  daemon->host = pst_host_new (daemon->config->host, daemon->catalogue, &error);
  if (daemon->host != NULL)
    {
      g_signal_connect (daemon->host, "event-published", G_CALLBACK (on_event_published), daemon);
      pst_host_set_progress (daemon->host, on_progress, daemon);
    }
  if (daemon->host == NULL || !pst_host_restore (daemon->host, &error)
      || !penstockd_services_start (daemon->services, PST_CONTROLLER (daemon->host), &error))
    {
      penstockd_log (G_LOG_LEVEL_CRITICAL, error->message, NULL);
      return pst_exit_code_from_error (error);
    }
  return PST_EXIT_OK;
}

static gboolean
on_late (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* What is published last still goes out: that so many runs ended is known by their threads before it is told. */
static void
drain (Daemon *daemon, guint n_ended)
{
  gboolean is_late = FALSE;
  guint deadline = g_timeout_add (DRAIN_MS, on_late, &is_late);

  while (!is_late && daemon->n_ended < n_ended)
    g_main_context_iteration (NULL, TRUE);
  if (!is_late)
    g_source_remove (deadline);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (daemon->connection != NULL && !g_dbus_connection_is_closed (daemon->connection))
    g_dbus_connection_flush_sync (daemon->connection, NULL, NULL);
}

/* Runs that did not end may be anywhere in their code: nothing that they use is taken away under them. As after a crash, which loses no whole tick.
 */
static void
cut_off (Daemon *daemon, guint n_left)
{
  g_autofree char *left = g_strdup_printf ("%u", n_left);

  penstockd_log (G_LOG_LEVEL_CRITICAL, "runs did not end in time and are cut off; their on-restart decides at the next start", "PENSTOCK_RUNS", left,
                 NULL);
  penstockd_notify ("STATUS=%u runs did not end in time and are cut off", n_left);
  disconnect_bus (daemon);
  _exit (daemon->exit_code != PST_EXIT_OK ? daemon->exit_code : PST_EXIT_FAILURE);
}

static void
end_host (Daemon *daemon)
{
  guint n_left = 0, n_running = daemon->host != NULL ? pst_host_count_running (daemon->host) : 0;

  daemon->n_ended = 0;
  penstockd_notify ("STOPPING=1");
  /* No more commands, but what happens is told still. */
  g_clear_pointer (&daemon->services, penstockd_services_free);
  if (daemon->host != NULL && daemon->config->on_shutdown == PENSTOCKD_SHUTDOWN_LEAVE && daemon->exit_code == PST_EXIT_OK)
    {
      penstockd_log (G_LOG_LEVEL_INFO, "ending; runs are left to the next start", NULL);
      drain (daemon, 0);
      /* As after a crash, which loses no whole tick: anything gentler would end the runs. */
      _exit (PST_EXIT_OK);
    }
  if (daemon->host != NULL)
    {
      penstockd_log (G_LOG_LEVEL_INFO, "ending all runs", NULL);
      n_left = pst_host_shutdown (daemon->host, "the host is ending");
    }
  drain (daemon, n_running);
  if (n_left > 0)
    cut_off (daemon, n_left);
  disconnect_bus (daemon);
}

static int
run_daemon (PenstockdConfig *config)
{
  Daemon daemon = { .config = config, .exit_code = PST_EXIT_OK };

  daemon.loop = g_main_loop_new (NULL, FALSE);
  daemon.clock = pst_system_clock_new (NULL);
  watch_signals (&daemon);
  daemon.exit_code = start_host (&daemon);
  if (daemon.exit_code == PST_EXIT_OK)
    {
      if (config->bus == PENSTOCKD_BUS_NONE)
        become_ready (&daemon);
      else
        connect_bus (&daemon);
      if (daemon.exit_code == PST_EXIT_OK)
        g_main_loop_run (daemon.loop);
    }
  end_host (&daemon);
  if (daemon.host != NULL)
    g_signal_handlers_disconnect_by_data (daemon.host, &daemon);
  for (guint i = 0; i < G_N_ELEMENTS (daemon.sources); i++)
    if (daemon.sources[i] != 0)
      g_source_remove (daemon.sources[i]);
  if (daemon.reconnect != 0)
    g_source_remove (daemon.reconnect);
  g_clear_object (&daemon.host);
  g_clear_object (&daemon.catalogue);
  g_clear_object (&daemon.clock);
  g_main_loop_unref (daemon.loop);
  penstockd_log (G_LOG_LEVEL_INFO, "ended", NULL);
  return daemon.exit_code;
}

static gboolean
parse (Options *options, int *argc, char ***argv, int *exit_code)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config_path, "The key file (" CONFIG_PATH ")", "FILE" },
    { "system", 0, 0, G_OPTION_ARG_NONE, &options->system, "Serve on the system's bus, whatever the key file says", NULL },
    { "user", 0, 0, G_OPTION_ARG_NONE, &options->user, "Serve on the user's bus, whatever the key file says", NULL },
    { "session", 0, 0, G_OPTION_ARG_NONE, &options->user, "The same", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Tell the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, "Hosts the trading runs of many users, commanded over D-Bus (penstock ctl) and HTTP.");
  g_option_context_add_main_entries (context, entries, NULL);
  *exit_code = PST_EXIT_USAGE;
  if (!g_option_context_parse (context, argc, argv, &error))
    g_printerr ("penstockd: %s\n", error->message);
  else if (*argc > 1)
    g_printerr ("penstockd: there are no arguments; penstockd --help lists the options\n");
  else if (options->system && options->user)
    g_printerr ("penstockd: either --system or --user\n");
  else if (options->version)
    {
      g_print ("penstockd %s\n", PST_VERSION);
      *exit_code = PST_EXIT_OK;
    }
  else
    return TRUE;
  return FALSE;
}

int
main (int argc, char **argv)
{
  Options options = { 0 };
  g_autoptr (PenstockdConfig) config = NULL;
  g_autofree char *problems = NULL, *path = NULL;
  int exit_code;

  setlocale (LC_ALL, "");
  g_set_prgname ("penstockd");
  if (!parse (&options, &argc, &argv, &exit_code))
    {
      g_free (options.config_path);
      return exit_code;
    }
  path = options.config_path != NULL ? options.config_path : g_strdup (CONFIG_PATH);
  config = penstockd_config_read (path, &problems);
  if (config == NULL)
    {
      g_printerr ("%s%s", problems, g_str_has_suffix (problems, "\n") ? "" : "\n");
      return PST_EXIT_CONFIG;
    }
  if (options.system || options.user)
    config->bus = options.system ? PENSTOCKD_BUS_SYSTEM : PENSTOCKD_BUS_USER;
  penstockd_log_init ();
  penstockd_log (G_LOG_LEVEL_INFO, "starting", "PENSTOCK_VERSION", PST_VERSION, "PENSTOCK_CONFIG", config->path, NULL);
  return run_daemon (config);
}
