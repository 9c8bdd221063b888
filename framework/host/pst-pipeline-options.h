/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of the [pipeline] group: properties, as every component's options are, so that messages, inspect and the reference say the same. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_PIPELINE_OPTIONS (pst_pipeline_options_get_type ())
G_DECLARE_FINAL_TYPE (PstPipelineOptions, pst_pipeline_options, PST, PIPELINE_OPTIONS, GObject)

/* What stands in it when run-id is not set. */
#define PST_RUN_ID_AUTO "auto"

struct _PstPipelineOptions
{
  GObject parent_instance;

  char *name;
  char *description;
  PstMode mode;
  char *user;
  char *run_id;
  char *currency;
  guint64 seed;
  gboolean guards_none;
  gboolean cancel_on_halt;
  gboolean flatten_on_end;
  gint64 tick_interval_ns;
  int audit; /* PstAuditLevel; below 0: by the mode */
  gint64 snapshot_interval_ns;
  guint snapshot_levels;
  guint64 snapshots_max;
  char *state_file; /* NULL: beside the first store */
  gint64 state_interval_ns;
};

PstPipelineOptions *pst_pipeline_options_new (void);
/* (transfer container) (array length=n_options): in the order in which they are documented; free with g_free(). */
GParamSpec **pst_pipeline_options_list (guint *n_options);
/* What is wrong with a value that its type alone allows: a name's letters, a currency's code. (transfer full) (nullable) */
char *pst_pipeline_options_check (const char *option, const char *text);

/* Names of components: a-z, 0-9 and '-', up to 63, beginning with a letter or digit. */
gboolean pst_component_name_is_valid (const char *name);

G_END_DECLS
