/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options that every strategy of signals has: which positions, of what size, with what exits, in what. Not part of the SDK. */
#pragma once

#include "pst-signal-strategy.h"

G_BEGIN_DECLS

typedef struct
{
  PstDirection direction;
  PstMoney *order_value;      /* nullable */
  PstDecimal *order_size;     /* nullable */
  PstDecimal *order_fraction; /* nullable */
  PstDecimal *order_cash;     /* nullable */
  PstMoney *instrument_cash;  /* nullable */
  PstDecimal *stop_loss;      /* nullable */
  PstDecimal *take_profit;    /* nullable */
  PstDecimal *trailing_stop;  /* nullable */
  gboolean accumulate;
  char **instruments; /* nullable: all */
} PstSignalOptions;

/* Adds the properties to the class. */
void pst_signal_options_install (GObjectClass *object_class);
/* FALSE when there is no such property. */
gboolean pst_signal_options_get (PstSignalOptions *options, guint property_id, GValue *value);
gboolean pst_signal_options_set (PstSignalOptions *options, guint property_id, const GValue *value);
void pst_signal_options_clear (PstSignalOptions *options);
gboolean pst_signal_options_have_size (const PstSignalOptions *options);
/* Of one that gives orders: exactly one size, above 0. */
gboolean pst_signal_options_check (const PstSignalOptions *options, GError **error);

G_END_DECLS
