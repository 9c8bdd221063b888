/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "pst-check-host-private.h"

#include <string.h>

struct _PstCheckHost
{
  GObject parent_instance;
};

static void pst_check_host_controller_init (PstControllerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PstCheckHost, pst_check_host, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PST_TYPE_CONTROLLER, pst_check_host_controller_init))

static GVariant *
pst_check_host_call (PstController *controller, const PstCaller *caller, const PstVerb *verb, GVariant *parameters, GError **error)
{
  if (!verb->of_run && strcmp (verb->result_type, "aa{sv}") == 0)
    return g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0);
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND, "%s: the host of the conformance tests has no runs", verb->name);
  return NULL;
}

static void
pst_check_host_controller_init (PstControllerInterface *iface)
{
  iface->call = pst_check_host_call;
}

static void
pst_check_host_class_init (PstCheckHostClass *klass)
{
}

static void
pst_check_host_init (PstCheckHost *self)
{
}

PstController *
pst_check_host_new (void)
{
  return g_object_new (PST_TYPE_CHECK_HOST, NULL);
}

void
pst_check_host_publish_all (PstController *host)
{
  static const char *const events[][2] = { { "run-state", "{'state': <'RUNNING'>}" },
                                           { "alert", "{'severity': <'WARNING'>, 'title': <'conformance'>}" },
                                           { "lost", "{'count': <uint64 7>}" },
                                           { "run-state", "{'state': <'STOPPED'>}" } };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    pst_controller_publish (host, g_variant_new ("(sss@a{sv})", "local", "conform-1", events[i][0], g_variant_new_parsed (events[i][1])));
}
