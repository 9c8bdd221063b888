/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reference, made from the code: what stands in it cannot differ from what the host does. */
#pragma once

#include "pst-catalogue.h"

G_BEGIN_DECLS

/**
 * PstReferencePage:
 * @name: the page's file name without suffix: "exit-codes"
 * @title: "Exit codes"
 * @append: appends the page as Markdown, without its title. @catalogue: scanned; plugins that can be loaded are
 *
 * One page of the reference.
 */
typedef struct
{
  const char *name;
  const char *title;
  void (*append) (PstCatalogue *catalogue, GString *text);
} PstReferencePage;

/* (array length=n_pages) (transfer none): in reading order */
const PstReferencePage *pst_reference_list_pages (guint *n_pages);
/* Appends the whole page, title included. */
void pst_reference_append_page (const PstReferencePage *page, PstCatalogue *catalogue, GString *text);

G_END_DECLS
