/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may do what over the bus: the groups [bus] and [users] of the daemon's key file. */
#pragma once

#include "../host/pst-key-text.h"

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_BUS_SETTINGS (pst_bus_settings_get_type ())
G_DECLARE_FINAL_TYPE (PstBusSettings, pst_bus_settings, PST, BUS_SETTINGS, GObject)

struct _PstBusSettings
{
  GObject parent_instance;

  gboolean polkit;
  gint64 polkit_timeout_ns;
  gint64 interactive_timeout_ns;
  guint calls_max;         /* of one user that are not answered yet */
  guint signals_max;       /* a second, for each run and signal */
  char **trade_groups;     /* (nullable) */
  char **release_groups;   /* (nullable) */
  char **admin_groups;     /* (nullable) */
  GHashTable *permissions; /* gid -> PstPermission, of the three lists */
  GHashTable *users;       /* uid -> the user of this host, when it is not the login name */
};

/* (transfer full): polkit, no groups, login names. */
PstBusSettings *pst_bus_settings_new (void);
/* (transfer full): the groups [bus] and [users] of @text; what is wrong is added to @problems. Looks users and groups up: may block. */
PstBusSettings *pst_bus_settings_read (const PstKeyText *text, GPtrArray *problems);
/* (transfer container) (array length=n_options): of [bus], in the order in which they are documented; free with g_free(). */
GParamSpec **pst_bus_settings_list (guint *n_options);
/* What members of a group are granted. */
PstPermission pst_bus_settings_get_granted (PstBusSettings *settings, const guint32 *gids, gsize n_gids);

G_END_DECLS
