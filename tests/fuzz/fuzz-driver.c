/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a fuzz target without libFuzzer, always in the same way: its corpus, then mutations of it from a fixed seed. This keeps what was found once
 * from coming back, on every machine and in every test run; new finds are libFuzzer's work. */

#include <penstock.h>

#include "fuzz.h"

#define N_MUTATIONS 20000
#define MUTATIONS_MAX 6
#define INPUT_MAX 4096
#define SEED 1

typedef struct
{
  GPtrArray *inputs; /* GBytes, by file name */
  GPtrArray *words;  /* GBytes: of the dictionary */
} Corpus;

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
load_inputs (Corpus *corpus, const char *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      char *bytes;
      gsize length;

      g_file_get_contents (names->pdata[i], &bytes, &length, &error);
      g_assert_no_error (error);
      g_ptr_array_add (corpus->inputs, g_bytes_new_take (bytes, length));
    }
}

/* One line of a dictionary: "word" with \\, \" and \xNN. */
static void
load_word (Corpus *corpus, const char *line)
{
  const char *at = strchr (line, '"');
  g_autoptr (GByteArray) word = g_byte_array_new ();

  if (line[0] == '#' || at == NULL)
    return;
  for (at++; *at != '\0' && *at != '"'; at++)
    {
      guint8 byte = (guint8)*at;

      if (*at == '\\' && at[1] == 'x')
        {
          byte = (guint8)(g_ascii_xdigit_value (at[2]) * 16 + g_ascii_xdigit_value (at[3]));
          at += 3;
        }
      else if (*at == '\\')
        byte = (guint8) * ++at;
      g_byte_array_append (word, &byte, 1);
    }
  g_ptr_array_add (corpus->words, g_byte_array_free_to_bytes (g_steal_pointer (&word)));
}

static void
load (Corpus *corpus)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *folder = g_build_filename (source, "tests", "fuzz", "corpus", FUZZ_TARGET, NULL);
  g_autofree char *dictionary = g_build_filename (source, "tests", "fuzz", FUZZ_TARGET ".dict", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  corpus->inputs = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  corpus->words = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  load_inputs (corpus, folder);
  if (!g_file_get_contents (dictionary, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    load_word (corpus, lines[i]);
}

static void
clear (Corpus *corpus)
{
  g_ptr_array_unref (corpus->inputs);
  g_ptr_array_unref (corpus->words);
}

/* In memory of exactly its size, so that a sanitizer sees what is read behind it. */
static void
run (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  g_assert_cmpint (LLVMFuzzerTestOneInput (copy, size), ==, 0);
}

static void
insert (GByteArray *input, gsize at, gconstpointer bytes, gsize n)
{
  gsize behind = input->len - at;

  if (n == 0 || input->len + n > INPUT_MAX)
    return;
  g_byte_array_set_size (input, (guint)(input->len + n));
  memmove (input->data + at + n, input->data + at, behind);
  memcpy (input->data + at, bytes, n);
}

static void
insert_part (GByteArray *input, gsize at, PstRandom *random, GBytes *other)
{
  gsize size, from, n;
  const guint8 *data = g_bytes_get_data (other, &size);
  g_autofree guint8 *part = NULL;

  if (size == 0)
    return;
  from = pst_random_below (random, size);
  n = 1 + pst_random_below (random, MIN (size - from, 64));
  part = g_memdup2 (data + from, n);
  insert (input, at, part, n);
}

static void
mutate (GByteArray *input, PstRandom *random, const Corpus *corpus)
{
  gsize at = pst_random_below (random, input->len + 1);
  guint8 byte = (guint8)pst_random_below (random, 256);
  GBytes *other = corpus->inputs->pdata[pst_random_below (random, corpus->inputs->len)];
  gsize left = input->len - at, n = 1 + pst_random_below (random, 16);

  switch (pst_random_below (random, 6))
    {
    case 0:
      if (left > 0)
        input->data[at] ^= (guint8)(1u << (byte % 8));
      break;
    case 1:
      if (left > 0)
        input->data[at] = byte;
      break;
    case 2:
      insert (input, at, &byte, 1);
      break;
    case 3:
      if (left > 0)
        g_byte_array_remove_range (input, (guint)at, (guint)MIN (n, left));
      break;
    case 4:
      insert_part (input, at, random, other);
      break;
    default:
      if (corpus->words->len > 0)
        {
          gsize size;
          gconstpointer word = g_bytes_get_data (corpus->words->pdata[pst_random_below (random, corpus->words->len)], &size);

          insert (input, at, word, size);
        }
    }
}

static void
test_corpus (void)
{
  Corpus corpus;

  load (&corpus);
  g_assert_cmpuint (corpus.inputs->len, >, 0);
  run (NULL, 0);
  for (guint i = 0; i < corpus.inputs->len; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (corpus.inputs->pdata[i], &size);

      for (gsize n = 0; n <= MIN (size, 512); n++)
        run (data, n);
      run (data, size);
    }
  clear (&corpus);
}

static void
test_mutations (void)
{
  PstRandom random;
  Corpus corpus;

  load (&corpus);
  g_assert_cmpuint (corpus.inputs->len, >, 0);
  g_test_message ("seed %d", SEED);
  pst_random_init (&random, SEED, FUZZ_TARGET);
  for (guint i = 0; i < N_MUTATIONS; i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();
      gsize size;
      const guint8 *data = g_bytes_get_data (corpus.inputs->pdata[pst_random_below (&random, corpus.inputs->len)], &size);

      g_byte_array_append (input, data, (guint)MIN (size, INPUT_MAX));
      for (guint n = 1 + (guint)pst_random_below (&random, MUTATIONS_MAX); n > 0; n--)
        mutate (input, &random, &corpus);
      run (input->data, input->len);
    }
  clear (&corpus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/" FUZZ_TARGET "/corpus", test_corpus);
  g_test_add_func ("/fuzz/" FUZZ_TARGET "/mutations", test_mutations);
  return g_test_run ();
}
