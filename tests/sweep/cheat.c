/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy that cheats, for the tests of penstock lookahead; never installed. "peek" looks at the bar behind the one that it is told; "tape" keeps
 * a pointer to its first bar and goes by what stands five further; "file" reads the data file; "none" is honest. */
#include <penstock.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CHEAT_TYPE (cheat_get_type ())
G_DECLARE_FINAL_TYPE (Cheat, cheat, CHEAT, STRATEGY, PstSignalStrategy)

struct _Cheat
{
  PstSignalStrategy parent_instance;
  char *way, *path;
};

typedef struct
{
  const PstBar *first;
  guint64 n;
  gint64 before;
  gint8 relation;
} State;

G_DEFINE_FINAL_TYPE (Cheat, cheat, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("cheat", STRATEGY, Cheat, cheat_get_type)

static void
cheat_init_state (PstSignalStrategy *strategy, gpointer data)
{
  ((State *)data)->relation = PST_SIGNAL_UNKNOWN;
}

static gint64
read_the_end (Cheat *self)
{
  char bytes[64] = "";
  int fd = self->path ? open (self->path, O_RDONLY | O_CLOEXEC) : -1;
  gssize n = fd < 0 ? 0 : read (fd, bytes, sizeof bytes);

  if (fd >= 0)
    close (fd);
  return n > 0 ? bytes[0] % 2 : 0;
}

static gint64
foresee (Cheat *self, const State *state, const PstBar *bar)
{
  if (g_strcmp0 (self->way, "peek") == 0)
    return bar[1].close;
  if (g_strcmp0 (self->way, "tape") == 0)
    return state->first[state->n + 5].close;
  if (g_strcmp0 (self->way, "file") == 0)
    return bar->close * 2 - state->before + read_the_end (self);
  return bar->close * 2 - state->before; /* it goes on as it went */
}

static gboolean
cheat_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;
  gint64 next;

  if (state->first == NULL)
    state->first = bar;
  next = foresee (CHEAT_STRATEGY (strategy), state, bar);
  if (state->n > 0)
    *signal = pst_signal_cross (&state->relation, (next > bar->close) - (next < bar->close));
  state->before = bar->close;
  state->n++;
  return TRUE;
}

static guint
cheat_get_warm_up (PstSignalStrategy *strategy)
{
  return 2;
}

static void
cheat_class_init (CheatClass *klass)
{
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = cheat_init_state;
  signal_class->on_bar = cheat_on_bar;
  signal_class->get_warm_up = cheat_get_warm_up;
  pst_option_install (PST_COMPONENT_CLASS (klass),
                      g_param_spec_string ("way", "Way", "How it cheats", "peek", PST_OPTION_READWRITE | G_PARAM_CONSTRUCT),
                      G_STRUCT_OFFSET (Cheat, way), sizeof (char *));
  pst_option_install (PST_COMPONENT_CLASS (klass),
                      g_param_spec_string ("path", "Path", "What it reads", NULL, PST_OPTION_READWRITE | PST_OPTION_PATH),
                      G_STRUCT_OFFSET (Cheat, path), sizeof (char *));
}

static void
cheat_init (Cheat *self)
{
}
