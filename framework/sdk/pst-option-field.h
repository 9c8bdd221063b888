/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options that live in fields of the component: declared once, with nothing to be written for getting, setting and freeing them. */
#pragma once

#include "pst-component.h"

G_BEGIN_DECLS

/* In class_init: the option @pspec is the field @field of the instance struct @Type. The field is a gboolean, gint, guint, gint64 (durations too),
 * guint64, double, enum, char *, char **, PstDecimal * or PstMoney *, as the GParamSpec's value is; what it points to is freed with the component. */
#define PST_OPTION_IN(klass, pspec, Type, field) \
  pst_option_install (PST_COMPONENT_CLASS (klass), (pspec), G_STRUCT_OFFSET (struct _##Type, field), sizeof ((struct _##Type *)NULL)->field)

/* See PST_OPTION_IN(). A class has either such options only, or its own get_property and set_property. */
PST_API void pst_option_install (PstComponentClass *klass, GParamSpec *pspec, gsize offset, gsize size);

G_END_DECLS
