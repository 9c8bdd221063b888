/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All error domains of the host with their codes in words, for documents. The domains are closed sets: a test asserts that nothing is left out. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;     /* "overflow" */
  const char *sentence; /* what happened; what to do */
} PstErrorInfo;

typedef struct
{
  const char *name;     /* "PST_VALUE_ERROR" */
  const char *sentence; /* what the domain is about */
  GQuark (*quark) (void);
  GType (*get_type) (void); /* (nullable): the enumeration, when it is registered */
  guint n_codes;
  PstErrorInfo (*describe) (guint code);
} PstErrorDomain;

/* (array length=n_domains) (transfer none) */
const PstErrorDomain *pst_error_list (guint *n_domains);

G_END_DECLS
