/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table of the kinds, so that manifests, pipeline files and documents say the same words. */

#include "pst-kind.h"

static const char *const words[] = { "exchange", "strategy", "guard", "store", "service", NULL };

PstComponentKind
pst_kind_from_string (const char *word)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], word) == 0)
      return (PstComponentKind)(i + 1);
  return (PstComponentKind)0;
}

static gboolean
is_kind (PstComponentKind kind)
{
  return kind >= PST_COMPONENT_KIND_EXCHANGE && kind <= PST_COMPONENT_KIND_SERVICE;
}

const char *
pst_kind_to_string (PstComponentKind kind)
{
  return is_kind (kind) ? words[kind - 1] : "unknown";
}

const char *
pst_kind_with_article (PstComponentKind kind)
{
  static const char *const phrases[] = { "an exchange", "a strategy", "a guard", "a store", "a service" };

  return is_kind (kind) ? phrases[kind - 1] : "of an unknown kind";
}

GType
pst_kind_get_type (PstComponentKind kind)
{
  switch (kind)
    {
    case PST_COMPONENT_KIND_EXCHANGE:
      return PST_TYPE_EXCHANGE;
    case PST_COMPONENT_KIND_STRATEGY:
      return PST_TYPE_STRATEGY;
    case PST_COMPONENT_KIND_GUARD:
      return PST_TYPE_GUARD;
    case PST_COMPONENT_KIND_STORE:
      return PST_TYPE_STORE;
    case PST_COMPONENT_KIND_SERVICE:
      return PST_TYPE_SERVICE;
    default:
      return G_TYPE_INVALID;
    }
}

const char *const *
pst_kind_words (void)
{
  return words;
}
