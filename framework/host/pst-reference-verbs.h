/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One page of the reference: verbs, their results, events. */
#pragma once

#include "pst-catalogue.h"

G_BEGIN_DECLS

void pst_reference_append_verbs (PstCatalogue *catalogue, GString *text);

G_END_DECLS
