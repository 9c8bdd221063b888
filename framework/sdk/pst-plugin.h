/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A module's one entry point. The tag lies in the module's data so that ABI, number format, id, kind and type can be read
 * from the file before a line of its code runs. */
#pragma once

#include "../model/pst-record.h"

G_BEGIN_DECLS

/* 16 bytes, found once in a module's file. Written in two halves so that no other binary holds it by quoting it. */
#define PST_PLUGIN_MAGIC                                                             \
  {                                                                                  \
    0x8f, 'P', 'e', 'n', 's', 't', 'o', 'c', 'k', ' ', 'p', 'l', 'u', 'g', 'i', 0xf8 \
  }
#define PST_PLUGIN_MAGIC_SIZE 16
#define PST_PLUGIN_ID_SIZE 48
#define PST_PLUGIN_ENTRY_SYMBOL "penstock_plugin_entry"

/**
 * PstPluginTag:
 * @magic: %PST_PLUGIN_MAGIC
 * @abi: %PST_ABI of the SDK it was built with
 * @number_format: %PST_NUMBER_FORMAT of that SDK
 * @kind: what it is
 * @id: its id: the name of folder, manifest and module
 * @type_name: the GType that it will register
 *
 * What a module says of itself, as plain data.
 */
typedef struct
{
  guint8 magic[PST_PLUGIN_MAGIC_SIZE];
  guint32 abi;
  guint32 number_format;
  guint32 kind; /* PstComponentKind */
  char id[PST_PLUGIN_ID_SIZE];
  char type_name[PST_PLUGIN_ID_SIZE];
} PstPluginTag;

/**
 * PstPluginEntry:
 * @tag: the module's tag
 * @get_type: registers the type and returns it
 *
 * What the entry point returns.
 */
typedef struct
{
  const PstPluginTag *tag;
  GType (*get_type) (void);
} PstPluginEntry;

typedef const PstPluginEntry *(*PstPluginEntryFunc) (void);

/**
 * PST_DEFINE_PLUGIN:
 * @plugin_id: "sma-cross"
 * @KIND: EXCHANGE, STRATEGY, GUARD, STORE or SERVICE
 * @TypeName: the component's type, PstSmaCross
 * @type_function: its get_type function, pst_sma_cross_get_type
 *
 * Makes a module a plugin. Stands once in each.
 */
#define PST_DEFINE_PLUGIN(plugin_id, KIND, TypeName, type_function)                                                \
  static const PstPluginTag penstock_plugin_tag __attribute__ ((used, aligned (16), section (".rodata.penstock"))) \
  = { PST_PLUGIN_MAGIC, PST_ABI, PST_NUMBER_FORMAT, PST_COMPONENT_KIND_##KIND, plugin_id, #TypeName };             \
  PST_API const PstPluginEntry *penstock_plugin_entry (void);                                                      \
  const PstPluginEntry *penstock_plugin_entry (void)                                                               \
  {                                                                                                                \
    static const PstPluginEntry entry = { &penstock_plugin_tag, type_function };                                   \
    return &entry;                                                                                                 \
  }

G_END_DECLS
