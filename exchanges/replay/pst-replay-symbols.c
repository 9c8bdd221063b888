/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An open-addressed table: rows name a symbol each, so that a look-up costs a hash of a few bytes and one comparison. */
#include <string.h>

#include "pst-replay-symbols.h"

static guint32
hash (const char *text, gsize length)
{
  guint64 h = G_GUINT64_CONSTANT (0xcbf29ce484222325) ^ length;

  for (gsize i = 0; i < length; i++)
    h = (h ^ (guchar)text[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return (guint32)(h ^ (h >> 32));
}

PstReplaySymbols *
pst_replay_symbols_new (void)
{
  PstReplaySymbols *self = g_new0 (PstReplaySymbols, 1);

  self->mask = 63;
  self->slots = g_new0 (guint32, self->mask + 1);
  return self;
}

void
pst_replay_symbols_free (PstReplaySymbols *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_symbols; i++)
    g_free (self->symbols[i].text);
  g_free (self->symbols);
  g_free (self->slots);
  g_free (self);
}

guint32
pst_replay_symbols_find (const PstReplaySymbols *self, const char *text, gsize length)
{
  for (guint slot = hash (text, length) & self->mask; self->slots[slot] != 0; slot = (slot + 1) & self->mask)
    {
      const PstReplaySymbol *symbol = &self->symbols[self->slots[slot] - 1];

      if (symbol->length == length && memcmp (symbol->text, text, length) == 0)
        return self->slots[slot] - 1;
    }
  return PST_REPLAY_SYMBOL_NONE;
}

static void
insert (PstReplaySymbols *self, guint32 index)
{
  const PstReplaySymbol *symbol = &self->symbols[index];
  guint slot = hash (symbol->text, symbol->length) & self->mask;

  while (self->slots[slot] != 0)
    slot = (slot + 1) & self->mask;
  self->slots[slot] = index + 1;
}

guint32
pst_replay_symbols_add (PstReplaySymbols *self, const char *text, gsize length, guint32 instrument, PstReplaySymbolUse use)
{
  if (self->n_symbols == self->n_allocated)
    {
      self->n_allocated = MAX (32, self->n_allocated * 2);
      self->symbols = g_renew (PstReplaySymbol, self->symbols, self->n_allocated);
    }
  self->symbols[self->n_symbols++] = (PstReplaySymbol){ g_strndup (text, length), length, instrument, use, FALSE };
  if (self->n_symbols * 2 > self->mask)
    {
      g_free (self->slots);
      self->mask = self->mask * 2 + 1;
      self->slots = g_new0 (guint32, self->mask + 1);
      for (guint32 i = 0; i + 1 < self->n_symbols; i++)
        insert (self, i);
    }
  insert (self, self->n_symbols - 1);
  return self->n_symbols - 1;
}

guint
pst_replay_symbols_get_size (const PstReplaySymbols *self)
{
  return self->n_symbols;
}

const char *
pst_replay_symbols_nearest (PstReplaySymbols *self, const char *text, PstReplaySymbolUse use)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->n_symbols; i++)
    {
      const PstReplaySymbol *symbol = &self->symbols[i];

      if (symbol->use == use && strcmp (symbol->text, text) != 0)
        g_ptr_array_add (names, symbol->text);
    }
  g_ptr_array_add (names, NULL);
  return pst_nearest_name (text, (const char *const *)names->pdata);
}
