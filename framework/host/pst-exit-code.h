/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The exit codes of the commands: stable, so that scripts and service managers may act on them. One table; the man page and the reference
 * are made from it. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstExitCode:
 * @PST_EXIT_OK: done
 * @PST_EXIT_FAILURE: an unexpected failure
 * @PST_EXIT_USAGE: the command line is wrong
 * @PST_EXIT_PIPELINE: the pipeline file is invalid
 * @PST_EXIT_PLUGIN: a plugin was refused or is not there
 * @PST_EXIT_DATA: market data are bad or missing
 * @PST_EXIT_STORE: a store failed, or what it keeps is damaged
 * @PST_EXIT_RUN: the run ended in ERROR for another reason
 * @PST_EXIT_HOST: no host answers
 * @PST_EXIT_REFUSED: the host refused
 * @PST_EXIT_CONFIG: the daemon's key file is invalid
 * @PST_EXIT_CHECK: a check found what it looks for
 * @PST_EXIT_INTERRUPTED: the run was interrupted and ended in order
 *
 * What the commands exit with.
 */
typedef enum
{
  PST_EXIT_OK = 0,
  PST_EXIT_FAILURE = 1,
  PST_EXIT_USAGE = 2,
  PST_EXIT_PIPELINE = 3,
  PST_EXIT_PLUGIN = 4,
  PST_EXIT_DATA = 5,
  PST_EXIT_STORE = 6,
  PST_EXIT_RUN = 7,
  PST_EXIT_HOST = 8,
  PST_EXIT_REFUSED = 9,
  PST_EXIT_CONFIG = 10,
  PST_EXIT_CHECK = 11,
  PST_EXIT_INTERRUPTED = 130,
} PstExitCode;

typedef struct
{
  PstExitCode code;
  const char *name;     /* "pipeline" */
  const char *sentence; /* what happened and what to do */
} PstExitCodeInfo;

/* (array length=n_codes) (transfer none): in order of number */
const PstExitCodeInfo *pst_exit_code_list (guint *n_codes);
/* NULL: no error, PST_EXIT_OK */
PstExitCode pst_exit_code_from_error (const GError *error);

G_END_DECLS
