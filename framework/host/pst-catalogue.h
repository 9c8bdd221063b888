/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All plugins of the search path: found by their manifests, loaded one by one on demand, each refusal kept with its code. */
#pragma once

#include "pst-manifest.h"

G_BEGIN_DECLS

/**
 * PstPlugin:
 * @manifest: (nullable): %NULL when it could not be read
 * @path: of the manifest
 * @id: from the manifest, or from the file's name
 * @refusal: (nullable): why it cannot be used, %PST_PLUGIN_ERROR; %NULL so far so good
 * @type: the component's type once loaded, %G_TYPE_INVALID before
 *
 * One plugin found.
 */
typedef struct
{
  PstManifest *manifest;
  char *path;
  char *id;
  GError *refusal;
  GType type;
} PstPlugin;

#define PST_TYPE_CATALOGUE (pst_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (PstCatalogue, pst_catalogue, PST, CATALOGUE, GObject)

/* @search_path: folders separated by ':', each with manifests in it or one folder below; NULL: PENSTOCK_PLUGIN_PATH, then the
 * installed folder. */
PstCatalogue *pst_catalogue_new (const char *search_path);
/* Loading and looking at refusals is for one thread at a time: who has runs built on several threads holds this meanwhile. May be nested. */
void pst_catalogue_lock (PstCatalogue *catalogue);
void pst_catalogue_unlock (PstCatalogue *catalogue);
/* Reads every manifest and makes the checks that need no code of the plugin. Never fails: look at each plugin's refusal. */
void pst_catalogue_scan (PstCatalogue *catalogue);
/* (transfer none) sorted by id; refused ones too. */
GPtrArray *pst_catalogue_get_plugins (PstCatalogue *catalogue);
/* (transfer none) (nullable) */
PstPlugin *pst_catalogue_find (PstCatalogue *catalogue, const char *id);
/* Loads the module when that was not done; the error is the refusal. @kind 0: any. NOT_FOUND names the nearest id. */
PstPlugin *pst_catalogue_load (PstCatalogue *catalogue, const char *id, PstComponentKind kind, GError **error);

G_END_DECLS
