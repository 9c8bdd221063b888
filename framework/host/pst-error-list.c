/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each code means and what to do about it, in general; the message of a real error names the file, the value, the place. */

#include "pst-error-list.h"

#include "pst-manifest.h"
#include "pst-pipeline-file.h"

static const PstErrorInfo value_errors[] = {
  [PST_VALUE_ERROR_SYNTAX] = { "syntax", "The text is not a number, date or value of the expected form. Mend the text." },
  [PST_VALUE_ERROR_OVERFLOW] = { "overflow", "The result does not fit 64 bits. Use smaller amounts, or a currency with fewer decimals." },
  [PST_VALUE_ERROR_INEXACT] = { "inexact", "The value has more decimals than its scale can hold. Round it where it is made." },
  [PST_VALUE_ERROR_RANGE] = { "range", "The value is outside what is allowed. The message says what is." },
  [PST_VALUE_ERROR_CURRENCY] = { "currency", "Two amounts of different currencies met. Convert one of them first." },
  [PST_VALUE_ERROR_UNKNOWN] = { "unknown", "The name stands for nothing that is known. Check its spelling." },
};

static const PstErrorInfo option_errors[] = {
  [PST_OPTION_ERROR_UNKNOWN] = { "unknown", "The component has no such option. The message names the nearest." },
  [PST_OPTION_ERROR_TYPE] = { "type", "The text cannot be read as the option's type. The message says what is allowed." },
  [PST_OPTION_ERROR_RANGE] = { "range", "The value is outside the option's range. The message says what is allowed." },
  [PST_OPTION_ERROR_MISSING] = { "missing", "A required option is not set. Set it." },
  [PST_OPTION_ERROR_CONFLICT] = { "conflict", "Two options contradict each other, or one cannot be changed now. The message names them." },
};

static const PstErrorInfo exchange_errors[] = {
  [PST_EXCHANGE_ERROR_DATA]
  = { "data", "Market data are malformed. The message names file, line and column; mend the data, or set what happens to bad rows." },
  [PST_EXCHANGE_ERROR_IO] = { "io", "A file or a connection failed. The message says which and why." },
  [PST_EXCHANGE_ERROR_NOT_SUPPORTED] = { "not-supported", "The venue cannot do what was asked. Ask for something that it can do, or use another." },
  [PST_EXCHANGE_ERROR_NOT_FOUND] = { "not-found", "There is no such order, instrument or file. Check its name." },
  [PST_EXCHANGE_ERROR_BORDER]
  = { "border", "An event broke the rules of the border: an unknown instrument, a price off the grid, time backwards. Mend the data or "
                "the adapter." },
};

static const PstErrorInfo store_errors[] = {
  [PST_STORE_ERROR_IO] = { "io", "A write, read or sync failed. Check the disk and the path." },
  [PST_STORE_ERROR_FULL] = { "full", "The disk or the quota is full. Free space, or choose another path." },
  [PST_STORE_ERROR_CORRUPT] = { "corrupt", "What is stored is damaged. The message names the offset; restore a copy, or rebuild from the journal." },
  [PST_STORE_ERROR_VERSION] = { "version", "The store was written by a newer or foreign version. Use that version." },
  [PST_STORE_ERROR_EXISTS] = { "exists", "The run is in the store already. Choose another run-id, or run-id=auto." },
  [PST_STORE_ERROR_LOCKED] = { "locked", "Another process holds the store. Wait for it, or choose another path." },
  [PST_STORE_ERROR_CONSTRAINT] = { "constraint", "The store refused an illegal state. Keep journal and ledger, and report it." },
};

static const PstErrorInfo run_errors[] = {
  [PST_RUN_ERROR_INVARIANT]
  = { "invariant", "An invariant of money or sequence broke; the run stopped before it did harm. Keep its journal and report it." },
  [PST_RUN_ERROR_WIRING]
  = { "wiring", "The components cannot be wired: no feed, no executing exchange, two of what must be one. Mend the pipeline file." },
  [PST_RUN_ERROR_STATE] = { "state", "The run is not in a state that allows this. Wait for it, or begin another run." },
  [PST_RUN_ERROR_STORE] = { "store", "A store could not write, so trading was halted. See the store's own message." },
  [PST_RUN_ERROR_DATA] = { "data", "Market data failed in mid-run. See the exchange's own message." },
  [PST_RUN_ERROR_COMPONENT] = { "component", "A component failed to start, or broke its contract. See its own message." },
};

static const PstErrorInfo controller_errors[] = {
  [PST_CONTROLLER_ERROR_DENIED] = { "denied", "The caller may not do that. The message names the permission that it takes." },
  [PST_CONTROLLER_ERROR_NOT_FOUND]
  = { "not-found", "There is no such verb, user, pipeline, run or component, or none that the caller may see. Check its name." },
  [PST_CONTROLLER_ERROR_INVALID]
  = { "invalid", "A parameter is missing, unknown or not of its type, or a pipeline cannot be. The message says what." },
  [PST_CONTROLLER_ERROR_STATE] = { "state", "The run is not in a state that allows this. The message names the state." },
  [PST_CONTROLLER_ERROR_EXISTS] = { "exists", "The user has a run of this id already. Choose another, or leave it out." },
  [PST_CONTROLLER_ERROR_BUSY] = { "busy", "A limit is reached. Try again later; the message names the limit." },
  [PST_CONTROLLER_ERROR_FAILED] = { "failed", "It was tried and failed. The message says why." },
};

static const PstErrorInfo pipeline_errors[] = {
  [PST_PIPELINE_ERROR_READ] = { "read", "The pipeline file cannot be read. Check its name, mode and size (at most 1 MiB)." },
  [PST_PIPELINE_ERROR_SYNTAX] = { "syntax", "Lines of the pipeline file are not a key file's. Every error of the file is told, a line each." },
  [PST_PIPELINE_ERROR_INVALID] = { "invalid", "The pipeline file says what cannot be. Every error of the file is told, a line each." },
  [PST_PIPELINE_ERROR_DENIED]
  = { "denied", "An override chooses a file, a secret or a plugin, and whoever made it is no administrator. Leave it out." },
};

#define DESCRIBE(name) \
  static PstErrorInfo describe_##name (guint code) { return name##_errors[code]; }

DESCRIBE (value)
DESCRIBE (option)
DESCRIBE (exchange)
DESCRIBE (store)
DESCRIBE (run)
DESCRIBE (controller)
DESCRIBE (pipeline)

static PstErrorInfo
describe_plugin (guint code)
{
  return (PstErrorInfo){ pst_refusal_to_string ((PstRefusal)code), pst_refusal_describe ((PstRefusal)code) };
}

static const PstErrorDomain domains[] = {
  { "PST_PLUGIN_ERROR", "Why a plugin is refused.", pst_plugin_error_quark, NULL, PST_REFUSAL_LAST + 1, describe_plugin },
  { "PST_PIPELINE_ERROR", "What is wrong with a pipeline file.", pst_pipeline_error_quark, NULL, G_N_ELEMENTS (pipeline_errors), describe_pipeline },
  { "PST_OPTION_ERROR", "What is wrong with a component's options.", pst_option_error_quark, pst_option_error_get_type, G_N_ELEMENTS (option_errors),
    describe_option },
  { "PST_VALUE_ERROR", "What is wrong with a number, an amount, a time or an instrument.", pst_value_error_quark, pst_value_error_get_type,
    G_N_ELEMENTS (value_errors), describe_value },
  { "PST_EXCHANGE_ERROR", "How an exchange failed.", pst_exchange_error_quark, pst_exchange_error_get_type, G_N_ELEMENTS (exchange_errors),
    describe_exchange },
  { "PST_STORE_ERROR", "How a store failed.", pst_store_error_quark, pst_store_error_get_type, G_N_ELEMENTS (store_errors), describe_store },
  { "PST_RUN_ERROR", "What ended a run.", pst_run_error_quark, pst_run_error_get_type, G_N_ELEMENTS (run_errors), describe_run },
  { "PST_CONTROLLER_ERROR", "How a host answers who may not, or asks for what is not there.", pst_controller_error_quark,
    pst_controller_error_get_type, G_N_ELEMENTS (controller_errors), describe_controller },
};

/**
 * pst_error_list:
 * @n_domains: (out): how many there are
 *
 * All error domains of the host, for documentation. Any thread.
 *
 * Returns: (array length=n_domains) (transfer none): the domains
 */
const PstErrorDomain *
pst_error_list (guint *n_domains)
{
  *n_domains = G_N_ELEMENTS (domains);
  return domains;
}
