/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plugin as it should be, for tests of the host: the least that a service is. */

#include <penstock.h>

struct _PstGoodService
{
  PstService parent_instance;
};

G_DECLARE_FINAL_TYPE (PstGoodService, pst_good_service, PST, GOOD_SERVICE, PstService)
G_DEFINE_FINAL_TYPE (PstGoodService, pst_good_service, PST_TYPE_SERVICE)

static void
pst_good_service_class_init (PstGoodServiceClass *class)
{
}

static void
pst_good_service_init (PstGoodService *self)
{
}

PST_DEFINE_PLUGIN ("good-service", SERVICE, PstGoodService, pst_good_service_get_type)
