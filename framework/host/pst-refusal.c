/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The refusals in words. The sentences of real refusals name files and values; these are their general forms, for documents. */

#include "pst-manifest.h"

typedef struct
{
  const char *name;
  const char *sentence;
} RefusalInfo;

static const RefusalInfo refusals[] = {
  [PST_REFUSAL_NOT_FOUND]
  = { "not-found", "No plugin of that id is on the search path. Check the id, or add the plugin's folder to PENSTOCK_PLUGIN_PATH." },
  [PST_REFUSAL_MANIFEST_UNREADABLE] = { "manifest-unreadable", "The manifest cannot be read. Make it a regular file that the host may read." },
  [PST_REFUSAL_MANIFEST_SYNTAX] = { "manifest-syntax", "The manifest is not a key file of at most 64 KiB with one group [Plugin], or one of its "
                                                       "values is malformed. Mend the line that is named." },
  [PST_REFUSAL_KEY_UNKNOWN] = { "key-unknown", "The manifest has a key that manifests do not have. Remove it, or mend its name." },
  [PST_REFUSAL_KEY_MISSING] = { "key-missing", "The manifest lacks a key that every manifest has. Add it." },
  [PST_REFUSAL_KIND_UNKNOWN] = { "kind-unknown", "The manifest's Kind is none of exchange, strategy, guard, store and service. Mend it." },
  [PST_REFUSAL_ID_MISMATCH] = { "id-mismatch", "The id in the manifest, the manifest's file name and the id in the module are not the same. "
                                               "Give all three the same id." },
  [PST_REFUSAL_ID_DUPLICATE]
  = { "id-duplicate", "An earlier place of the search path has a plugin of the same id, and that one counts. Remove or rename one." },
  [PST_REFUSAL_ABI] = { "abi", "The plugin was built for another ABI. Build it again with this version's SDK." },
  [PST_REFUSAL_NUMBER_FORMAT] = { "number-format", "The plugin was built for another layout of numbers. Build it again with this version's SDK." },
  [PST_REFUSAL_MODULE_MISSING]
  = { "module-missing", "The module that the manifest names is not there or cannot be read. Build or install it beside the manifest." },
  [PST_REFUSAL_MODULE_OUTSIDE] = { "module-outside", "The module is, or leads by a link to, a file outside the search path. Put the file itself "
                                                     "beside the manifest, or add its folder to the search path." },
  [PST_REFUSAL_MODULE_WRITABLE]
  = { "module-writable", "Others could change the module: its file or its folder belongs to someone else or may be written "
                         "by group or others. Take the ownership and the right to write away from them." },
  [PST_REFUSAL_MODULE_FORMAT]
  = { "module-format", "The module is not a regular file with exactly one plugin tag. Use PST_DEFINE_PLUGIN once in it." },
  [PST_REFUSAL_KIND_MISMATCH]
  = { "kind-mismatch", "The module is of another kind than its manifest says, or than was asked for. Mend the manifest's Kind or the group." },
  [PST_REFUSAL_TYPE_TAKEN]
  = { "type-taken", "A type of the name that the plugin would register is registered already. Give the plugin's type a name of its own." },
  [PST_REFUSAL_MODULE_OPEN]
  = { "module-open", "The dynamic linker refused the module; its message says why. Install what it needs, or build it again." },
  [PST_REFUSAL_ENTRY_MISSING]
  = { "entry-missing", "The module has no symbol penstock_plugin_entry. Use PST_DEFINE_PLUGIN, and do not rename what it makes." },
  [PST_REFUSAL_ENTRY_NOTHING]
  = { "entry-nothing", "The module's entry point returned nothing. Use PST_DEFINE_PLUGIN, which returns the tag and the type." },
  [PST_REFUSAL_TYPE_WRONG] = { "type-wrong", "The type that the module registered is none, is abstract, is not of its kind, or has another name than "
                                             "the tag says. Give PST_DEFINE_PLUGIN the component's own type." },
};

G_STATIC_ASSERT (G_N_ELEMENTS (refusals) == PST_REFUSAL_LAST + 1);

GQuark
pst_plugin_error_quark (void)
{
  return g_quark_from_static_string ("pst-plugin-error-quark");
}

/**
 * pst_refusal_to_string:
 * @refusal: why a plugin is refused
 *
 * The stable name that commands print and scripts match. Any thread.
 *
 * Returns: "module-writable"; "unknown" for a number that is no refusal
 */
const char *
pst_refusal_to_string (PstRefusal refusal)
{
  return (guint)refusal < G_N_ELEMENTS (refusals) ? refusals[refusal].name : "unknown";
}

/**
 * pst_refusal_describe:
 * @refusal: why a plugin is refused
 *
 * The sentence's general form: what is wrong and what to do. Any thread.
 *
 * Returns: a sentence
 */
const char *
pst_refusal_describe (PstRefusal refusal)
{
  return (guint)refusal < G_N_ELEMENTS (refusals) ? refusals[refusal].sentence : "Unknown.";
}
