/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the daemon: its key file, its logs, its word to the service manager, the services that it loads. */
#pragma once

#include "../control/pst-bus-settings.h"
#include "../host/pst-host.h"

G_BEGIN_DECLS

typedef enum
{
  PENSTOCKD_BUS_SYSTEM,
  PENSTOCKD_BUS_USER,
  PENSTOCKD_BUS_NONE,
} PenstockdBus;

typedef enum
{
  PENSTOCKD_SHUTDOWN_STOP,
  PENSTOCKD_SHUTDOWN_LEAVE,
} PenstockdShutdown;

typedef struct
{
  char *path;
  char *folder;
  PstKeyText *text;
  PstHostSettings *host;
  PstBusSettings *bus_settings;
  PenstockdBus bus;
  PenstockdShutdown on_shutdown;
} PenstockdConfig;

/* (transfer full) (nullable): NULL with every problem of the file in @problems, a line each. */
PenstockdConfig *penstockd_config_read (const char *path, char **problems);
void penstockd_config_free (PenstockdConfig *config);

/* From here on, everything that is logged goes to journald as fields when the service manager gave it, else as a JSON object a line to standard
 * error. Secrets are taken out there, and nowhere else. */
void penstockd_log_init (void);
/* One line with fields: pairs of name and value, to NULL. Names in capitals. */
void penstockd_log (GLogLevelFlags level, const char *message, ...) G_GNUC_NULL_TERMINATED;
/* (transfer full): without what stands behind words that say it is secret. */
char *penstockd_redact (const char *text);

/* A state of sd_notify(3): "READY=1". Nothing when no service manager asked for it. */
void penstockd_notify (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* How often the service manager wants to hear WATCHDOG=1, in µs; 0: never. */
guint64 penstockd_notify_get_watchdog_us (void);

/* The plugins of [service NAME] groups, attached to a host rather than to a run. */
typedef struct _PenstockdServices PenstockdServices;

/* (transfer full) (nullable): made, with their options; NULL with problems. */
PenstockdServices *penstockd_services_new (const PenstockdConfig *config, PstCatalogue *catalogue, char **problems);
gboolean penstockd_services_start (PenstockdServices *services, PstController *controller, GError **error);
void penstockd_services_free (PenstockdServices *services);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PenstockdConfig, penstockd_config_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PenstockdServices, penstockd_services_free)

G_END_DECLS
