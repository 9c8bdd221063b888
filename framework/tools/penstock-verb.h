/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verbs of the command: one file each, one table in penstock.c. */
#pragma once

#include "../host/pst-catalogue.h"
#include "../host/pst-exit-code.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PenstockVerb:
 * @name: what is typed
 * @arguments: of the usage line
 * @summary: one line
 * @description: paragraphs under the options of --help
 * @run: does it; returns an exit code
 *
 * One verb of the command.
 */
typedef struct _PenstockVerb PenstockVerb;
struct _PenstockVerb
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *description;
  int (*run) (const PenstockVerb *verb, int argc, char **argv);
};

extern const PenstockVerb penstock_verb_audit;
extern const PenstockVerb penstock_verb_check;
extern const PenstockVerb penstock_verb_ctl;
extern const PenstockVerb penstock_verb_data;
extern const PenstockVerb penstock_verb_db;
extern const PenstockVerb penstock_verb_inspect;
extern const PenstockVerb penstock_verb_journal;
extern const PenstockVerb penstock_verb_lookahead;
extern const PenstockVerb penstock_verb_new;
extern const PenstockVerb penstock_verb_plugins;
extern const PenstockVerb penstock_verb_record;
extern const PenstockVerb penstock_verb_report;
extern const PenstockVerb penstock_verb_results;
extern const PenstockVerb penstock_verb_run;
extern const PenstockVerb penstock_verb_state;
extern const PenstockVerb penstock_verb_sweep;
extern const PenstockVerb penstock_verb_token;
extern const PenstockVerb penstock_verb_version;
extern const PenstockVerb penstock_verb_warmup;

/* Parses a verb's options; on failure says so on the error stream. TRUE: go on; FALSE: return *exit_code. @arguments_min and _max bound what
 * is left in argv, the verb itself not counted. */
gboolean penstock_verb_parse (const PenstockVerb *verb, const GOptionEntry *entries, int *argc, char ***argv, int arguments_min, int arguments_max,
                              int *exit_code);
/* Prints "penstock VERB: message" and returns the exit code that belongs to the error. */
int penstock_verb_fail (const PenstockVerb *verb, const GError *error);
/* The nick of a value of an enumeration, "strategy"; "?" for a foreign one. */
const char *penstock_nick (GType type, int value);
/* The option of a store that says where it keeps things: "database" for a URI, "path" for a file. A URI has a scheme; a path with "://" in it can be
 * written as ./PATH. */
const char *penstock_place_option (const char *place);
/* (transfer full) scanned */
PstCatalogue *penstock_catalogue_open (void);

G_END_DECLS
