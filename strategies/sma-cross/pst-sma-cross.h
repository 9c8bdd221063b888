/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The strategy's options, shared by its decisions and their properties. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef enum
{
  PST_SMA_CROSS_LONG = 1,
  PST_SMA_CROSS_SHORT,
  PST_SMA_CROSS_BOTH,
} PstSmaCrossDirection;

GType pst_sma_cross_direction_get_type (void);

/* How much a position is: exactly one of value, size and fraction is set. */
typedef struct
{
  guint fast;
  guint slow;
  PstSmaCrossDirection direction;
  PstMoney *order_value;      /* nullable */
  PstDecimal *order_size;     /* nullable */
  PstDecimal *order_fraction; /* nullable */
  char **instruments;         /* nullable: all */
} PstSmaCrossOptions;

#define PST_TYPE_SMA_CROSS (pst_sma_cross_get_type ())
G_DECLARE_FINAL_TYPE (PstSmaCross, pst_sma_cross, PST, SMA_CROSS, PstStrategy)

PstSmaCrossOptions *pst_sma_cross_get_options (PstSmaCross *self);
void pst_sma_cross_options_install (GObjectClass *object_class);
void pst_sma_cross_options_clear (PstSmaCrossOptions *options);
gboolean pst_sma_cross_options_check (const PstSmaCrossOptions *options, GError **error);

G_END_DECLS
