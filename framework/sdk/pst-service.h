/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Anything else that lives beside a run: an API, alerts, metrics. Hears facts, gives commands through the run control. */
#pragma once

#include "pst-context.h"
#include "pst-controller.h"
#include "pst-run-control.h"

G_BEGIN_DECLS

#define PST_TYPE_SERVICE (pst_service_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstService, pst_service, PST, SERVICE, PstComponent)

/**
 * PstServiceClass:
 * @on_record: (nullable): one record of the run, after the stores have it. Must not block
 *
 * What a service implements, besides the component's start() and stop().
 */
struct _PstServiceClass
{
  PstComponentClass parent_class;

  void (*on_record) (PstService *service, const PstRecord *record);
  gpointer reserved[8];
};

PST_API void pst_service_on_record (PstService *service, const PstRecord *record);
/* (transfer none): valid from start() to stop(). */
PST_API PstRunControl *pst_service_get_run_control (PstService *service);
PST_API void pst_service_set_run_control (PstService *service, PstRunControl *control);

/* (transfer none) (nullable): the host that the service serves; NULL for one that lives beside a run. Valid from prepare() to stop(). */
PST_API PstController *pst_service_get_controller (PstService *service);
PST_API void pst_service_set_controller (PstService *service, PstController *controller);

G_END_DECLS
