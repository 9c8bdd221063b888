/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plugin as it should be, for tests of the host: an exchange with paths and a secret among its options. */

#include <penstock.h>

struct _PstGoodExchange
{
  PstExchange parent_instance;

  char *path;
  char **files;
  char *token;
};

G_DECLARE_FINAL_TYPE (PstGoodExchange, pst_good_exchange, PST, GOOD_EXCHANGE, PstExchange)
G_DEFINE_FINAL_TYPE (PstGoodExchange, pst_good_exchange, PST_TYPE_EXCHANGE)

enum
{
  PROP_0,
  PROP_PATH,
  PROP_FILES,
  PROP_TOKEN,
};

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstGoodExchange *self = PST_GOOD_EXCHANGE (object);

  switch (id)
    {
    case PROP_PATH:
      g_free (self->path);
      self->path = g_value_dup_string (value);
      break;
    case PROP_FILES:
      g_strfreev (self->files);
      self->files = g_value_dup_boxed (value);
      break;
    case PROP_TOKEN:
      g_free (self->token);
      self->token = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstGoodExchange *self = PST_GOOD_EXCHANGE (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_FILES:
      g_value_set_boxed (value, self->files);
      break;
    case PROP_TOKEN:
      g_value_set_string (value, self->token);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
finalize (GObject *object)
{
  PstGoodExchange *self = PST_GOOD_EXCHANGE (object);

  g_free (self->path);
  g_strfreev (self->files);
  g_free (self->token);
  G_OBJECT_CLASS (pst_good_exchange_parent_class)->finalize (object);
}

static void
pst_good_exchange_class_init (PstGoodExchangeClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  g_object_class_install_property (object_class, PROP_PATH,
                                   g_param_spec_string ("path", "Path", "A file with data", NULL, PST_OPTION_READWRITE | PST_OPTION_PATH));
  g_object_class_install_property (
      object_class, PROP_FILES, g_param_spec_boxed ("files", "Files", "More files with data", G_TYPE_STRV, PST_OPTION_READWRITE | PST_OPTION_PATH));
  g_object_class_install_property (object_class, PROP_TOKEN,
                                   g_param_spec_string ("token", "Token", "A secret", NULL, PST_OPTION_READWRITE | PST_OPTION_SECRET));
}

static void
pst_good_exchange_init (PstGoodExchange *self)
{
}

PST_DEFINE_PLUGIN ("good-exchange", EXCHANGE, PstGoodExchange, pst_good_exchange_get_type)
