/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of penstock ctl: its connection to a host, what it prints, the live table. */
#pragma once

#include "../control/pst-bus-path.h"
#include "penstock-verb.h"

G_BEGIN_DECLS

typedef enum
{
  CTL_BUS_ANY, /* the user's, when a host is there; else the system's */
  CTL_BUS_SYSTEM,
  CTL_BUS_USER,
} CtlBus;

/* (transfer full): the bus on which a host answers. CTL_ERROR_NO_HOST when none does. */
GDBusConnection *ctl_connect (CtlBus bus, GError **error);

#define CTL_ERROR (ctl_error_quark ())
GQuark ctl_error_quark (void);

typedef enum
{
  CTL_ERROR_NO_HOST, /* none answers */
  CTL_ERROR_USAGE,   /* the command line is wrong */
} CtlError;

/* (transfer full): a verb's result. Blocks until the host has done it. */
GVariant *ctl_call (GDBusConnection *connection, const PstVerb *verb, GVariant *parameters, GError **error);
/* Who calls, by the host's word: whose runs are meant when nobody is named. (transfer full) */
char *ctl_get_user (GDBusConnection *connection, GError **error);
/* Prints a result: a table or, with @as_json, JSON. */
void ctl_print (GVariant *result, gboolean as_json);
/* (transfer full): a value as people read it. */
char *ctl_value_to_string (GVariant *value);
/* Shortens a value in place to what people want to read of it, and gives it back. */
char *ctl_shorten (char *text);
/* Shows the runs until interrupted. Returns an exit code. */
int ctl_watch (GDBusConnection *connection, gboolean as_json);

G_END_DECLS
