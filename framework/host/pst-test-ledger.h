/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of the host: what is looked for in every ledger that a test made. */
#pragma once

#include "check/pst-check-ledger.h"
