/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the component's end does with its fields. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

void pst_option_clear_fields (GObject *object);

G_END_DECLS
