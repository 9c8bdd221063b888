/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of options, told apart once for parsing, printing and describing. */
#pragma once

#include "pst-option.h"

G_BEGIN_DECLS

typedef enum
{
  PST_OPTION_KIND_NONE, /* not understood */
  PST_OPTION_KIND_BOOLEAN,
  PST_OPTION_KIND_SIGNED,
  PST_OPTION_KIND_UNSIGNED,
  PST_OPTION_KIND_DOUBLE,
  PST_OPTION_KIND_STRING,
  PST_OPTION_KIND_ENUM,
  PST_OPTION_KIND_LIST,
  PST_OPTION_KIND_DECIMAL,
  PST_OPTION_KIND_MONEY,
  PST_OPTION_KIND_DURATION,
} PstOptionKind;

PstOptionKind pst_option_get_kind (GParamSpec *pspec);
/* What is allowed, to stand after "is not": "an integer from 2 to 10000", "one of gtc, ioc, fok". */
char *pst_option_describe_after_not (GParamSpec *pspec);
/* Integers' limits, whatever their width. */
void pst_option_get_signed_range (GParamSpec *pspec, gint64 *minimum, gint64 *maximum);
void pst_option_get_unsigned_range (GParamSpec *pspec, guint64 *minimum, guint64 *maximum);

G_END_DECLS
