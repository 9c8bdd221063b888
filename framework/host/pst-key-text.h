/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key files, read strictly and with line numbers. GKeyFile merges groups of one name, lets the last of two equal keys win, and forgets where
 * anything stood: with money at stake, each of these must be an error that names its line. What this reader accepts, GKeyFile reads the
 * same way (a test compares them); it accepts less. */
#pragma once

#include <glib.h>

#include "pst-problem.h"

G_BEGIN_DECLS

typedef struct
{
  guint line;
  char *key;
  char *value;     /* unescaped, without white space at its ends */
  gboolean broken; /* the value could not be read; the problem is told already */
} PstKeyEntry;

typedef struct
{
  guint line;
  char *name;
  GPtrArray *entries; /* PstKeyEntry, in the text's order */
  GHashTable *index;
} PstKeyGroup;

typedef struct
{
  GPtrArray *groups;   /* PstKeyGroup, in the text's order; a second group of one name is joined to the first */
  GPtrArray *problems; /* PstProblem: everything that is wrong with the syntax */
  GHashTable *index;
} PstKeyText;

/* Never fails: look at problems. */
PstKeyText *pst_key_text_parse (const char *data, gsize length);
void pst_key_text_free (PstKeyText *text);
/* (nullable) */
const PstKeyGroup *pst_key_text_find (const PstKeyText *text, const char *group);
/* (nullable) */
const PstKeyEntry *pst_key_group_find (const PstKeyGroup *group, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstKeyText, pst_key_text_free)

G_END_DECLS
