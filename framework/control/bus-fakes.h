/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of the bus: a private dbus-daemon that ends with the test, connections of other users to it, a host without runs of its own, a polkit. */
#pragma once

#include <gio/gio.h>
#include <penstock.h>

G_BEGIN_DECLS

/* Two users that every machine has, "daemon" and "bin" with a group each of the same number: dbus-daemon closes the connections of a uid without a
 * login name. */
#define FAKE_ANN 1u
#define FAKE_BOB 2u

typedef struct _FakeBus FakeBus;

/* (transfer full) (nullable): a bus with the policy of the system's bus and ours; skips the test where dbus-daemon is not installed. */
FakeBus *fake_bus_new (void);
void fake_bus_free (FakeBus *bus);
const char *fake_bus_get_address (FakeBus *bus);
const char *fake_bus_get_folder (FakeBus *bus);
/* (transfer full): a connection of this process. */
GDBusConnection *fake_bus_connect (FakeBus *bus);
/* (transfer full): a connection of another uid, in @gid alone; only as root. */
GDBusConnection *fake_bus_connect_as (FakeBus *bus, guint32 uid, guint32 gid);
/* FALSE, and the test is skipped, when this is not root, who alone can be others. */
gboolean fake_bus_can_be_others (void);
/* Closes it and waits until the bus told @witness so. */
void fake_bus_leave (GDBusConnection *leaving, GDBusConnection *witness);

/* A call on the test's own loop, which the service may be on too. The answer, or NULL with an error. */
GVariant *fake_bus_call (GDBusConnection *connection, const char *name, const char *path, const char *interface, const char *method,
                         GVariant *arguments, GError **error);
/* The default context, until all that was sent on @connection so far was answered by the bus, and all that arrived was seen. */
void fake_bus_settle (GDBusConnection *connection);

/* Hears every signal that reaches a connection, but the bus's own. */
typedef struct _FakeEar FakeEar;
/* @sender: (nullable): of this one alone. */
FakeEar *fake_ear_new (GDBusConnection *connection, const char *sender);
void fake_ear_free (FakeEar *ear);
/* On the default context, until it has heard a line with @word. */
void fake_ear_wait_for (FakeEar *ear, const char *word);
/* (transfer full): "RUN SIGNAL ARGUMENTS" of each since the last time, a line each. What @service (nullable: the same connection) sent before is
 * heard. */
char *fake_ear_take (FakeEar *ear, GDBusConnection *service);

#define FAKE_TYPE_HOST (fake_host_get_type ())
G_DECLARE_FINAL_TYPE (FakeHost, fake_host, FAKE, HOST, GObject)

/* A PstController: what it is called with is kept; it has the runs that it was given, and halts, stops and creates them. */
FakeHost *fake_host_new (void);
void fake_host_add_run (FakeHost *host, const char *user_id, const char *run_id);
/* (transfer full): "ann halt run-id='r-1'" of every call since the last time, a line each. */
char *fake_host_take_calls (FakeHost *host);
/* Calls wait until they are let go. */
void fake_host_hold (FakeHost *host, gboolean hold);
/* Waits until so many are held. */
void fake_host_wait_for_held (FakeHost *host, guint n_held);

typedef enum
{
  FAKE_POLKIT_NO,
  FAKE_POLKIT_YES,
  FAKE_POLKIT_CHALLENGE,
  FAKE_POLKIT_SILENCE,
  FAKE_POLKIT_NONSENSE,
  FAKE_POLKIT_ERROR,
} FakePolkitAnswer;

typedef struct _FakePolkit FakePolkit;

/* Owns polkit's name on the bus. */
FakePolkit *fake_polkit_new (FakeBus *bus);
void fake_polkit_free (FakePolkit *polkit);
void fake_polkit_answer (FakePolkit *polkit, FakePolkitAnswer answer);
/* Only this action is granted with YES; NULL: all. */
void fake_polkit_grant (FakePolkit *polkit, const char *action);
/* (transfer full): "ACTION NAME FLAGS" of every question since the last time, a line each. */
char *fake_polkit_take_questions (FakePolkit *polkit);
/* How many were withdrawn. */
guint fake_polkit_get_n_cancelled (FakePolkit *polkit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeBus, fake_bus_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeEar, fake_ear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakePolkit, fake_polkit_free)

G_END_DECLS
