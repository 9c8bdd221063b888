/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* School arithmetic on 64-bit limbs. It runs for the few cycles that pay at the touch, never for each update. */

#include "pst-arb-product.h"

void
pst_arb_product_init (PstArbProduct *product)
{
  product->limbs[0] = 1;
  product->n_limbs = 1;
}

void
pst_arb_product_multiply (PstArbProduct *product, guint64 factor)
{
  guint64 carry = 0;

  for (guint i = 0; i < product->n_limbs; i++)
    {
      unsigned __int128 sum = (unsigned __int128)product->limbs[i] * factor + carry;

      product->limbs[i] = (guint64)sum;
      carry = (guint64)(sum >> 64);
    }
  if (carry != 0)
    {
      g_assert (product->n_limbs < PST_ARB_PRODUCT_LIMBS);
      product->limbs[product->n_limbs++] = carry;
    }
  while (product->n_limbs > 1 && product->limbs[product->n_limbs - 1] == 0)
    product->n_limbs--;
}

void
pst_arb_product_scale (PstArbProduct *product, guint exponent)
{
  for (; exponent > PST_SCALE_MAX; exponent -= PST_SCALE_MAX)
    pst_arb_product_multiply (product, (guint64)pst_power_of_ten (PST_SCALE_MAX));
  pst_arb_product_multiply (product, (guint64)pst_power_of_ten (exponent));
}

gint
pst_arb_product_compare (const PstArbProduct *a, const PstArbProduct *b)
{
  if (a->n_limbs != b->n_limbs)
    return a->n_limbs < b->n_limbs ? -1 : 1;
  for (guint i = a->n_limbs; i-- > 0;)
    if (a->limbs[i] != b->limbs[i])
      return a->limbs[i] < b->limbs[i] ? -1 : 1;
  return 0;
}

/* One bit of the quotient after the other, from the highest. */
gint64
pst_arb_product_divide (const PstArbProduct *a, const PstArbProduct *b)
{
  guint64 quotient = 0;

  for (gint bit = 63; bit >= 0; bit--)
    {
      PstArbProduct product = *b;

      pst_arb_product_multiply (&product, quotient | (G_GUINT64_CONSTANT (1) << bit));
      if (pst_arb_product_compare (&product, a) <= 0)
        quotient |= G_GUINT64_CONSTANT (1) << bit;
    }
  return quotient > G_MAXINT64 ? G_MAXINT64 : (gint64)quotient;
}
