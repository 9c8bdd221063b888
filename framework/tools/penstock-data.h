/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock data: its actions, a file each. */
#pragma once

#include "penstock-verb.h"

G_BEGIN_DECLS

/* Each gets argv from the action's name on. */
int penstock_data_import (const PenstockVerb *verb, int argc, char **argv);
int penstock_data_list (const PenstockVerb *verb, int argc, char **argv);
int penstock_data_check (const PenstockVerb *verb, int argc, char **argv);
int penstock_data_export (const PenstockVerb *verb, int argc, char **argv);
int penstock_data_resample (const PenstockVerb *verb, int argc, char **argv);

G_END_DECLS
