/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plugin's key file, read without opening its module. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstRefusal:
 *
 * Why a plugin cannot be loaded: the error codes of %PST_PLUGIN_ERROR. Each has its own sentence and a broken plugin under tests/loader
 * that shows it.
 */
typedef enum /*< prefix=PST_REFUSAL >*/
{
  PST_REFUSAL_NOT_FOUND, /* no plugin of that id on the search path */
  PST_REFUSAL_MANIFEST_UNREADABLE,
  PST_REFUSAL_MANIFEST_SYNTAX, /* not a key file, no [Plugin] group, too large */
  PST_REFUSAL_KEY_UNKNOWN,
  PST_REFUSAL_KEY_MISSING,
  PST_REFUSAL_KIND_UNKNOWN, /* Kind= is none of the five */
  PST_REFUSAL_ID_MISMATCH,  /* manifest's id is not its file's name, or not the module's */
  PST_REFUSAL_ID_DUPLICATE, /* an earlier place of the search path has it */
  PST_REFUSAL_ABI,
  PST_REFUSAL_NUMBER_FORMAT,
  PST_REFUSAL_MODULE_MISSING,
  PST_REFUSAL_MODULE_OUTSIDE,  /* resolves to a file outside the search path */
  PST_REFUSAL_MODULE_WRITABLE, /* owner is neither root nor us, or group or others may write it or its folder */
  PST_REFUSAL_MODULE_FORMAT,   /* no plugin tag, more than one, or not a regular file */
  PST_REFUSAL_KIND_MISMATCH,   /* the module's tag is of another kind than the manifest */
  PST_REFUSAL_TYPE_TAKEN,      /* its GType's name is registered already */
  PST_REFUSAL_MODULE_OPEN,     /* the dynamic linker refused it */
  PST_REFUSAL_ENTRY_MISSING,   /* no symbol penstock_plugin_entry */
  PST_REFUSAL_ENTRY_NOTHING,   /* the entry point returned nothing */
  PST_REFUSAL_TYPE_WRONG,      /* the registered type is not of its kind, abstract, or not the tag's */
} PstRefusal;

#define PST_PLUGIN_ERROR (pst_plugin_error_quark ())
GQuark pst_plugin_error_quark (void);
/* "module-writable" */
const char *pst_refusal_to_string (PstRefusal refusal);
/* The sentence's general form, for docs. */
const char *pst_refusal_describe (PstRefusal refusal);
#define PST_REFUSAL_LAST PST_REFUSAL_TYPE_WRONG

typedef struct
{
  char *path; /* of the manifest */
  char *id;
  char *name;
  char *description;
  char *version;
  char *authors;
  char *license;
  char *website;
  char *module;      /* file name without folder or suffix; default: the id */
  char *module_path; /* absolute, unresolved */
  PstComponentKind kind;
  guint abi;
  guint number_format;
} PstManifest;

PstManifest *pst_manifest_load (const char *path, GError **error);
void pst_manifest_free (PstManifest *manifest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstManifest, pst_manifest_free)

G_END_DECLS
