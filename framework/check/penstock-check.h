/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one header of libpenstock-check-1, the test kit for plugin authors. Its functions end the test program when what they are told
 * makes no sense, as g_assert() does. */
#pragma once

#include <penstock.h>

#include "check/pst-check-conformance.h"
#include "check/pst-check-folder.h"
#include "check/pst-check-ledger.h"
#include "check/pst-check-pipeline.h"
#include "check/pst-check-postgres.h"
#include "check/pst-check-records.h"
#include "check/pst-check-sayer.h"
#include "check/pst-check-signals.h"
#include "check/pst-harness.h"
#include "check/pst-simulated-file.h"
#include "check/pst-simulated-transport.h"
