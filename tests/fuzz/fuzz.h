/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A fuzz target is one function over bytes, in a file of its own. "./dev fuzz" links it with libFuzzer, the test run with fuzz-driver.c. It asserts
 * what must hold for any bytes; what it must not do is crash, read or write out of bounds, leak, or take long. */
#pragma once

#include <glib.h>
#include <string.h>

/* libFuzzer's name. Returns 0 always. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
