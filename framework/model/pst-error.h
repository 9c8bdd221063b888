/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error domains of the host. Each is a closed set; a sentence beside the code says what to do.
 * The outside world's failures are GErrors; a guard's denial is a value (PstVerdict), never an error. */
#pragma once

#include "pst-macros.h"

G_BEGIN_DECLS

/**
 * PstValueError:
 * @PST_VALUE_ERROR_SYNTAX: the text is not a number, date or value of the expected form
 * @PST_VALUE_ERROR_OVERFLOW: the result does not fit 64 bits
 * @PST_VALUE_ERROR_INEXACT: the value has more decimals than the scale can hold
 * @PST_VALUE_ERROR_RANGE: the value is outside what is allowed
 * @PST_VALUE_ERROR_CURRENCY: two amounts of different currencies met
 * @PST_VALUE_ERROR_UNKNOWN: the name stands for nothing that is known
 *
 * Errors of values: numbers, money, instruments.
 */
typedef enum
{
  PST_VALUE_ERROR_SYNTAX,
  PST_VALUE_ERROR_OVERFLOW,
  PST_VALUE_ERROR_INEXACT,
  PST_VALUE_ERROR_RANGE,
  PST_VALUE_ERROR_CURRENCY,
  PST_VALUE_ERROR_UNKNOWN,
} PstValueError;

/**
 * PstOptionError:
 * @PST_OPTION_ERROR_UNKNOWN: the component has no such option
 * @PST_OPTION_ERROR_TYPE: the text cannot be read as the option's type
 * @PST_OPTION_ERROR_RANGE: the value is outside the option's range
 * @PST_OPTION_ERROR_MISSING: a required option is not set
 * @PST_OPTION_ERROR_CONFLICT: two options contradict each other
 *
 * Errors of a component's options.
 */
typedef enum
{
  PST_OPTION_ERROR_UNKNOWN,
  PST_OPTION_ERROR_TYPE,
  PST_OPTION_ERROR_RANGE,
  PST_OPTION_ERROR_MISSING,
  PST_OPTION_ERROR_CONFLICT,
} PstOptionError;

/**
 * PstExchangeError:
 * @PST_EXCHANGE_ERROR_DATA: market data are malformed; the message names file, line and column
 * @PST_EXCHANGE_ERROR_IO: a file or connection failed
 * @PST_EXCHANGE_ERROR_NOT_SUPPORTED: the venue cannot do what was asked
 * @PST_EXCHANGE_ERROR_NOT_FOUND: no such order, instrument or file
 * @PST_EXCHANGE_ERROR_BORDER: an event broke the rules of the border: unknown instrument, price off the grid, time backwards
 *
 * Errors of exchanges.
 */
typedef enum
{
  PST_EXCHANGE_ERROR_DATA,
  PST_EXCHANGE_ERROR_IO,
  PST_EXCHANGE_ERROR_NOT_SUPPORTED,
  PST_EXCHANGE_ERROR_NOT_FOUND,
  PST_EXCHANGE_ERROR_BORDER,
} PstExchangeError;

/**
 * PstStoreError:
 * @PST_STORE_ERROR_IO: a write, read or sync failed
 * @PST_STORE_ERROR_FULL: the disk or quota is full
 * @PST_STORE_ERROR_CORRUPT: stored data are damaged; the message names the offset
 * @PST_STORE_ERROR_VERSION: the store was written by a newer or foreign version
 * @PST_STORE_ERROR_EXISTS: the run is already there
 * @PST_STORE_ERROR_LOCKED: another process holds the store
 * @PST_STORE_ERROR_CONSTRAINT: the store refused an illegal state
 *
 * Errors of stores.
 */
typedef enum
{
  PST_STORE_ERROR_IO,
  PST_STORE_ERROR_FULL,
  PST_STORE_ERROR_CORRUPT,
  PST_STORE_ERROR_VERSION,
  PST_STORE_ERROR_EXISTS,
  PST_STORE_ERROR_LOCKED,
  PST_STORE_ERROR_CONSTRAINT,
} PstStoreError;

/**
 * PstRunError:
 * @PST_RUN_ERROR_INVARIANT: an invariant of money or sequence broke
 * @PST_RUN_ERROR_WIRING: the components cannot be wired: no feed, no executing exchange, two of what must be one
 * @PST_RUN_ERROR_STATE: the run is not in a state that allows this
 * @PST_RUN_ERROR_STORE: a store could not write; the run was halted
 * @PST_RUN_ERROR_DATA: market data failed in mid-run
 * @PST_RUN_ERROR_COMPONENT: a component failed to start or broke its contract
 *
 * Errors that end a run.
 */
typedef enum
{
  PST_RUN_ERROR_INVARIANT,
  PST_RUN_ERROR_WIRING,
  PST_RUN_ERROR_STATE,
  PST_RUN_ERROR_STORE,
  PST_RUN_ERROR_DATA,
  PST_RUN_ERROR_COMPONENT,
} PstRunError;

#define PST_VALUE_ERROR (pst_value_error_quark ())
#define PST_OPTION_ERROR (pst_option_error_quark ())
#define PST_EXCHANGE_ERROR (pst_exchange_error_quark ())
#define PST_STORE_ERROR (pst_store_error_quark ())
#define PST_RUN_ERROR (pst_run_error_quark ())

PST_API GQuark pst_value_error_quark (void);
PST_API GQuark pst_option_error_quark (void);
PST_API GQuark pst_exchange_error_quark (void);
PST_API GQuark pst_store_error_quark (void);
PST_API GQuark pst_run_error_quark (void);

G_END_DECLS
