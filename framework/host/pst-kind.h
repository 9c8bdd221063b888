/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The five kinds of component: the word in manifests and pipeline files, and the type that each must be. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* 0 for none of the five. */
PstComponentKind pst_kind_from_string (const char *word);
/* "exchange"; "unknown" for a number that is no kind. */
const char *pst_kind_to_string (PstComponentKind kind);
/* "an exchange", "a guard": for sentences. */
const char *pst_kind_with_article (PstComponentKind kind);
/* PST_TYPE_EXCHANGE, ...; G_TYPE_INVALID for a number that is no kind. */
GType pst_kind_get_type (PstComponentKind kind);
/* (array zero-terminated): the five words, in order. */
const char *const *pst_kind_words (void);

/* Registers every type of the SDK, so that a plugin that would take one's name is found before its code runs. */
void pst_kind_register_sdk_types (void);

G_END_DECLS
