/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be done with a host, as a table: name, permission, parameters, result. D-Bus, HTTP and the command line are made over it, so a verb that
 * is added here is there in all of them, by the same names and rules. */
#pragma once

#include "../model/pst-record.h"

G_BEGIN_DECLS

/**
 * PstPermission:
 * @PST_PERMISSION_READ: see one's own runs
 * @PST_PERMISSION_HALT: tighten: stop, halt, reduce, engage a kill switch
 * @PST_PERMISSION_TRADE: create and start runs, close positions, change options
 * @PST_PERMISSION_RELEASE: loosen what was tightened
 * @PST_PERMISSION_ADMIN: runs of all users; pipelines as text; options that name files
 *
 * What a caller may do. Halting is easier than releasing.
 */
typedef enum /*< flags prefix=PST_PERMISSION >*/
{
  PST_PERMISSION_READ = 1 << 0,
  PST_PERMISSION_HALT = 1 << 1,
  PST_PERMISSION_TRADE = 1 << 2,
  PST_PERMISSION_RELEASE = 1 << 3,
  PST_PERMISSION_ADMIN = 1 << 4,
} PstPermission;

#define PST_PERMISSION_ALL (PST_PERMISSION_READ | PST_PERMISSION_HALT | PST_PERMISSION_TRADE | PST_PERMISSION_RELEASE | PST_PERMISSION_ADMIN)

/**
 * PstVerbParameter:
 * @name: "run-id"
 * @type: GVariant type string: "s", "b", "u", "as"
 * @required: whether it must be there
 * @blurb: what it means, a sentence
 *
 * A parameter of a verb.
 */
typedef struct
{
  const char *name;
  const char *type;
  gboolean required;
  const char *blurb;
} PstVerbParameter;

/**
 * PstVerb:
 * @name: "list-orders"
 * @permission: what the caller must be granted
 * @of_run: about one run: takes "user" (the caller's own when left out) and "run-id"
 * @changes: whether anything changes: a POST, not a GET
 * @parameters: (array length=n_parameters): all that it takes, those of @of_run included
 * @n_parameters: how many
 * @result_type: GVariant type string: "a{sv}" for one thing, "aa{sv}" for a list
 * @blurb: what it does, a sentence
 *
 * One thing that can be done.
 */
typedef struct
{
  const char *name;
  PstPermission permission;
  gboolean of_run;
  gboolean changes;
  const PstVerbParameter *parameters;
  guint n_parameters;
  const char *result_type;
  const char *blurb;
} PstVerb;

/* (transfer none) (array length=n_verbs): in the order of the documentation */
PST_API const PstVerb *pst_verb_list (guint *n_verbs);
/* (transfer none) (nullable) */
PST_API const PstVerb *pst_verb_find (const char *name);
/* (transfer none) (nullable) */
PST_API const PstVerbParameter *pst_verb_find_parameter (const PstVerb *verb, const char *name);
/* (transfer full), not floating: a parameter from text, as a command line or a query has it; lists ("as") are separated by ';'. */
PST_API GVariant *pst_verb_parse_parameter (const PstVerbParameter *parameter, const char *text, GError **error);
/* Checks @parameters (a{sv}) against the table: names, types, what is required. PST_CONTROLLER_ERROR_INVALID names what, and what is allowed. */
PST_API gboolean pst_verb_check (const PstVerb *verb, GVariant *parameters, GError **error);
/* "read", "halt", "trade", "release", "admin": of one permission */
PST_API const char *pst_permission_to_string (PstPermission permission);

G_END_DECLS
