/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which error ends the command with which number. */

#include "pst-exit-code.h"

#include "../backtest/pst-columnar.h"
#include "pst-pipeline-file.h"

static const PstExitCodeInfo exit_codes[] = {
  { PST_EXIT_OK, "ok", "Done. A run went to the end of its data, or was stopped in order." },
  { PST_EXIT_FAILURE, "failure", "An unexpected failure; the message says what. Report it when the message does not tell what to do." },
  { PST_EXIT_USAGE, "usage", "The command line is wrong. Try the verb with --help." },
  { PST_EXIT_PIPELINE, "pipeline", "The pipeline file is invalid or cannot be read. Every error is named with its line; mend them and try again." },
  { PST_EXIT_PLUGIN, "plugin", "A plugin was refused or is not there, and nothing else is wrong. The message says why and what to do." },
  { PST_EXIT_DATA, "data", "Market data are bad or missing. The message names file, line and column." },
  { PST_EXIT_STORE, "store", "A store failed, is full or locked, or what it keeps is damaged. Nothing that was confirmed is lost." },
  { PST_EXIT_RUN, "run", "The run ended in ERROR for another reason; the message and the run's last record say why." },
  { PST_EXIT_HOST, "host", "No host answers on the bus. Start penstockd, or look at the other bus with --system or --user." },
  { PST_EXIT_REFUSED, "refused", "The host refused: it is not allowed, not there, there already, or not possible now. The message says which." },
  { PST_EXIT_CONFIG, "config", "The daemon's key file is invalid or cannot be read. Every error is named with its line; mend them and try again." },
  { PST_EXIT_CHECK, "check", "A check found what it looks for: a strategy that looks ahead, or that needs more bars than it says." },
  { PST_EXIT_INTERRUPTED, "interrupted", "The run was interrupted and ended in order: orders cancelled, stores committed." },
};

/**
 * pst_exit_code_list:
 * @n_codes: (out): how many there are
 *
 * All exit codes of the commands, for documentation. Any thread.
 *
 * Returns: (array length=n_codes) (transfer none): the codes in order of number
 */
const PstExitCodeInfo *
pst_exit_code_list (guint *n_codes)
{
  *n_codes = G_N_ELEMENTS (exit_codes);
  return exit_codes;
}

static PstExitCode
from_run_error (int code)
{
  switch ((PstRunError)code)
    {
    case PST_RUN_ERROR_WIRING:
      return PST_EXIT_PIPELINE;
    case PST_RUN_ERROR_DATA:
      return PST_EXIT_DATA;
    case PST_RUN_ERROR_STORE:
      return PST_EXIT_STORE;
    case PST_RUN_ERROR_INVARIANT:
    case PST_RUN_ERROR_STATE:
    case PST_RUN_ERROR_COMPONENT:
    default:
      return PST_EXIT_RUN;
    }
}

/**
 * pst_exit_code_from_error:
 * @error: (nullable): how the verb failed
 *
 * The number a command exits with after @error. Errors of values and options count as the pipeline file's: that is where they come from.
 * Any thread.
 *
 * Returns: the exit code; %PST_EXIT_OK without an error
 */
PstExitCode
pst_exit_code_from_error (const GError *error)
{
  if (error == NULL)
    return PST_EXIT_OK;
  if (error->domain == G_OPTION_ERROR)
    return PST_EXIT_USAGE;
  if (error->domain == PST_PIPELINE_ERROR || error->domain == PST_OPTION_ERROR || error->domain == PST_VALUE_ERROR)
    return PST_EXIT_PIPELINE;
  if (error->domain == PST_PLUGIN_ERROR)
    return PST_EXIT_PLUGIN;
  if (error->domain == PST_EXCHANGE_ERROR)
    return error->code == PST_EXCHANGE_ERROR_NOT_SUPPORTED ? PST_EXIT_RUN : PST_EXIT_DATA;
  if (error->domain == PST_STORE_ERROR)
    return PST_EXIT_STORE;
  if (error->domain == PST_COLUMNAR_ERROR)
    return error->code == PST_COLUMNAR_ERROR_OVERFLOW ? PST_EXIT_RUN : PST_EXIT_PIPELINE;
  if (error->domain == PST_BAR_SET_ERROR)
    return error->code == PST_BAR_SET_ERROR_NOT_SUPPORTED ? PST_EXIT_PIPELINE : PST_EXIT_DATA;
  if (error->domain == PST_RUN_ERROR)
    return from_run_error (error->code);
  return PST_EXIT_FAILURE;
}
