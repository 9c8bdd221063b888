/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of services: hears records, commands through the run control that the host sets. */

#include "pst-service.h"

/**
 * PstService:
 *
 * Anything else that lives beside a run: an API, alerts, metrics.
 */

typedef struct
{
  PstController *controller; /* weak: the host outlives its services */
  PstRunControl *control;    /* weak: the control is the run, which owns its components */
} PstServicePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PstService, pst_service, PST_TYPE_COMPONENT)

static PstServicePrivate *
private_of (PstService *service)
{
  return pst_service_get_instance_private (service);
}

static void
pst_service_dispose (GObject *object)
{
  /* First the component's dispose: it may stop the service, which may want its control. */
  G_OBJECT_CLASS (pst_service_parent_class)->dispose (object);
  g_clear_weak_pointer (&private_of (PST_SERVICE (object))->control);
  g_clear_weak_pointer (&private_of (PST_SERVICE (object))->controller);
}

static void
pst_service_class_init (PstServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pst_service_dispose;
}

static void
pst_service_init (PstService *service)
{
}

/**
 * pst_service_on_record:
 * @service: a started service
 * @record: one record of the run, which the stores have already; borrowed
 *
 * Tells it what happened. On the run's context.
 */
void
pst_service_on_record (PstService *service, const PstRecord *record)
{
  PstServiceClass *klass = PST_SERVICE_GET_CLASS (service);

  if (klass->on_record != NULL)
    klass->on_record (service, record);
}

/**
 * pst_service_get_run_control:
 * @service: a service
 *
 * Gives what commands the run. On the run's context.
 *
 * Returns: (transfer none) (nullable): the control, valid from start() to stop()
 */
PstRunControl *
pst_service_get_run_control (PstService *service)
{
  g_return_val_if_fail (PST_IS_SERVICE (service), NULL);

  return private_of (service)->control;
}

/**
 * pst_service_set_run_control:
 * @service: a service
 * @control: (nullable) (transfer none): what commands the run; not owned
 *
 * The host's side: called before start(), and with %NULL after stop(). On the run's context.
 */
void
pst_service_set_run_control (PstService *service, PstRunControl *control)
{
  g_return_if_fail (PST_IS_SERVICE (service));
  g_return_if_fail (control == NULL || PST_IS_RUN_CONTROL (control));

  g_set_weak_pointer (&private_of (service)->control, control);
}

/**
 * pst_service_get_controller:
 * @service: a service
 *
 * The host that the service serves. Any thread.
 *
 * Returns: (transfer none) (nullable): the host; %NULL when the service lives beside a run
 */
PstController *
pst_service_get_controller (PstService *service)
{
  g_return_val_if_fail (PST_IS_SERVICE (service), NULL);

  return private_of (service)->controller;
}

/**
 * pst_service_set_controller:
 * @service: a service
 * @controller: (nullable) (transfer none): the host; not owned
 *
 * Makes it a service of a host. For the host, before prepare().
 */
void
pst_service_set_controller (PstService *service, PstController *controller)
{
  g_return_if_fail (PST_IS_SERVICE (service));
  g_return_if_fail (controller == NULL || PST_IS_CONTROLLER (controller));

  g_set_weak_pointer (&private_of (service)->controller, controller);
}
