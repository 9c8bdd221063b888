/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plugin as it should be, for tests of the host: the least that a guard is. */

#include <penstock.h>

struct _PstGoodGuard
{
  PstGuard parent_instance;
};

G_DECLARE_FINAL_TYPE (PstGoodGuard, pst_good_guard, PST, GOOD_GUARD, PstGuard)
G_DEFINE_FINAL_TYPE (PstGoodGuard, pst_good_guard, PST_TYPE_GUARD)

static void
review (PstGuard *guard, const PstReview *what, PstVerdict *verdict)
{
  pst_verdict_pass (verdict);
}

static void
pst_good_guard_class_init (PstGoodGuardClass *class)
{
  PST_GUARD_CLASS (class)->review = review;
}

static void
pst_good_guard_init (PstGoodGuard *self)
{
}

PST_DEFINE_PLUGIN ("good-guard", GUARD, PstGoodGuard, pst_good_guard_get_type)
