/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy that does not come back from a frame while somebody holds the other end of a pipe: as one in an endless loop, but a test knows when it
 * is there. Without the pipe it does nothing. */

#include <fcntl.h>
#include <penstock.h>
#include <unistd.h>

struct _PstStubborn
{
  PstStrategy parent_instance;

  char *pipe;
};

G_DECLARE_FINAL_TYPE (PstStubborn, pst_stubborn, PST, STUBBORN, PstStrategy)
G_DEFINE_FINAL_TYPE (PstStubborn, pst_stubborn, PST_TYPE_STRATEGY)

PST_DEFINE_PLUGIN ("stubborn", STRATEGY, PstStubborn, pst_stubborn_get_type)

enum
{
  PROP_PIPE = 1,
};

static void
pst_stubborn_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  int fd = open (PST_STUBBORN (strategy)->pipe, O_RDONLY | O_CLOEXEC);
  char byte;

  if (fd < 0)
    return;
  while (read (fd, &byte, 1) > 0)
    ;
  close (fd);
}

static void
pst_stubborn_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  g_free (PST_STUBBORN (object)->pipe);
  PST_STUBBORN (object)->pipe = g_value_dup_string (value);
}

static void
pst_stubborn_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, PST_STUBBORN (object)->pipe);
}

static void
pst_stubborn_finalize (GObject *object)
{
  g_free (PST_STUBBORN (object)->pipe);
  G_OBJECT_CLASS (pst_stubborn_parent_class)->finalize (object);
}

static void
pst_stubborn_class_init (PstStubbornClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = pst_stubborn_set_property;
  object_class->get_property = pst_stubborn_get_property;
  object_class->finalize = pst_stubborn_finalize;
  PST_STRATEGY_CLASS (klass)->on_frame = pst_stubborn_on_frame;
  g_object_class_install_property (
      object_class, PROP_PIPE,
      g_param_spec_string ("pipe", "Pipe", "What it waits on", NULL, PST_OPTION_READWRITE | PST_OPTION_REQUIRED | PST_OPTION_PATH));
}

static void
pst_stubborn_init (PstStubborn *self)
{
}
