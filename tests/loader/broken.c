/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One plugin in which exactly one thing is wrong. Which one, the build says: meson.build compiles this file once for each broken module. */

#include <penstock.h>

#ifndef BROKEN_ABI
#define BROKEN_ABI PST_ABI
#endif
#ifndef BROKEN_NUMBER_FORMAT
#define BROKEN_NUMBER_FORMAT PST_NUMBER_FORMAT
#endif
#ifndef BROKEN_KIND
#define BROKEN_KIND PST_COMPONENT_KIND_STRATEGY
#endif
#ifndef BROKEN_PARENT
#define BROKEN_PARENT PST_TYPE_STRATEGY
#endif
#ifndef BROKEN_CLASS
#define BROKEN_CLASS PstStrategyClass
#endif
#ifndef BROKEN_REGISTERED_NAME
#define BROKEN_REGISTERED_NAME BROKEN_TYPE
#endif
#ifndef BROKEN_TYPE_FLAGS
#define BROKEN_TYPE_FLAGS G_TYPE_FLAG_FINAL
#endif
#ifndef BROKEN_ENTRY
#define BROKEN_ENTRY penstock_plugin_entry
#endif

#define TAG_PLACE __attribute__ ((used, aligned (16), section (".rodata.penstock")))

PST_API const PstPluginEntry *BROKEN_ENTRY (void);
void penstock_no_such_function (void);

/* The test asks whether any code ran: of most broken plugins none may. */
static void __attribute__ ((constructor)) leave_trace (void) { g_setenv ("PENSTOCK_TEST_RAN", BROKEN_ID, TRUE); }

#ifndef BROKEN_NO_TAG
static const PstPluginTag tag TAG_PLACE = { PST_PLUGIN_MAGIC, BROKEN_ABI, BROKEN_NUMBER_FORMAT, BROKEN_KIND, BROKEN_ID, BROKEN_TYPE };
#else
static const PstPluginTag tag = { { 0 }, BROKEN_ABI, BROKEN_NUMBER_FORMAT, BROKEN_KIND, BROKEN_ID, BROKEN_TYPE };
#endif

#ifdef BROKEN_TWO_TAGS
static const PstPluginTag second_tag TAG_PLACE = { PST_PLUGIN_MAGIC, BROKEN_ABI, BROKEN_NUMBER_FORMAT, BROKEN_KIND, BROKEN_ID, "PstBrokenSecond" };
#endif

static GType
get_type (void)
{
#ifdef BROKEN_NO_TYPE
  return G_TYPE_INVALID;
#else
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_type_register_static_simple (BROKEN_PARENT, BROKEN_REGISTERED_NAME, sizeof (BROKEN_CLASS), NULL,
                                                             sizeof (PstComponent), NULL, BROKEN_TYPE_FLAGS));
  return type;
#endif
}

const PstPluginEntry *
BROKEN_ENTRY (void)
{
#ifdef BROKEN_OTHER_TAG
  static const PstPluginTag other = { { 0 }, BROKEN_ABI, BROKEN_NUMBER_FORMAT, BROKEN_KIND, BROKEN_ID, BROKEN_TYPE };
  static const PstPluginEntry entry = { &other, get_type };
#else
  static const PstPluginEntry entry = { &tag, get_type };
#endif

#ifdef BROKEN_UNRESOLVED
  penstock_no_such_function ();
#endif
#ifdef BROKEN_NOTHING
  (void)entry;
  return NULL;
#else
  return &entry;
#endif
}
