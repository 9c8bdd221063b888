/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An answer: status, body, and the headers that depend on it. Kept and given again for a repeated request, so it is never changed. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_HTTP_JSON "application/json"
#define PST_HTTP_PROBLEM "application/problem+json"

typedef struct
{
  gatomicrefcount references;
  guint status;
  const char *content_type; /* NULL: no body */
  GBytes *body;
  char *location;
  char *allow;
  guint retry_after_s; /* 0: it is not told */
} PstHttpAnswer;

PstHttpAnswer *pst_http_answer_ref (PstHttpAnswer *reply);
void pst_http_answer_unref (PstHttpAnswer *reply);
/* @body: taken. */
PstHttpAnswer *pst_http_answer_new (guint status, const char *content_type, char *body);
PstHttpAnswer *pst_http_answer_new_result (guint status, GVariant *result);
/* A problem document of a PST_HTTP_ERROR or a PST_CONTROLLER_ERROR; any other error is our failure. */
PstHttpAnswer *pst_http_answer_new_error (const GError *error);
PstHttpAnswer *pst_http_answer_new_problem (guint status, const char *detail);
/* "denied", "invalid", ...: what every face says, by the status. */
const char *pst_http_status_to_code (guint status);
const char *pst_http_status_to_title (guint status);
guint pst_http_status_from_error (const GError *error);
/* The whole answer as bytes, for a client whose request never became one; the connection is closed behind it. */
char *pst_http_answer_to_text (const PstHttpAnswer *reply);
/* (transfer full): compact JSON. */
char *pst_http_variant_to_json (GVariant *variant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpAnswer, pst_http_answer_unref)

G_END_DECLS
