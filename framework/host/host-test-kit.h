/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of the host: a host in a folder of its own with the tree's plugins, pipelines by name, and callers. */
#pragma once

#include "pst-host.h"
#include "pst-test-folder.h"

/* A bar a minute of one symbol; what every pipeline of the kit reads. */
#define HOST_TEST_BARS "bars.csv"
/* Ends by itself, at once. */
#define HOST_TEST_BACKTEST "backtest"
/* Goes on until it is stopped: a bar each 10 ms. */
#define HOST_TEST_PAPER "paper"
/* The same, with a journal beside the pipelines: USER-RUN.journal. */
#define HOST_TEST_JOURNALED "journaled"

typedef struct
{
  char *folder;
  char *pipelines;
  PstCatalogue *catalogue;
  PstHostSettings *settings;
  PstHost *host;
  GPtrArray *events; /* GVariant, from when host_test_listen() was called */
} HostTest;

void host_test_begin (HostTest *test);
/* In a folder where another process left one: its pipelines stay as they are, its runs are taken up. The folder is removed at the end. */
void host_test_begin_in (HostTest *test, const char *folder);
/* Another host on the same folder, as after a crash or an end. */
void host_test_restart (HostTest *test);
void host_test_end (HostTest *test);
/* A pipeline with this name; @text replaces the components behind [pipeline] and the data. */
void host_test_add_pipeline (HostTest *test, const char *file, const char *mode, const char *more);
void host_test_listen (HostTest *test);

/* A caller with permissions as letters: r(ead), h(alt), t(rade), l(oosen), a(dmin). */
PstCaller host_test_caller (const char *user, const char *permissions);
/* (transfer full): never NULL: asserts that it succeeds. @... parameters as pairs of name and text, then NULL. */
GVariant *host_test_call (HostTest *test, const char *user, const char *verb, ...) G_GNUC_NULL_TERMINATED;
/* Asserts that it fails with this code. */
void host_test_refuse (HostTest *test, const char *user, const char *permissions, PstControllerError code, const char *verb,
                       ...) G_GNUC_NULL_TERMINATED;
/* Calls with everything; %NULL with an error. */
GVariant *host_test_call_with (HostTest *test, const PstCaller *caller, const char *verb, const char *const *pairs, GError **error);
/* Runs the main context until the host has published an event of this kind about this run; returns its detail (transfer full). */
GVariant *host_test_wait_for (HostTest *test, const char *run_id, const char *kind, const char *key, const char *value);
/* (transfer none): a text of "a{sv}"; "" when it is not there */
const char *host_test_text (GVariant *dict, const char *key);
guint64 host_test_number (GVariant *dict, const char *key);
