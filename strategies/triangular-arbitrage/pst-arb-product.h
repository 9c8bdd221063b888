/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exact products of prices, fees and powers of ten, longer than 128 bits: to compare rates of return to the last digit. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Four prices, four fees and the powers of ten of their scales: below 2^768. */
#define PST_ARB_PRODUCT_LIMBS 12

typedef struct
{
  guint64 limbs[PST_ARB_PRODUCT_LIMBS]; /* the least first */
  guint n_limbs;
} PstArbProduct;

/* 1. */
void pst_arb_product_init (PstArbProduct *product);
/* More than 768 bits is a programmer's error: the operands of a cycle cannot reach it. */
void pst_arb_product_multiply (PstArbProduct *product, guint64 factor);
void pst_arb_product_scale (PstArbProduct *product, guint exponent);
/* Below, equal to or above 0, as @a is to @b. */
gint pst_arb_product_compare (const PstArbProduct *a, const PstArbProduct *b);
/* @a / @b, rounded down; G_MAXINT64 when it does not fit. @b is not 0. */
gint64 pst_arb_product_divide (const PstArbProduct *a, const PstArbProduct *b);

G_END_DECLS
