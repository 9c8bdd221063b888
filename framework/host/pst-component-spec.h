/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One component as a pipeline file describes it: [KIND NAME], its plugin, its options. */
#pragma once

#include "pst-catalogue.h"
#include "pst-option-set.h"

G_BEGIN_DECLS

typedef struct
{
  char *group;
  guint line;
  PstComponentKind kind;   /* 0 when the group's name says none */
  char *name;              /* (nullable) */
  char *plugin;            /* (nullable): its id, when it could be loaded */
  PstOptionSet *options;   /* (nullable) */
  PstComponent *component; /* (nullable) until pst_component_spec_make() */
} PstComponentSpec;

/* (transfer full): what could be read; everything that could not is in @problems. Loads the plugin. */
PstComponentSpec *pst_component_spec_read (const char *group, guint line, GPtrArray *assignments, PstCatalogue *catalogue, const char *folder,
                                           GPtrArray *problems);
void pst_component_spec_free (PstComponentSpec *spec);
/* Makes the component; its options are set by pst_option_set_apply(). */
void pst_component_spec_make (PstComponentSpec *spec, PstCatalogue *catalogue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstComponentSpec, pst_component_spec_free)

G_END_DECLS
