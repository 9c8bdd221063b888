/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The newest N of something, of one size each. Memory grows with what is there. */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

typedef struct
{
  gsize size; /* of an element */
  guint max;
  guint n, start, room;
  guint64 n_all; /* that were ever added */
  guint8 *data;
} PstHostRing;

static inline void
pst_host_ring_init (PstHostRing *ring, gsize size, guint max)
{
  *ring = (PstHostRing){ .size = size, .max = max };
}

static inline void
pst_host_ring_clear (PstHostRing *ring)
{
  g_clear_pointer (&ring->data, g_free);
  ring->n = ring->start = ring->room = 0;
}

/* (transfer none): the nth newest, from 0. */
static inline gpointer
pst_host_ring_newest (const PstHostRing *ring, guint nth)
{
  return ring->data + ((ring->start + ring->n - 1 - nth) % ring->room) * ring->size;
}

/* Adds a copy; the oldest makes room when there are @max, and is copied to @evicted (nullable) then: TRUE. */
static inline gboolean
pst_host_ring_add (PstHostRing *ring, gconstpointer element, gpointer evicted)
{
  gboolean full = ring->n == ring->max;

  ring->n_all++;
  if (!full && ring->n == ring->room)
    {
      guint room = MIN (MAX (ring->room * 2, 16), ring->max);

      /* Nothing was evicted yet, so it begins at the start. */
      ring->data = g_realloc_n (ring->data, room, ring->size);
      ring->room = room;
    }
  if (full && evicted != NULL)
    memcpy (evicted, ring->data + ring->start * ring->size, ring->size);
  if (full)
    ring->start = (ring->start + 1) % ring->room;
  else
    ring->n++;
  memcpy (pst_host_ring_newest (ring, 0), element, ring->size);
  return full;
}

G_END_DECLS
