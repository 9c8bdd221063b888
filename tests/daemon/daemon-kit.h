/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A real penstockd in a folder of the test's, which dies with the test. */
#pragma once

#include "../kit/test-command.h"

G_BEGIN_DECLS

typedef struct
{
  TestFolder *folder;
  int notify_fd;
  char *notify_socket; /* its path */
  GPid pid;            /* 0: none runs */
} TestDaemon;

/* @folder: borrowed; has penstockd.conf when the daemon is started */
TestDaemon *test_daemon_new (TestFolder *folder);
void test_daemon_free (TestDaemon *daemon);
/* @variables: (nullable): NAME=VALUE, ended by NULL. Back when the daemon is ready. */
void test_daemon_start (TestDaemon *daemon, const char *const *variables);
/* Until the daemon says so to the service manager; what it says before is passed over. */
void test_daemon_wait_for (TestDaemon *daemon, const char *wanted);
/* Its exit code, or minus the signal that ended it. */
int test_daemon_end (TestDaemon *daemon, int signal);
/* The same without a signal of ours. */
int test_daemon_wait (TestDaemon *daemon);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestDaemon, test_daemon_free)

G_END_DECLS
