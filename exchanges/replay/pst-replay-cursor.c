/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cuts a file's bytes into whole rows and drives the parser over them. Whatever is wrong with a row passes through here once, to be
 * counted, named and answered as the option on-bad-row says. */
#include <string.h>

#include "pst-replay-cursor.h"

/* Rows that are looked at to find out the format of times. */
#define GUESS_LINES_MAX 64

PstReplayCursor *
pst_replay_cursor_new (const PstReplayShared *shared, const char *path, guint32 fixed_symbol, guint block_bytes)
{
  PstReplayCursor *self = g_new0 (PstReplayCursor, 1);

  self->path = g_strdup (path);
  self->name = g_path_get_basename (path);
  self->shared = shared;
  self->fixed_symbol = fixed_symbol;
  self->block = block_bytes;
  return self;
}

void
pst_replay_cursor_close (PstReplayCursor *self)
{
  g_clear_pointer (&self->source, pst_replay_source_free);
  g_clear_pointer (&self->memory, g_free);
  g_clear_pointer (&self->events, g_free);
  g_clear_pointer (&self->lines, g_free);
  pst_replay_parser_clear (&self->parser);
  self->start = self->end = NULL;
  self->tail = 0;
  self->n_events = self->next = 0;
}

void
pst_replay_cursor_free (PstReplayCursor *self)
{
  if (self == NULL)
    return;
  pst_replay_cursor_close (self);
  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

gboolean
pst_replay_cursor_is_open (PstReplayCursor *self)
{
  return self->source != NULL;
}

guint64
pst_replay_cursor_get_n_rows (PstReplayCursor *self)
{
  return self->parser.n_rows;
}

guint64
pst_replay_cursor_get_n_rounded (PstReplayCursor *self)
{
  return self->parser.n_rounded;
}

void
pst_replay_cursor_get_progress (PstReplayCursor *self, guint64 *done, guint64 *size)
{
  *done = *size = 0;
  if (self->source != NULL)
    pst_replay_source_get_progress (self->source, done, size);
}

gboolean
pst_replay_cursor_reject (PstReplayCursor *self, const PstReplayBad *bad, GError **error)
{
  pst_replay_report_reject (self->shared->report, self->name, bad);
  if (self->shared->on_bad_row == PST_REPLAY_BAD_ROW_SKIP)
    return TRUE;
  self->ended = TRUE;
  self->stopped = self->shared->on_bad_row == PST_REPLAY_BAD_ROW_STOP;
  if (!self->stopped)
    {
      g_autofree char *sentence = pst_replay_report_sentence (self->path, bad);

      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "%s; correct the row or set on-bad-row=skip", sentence);
    }
  return FALSE;
}

/* After the parser named a bad row. */
static void
take_bad (PstReplayCursor *self)
{
  PstReplayBad *bad = &self->parser.bad;

  if (self->unfinished && self->start == self->end)
    bad->reason = PST_REPLAY_CUT_OFF;
  pst_replay_cursor_reject (self, bad, &self->error);
}

/* -- bytes -- */

static gboolean
read_block (PstReplayCursor *self, gsize *filled)
{
  /* A row may begin late in a block and be too long for the next: then there is room for less than a block. */
  gsize wanted = MIN (self->block, self->block + self->shared->settings.row_bytes_max - self->tail);
  gssize n;

  if (self->tail > 0)
    memmove (self->buffer, self->end, self->tail);
  n = self->at_end ? 0 : pst_replay_source_read (self->source, self->buffer + self->tail, wanted, &self->error);
  self->start = self->end = self->buffer;
  if (n < 0)
    {
      g_autofree char *what = g_strdup (self->error->message);

      g_clear_error (&self->error);
      g_set_error (&self->error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "%s (rows up to line %" G_GUINT64_FORMAT " were read)", what,
                   self->parser.line);
      self->ended = TRUE;
      return FALSE;
    }
  *filled = self->tail + (gsize)n;
  self->at_end = (gsize)n < wanted;
  self->tail = 0;
  return TRUE;
}

/* The rest of a row that was too long is dropped; what is left begins at the offset returned. */
static gsize
discard (PstReplayCursor *self, gsize filled)
{
  const char *newline = memchr (self->buffer, '\n', filled);

  self->discarding = newline == NULL;
  return newline != NULL ? (gsize)(newline + 1 - self->buffer) : filled;
}

static void
close_last_row (PstReplayCursor *self, gsize from, gsize filled)
{
  if (self->shared->settings.last_line == PST_REPLAY_LAST_LINE_REJECT)
    {
      pst_replay_parser_reject (&self->parser, PST_REPLAY_CUT_OFF, self->buffer + from, filled - from);
      pst_replay_cursor_reject (self, &self->parser.bad, &self->error);
      return;
    }
  pst_replay_printable (self->buffer + from, filled - from, self->last_text);
  self->buffer[filled] = '\n';
  self->start = self->buffer + from;
  self->end = self->buffer + filled + 1;
  self->unfinished = TRUE;
}

/* Makes [start, end) hold whole rows. FALSE at the end, or when a row or the file ended the feed. */
static gboolean
fill_bytes (PstReplayCursor *self)
{
  while (!self->ended && !(self->at_end && self->tail == 0))
    {
      gsize filled, from = 0;
      const char *newline;

      if (!read_block (self, &filled))
        return FALSE;
      if (self->discarding)
        from = discard (self, filled);
      newline = memrchr (self->buffer + from, '\n', filled - from);
      if (newline != NULL)
        {
          self->start = self->buffer + from;
          self->end = newline + 1;
          self->tail = filled - (gsize)(self->end - self->buffer);
          return TRUE;
        }
      if (filled == from)
        continue;
      if (filled - from >= self->shared->settings.row_bytes_max)
        {
          pst_replay_parser_reject (&self->parser, PST_REPLAY_TOO_LONG, self->buffer + from, filled - from);
          pst_replay_cursor_reject (self, &self->parser.bad, &self->error);
          self->discarding = TRUE;
        }
      else if (self->at_end)
        {
          close_last_row (self, from, filled);
          return self->start < self->end;
        }
      else
        {
          self->end = self->buffer + from;
          self->tail = filled - from;
        }
    }
  return FALSE;
}

/* The next whole line that is not blank, without its newline; used up when @take. */
static gboolean
next_line (PstReplayCursor *self, gboolean take, const char **line, gsize *length)
{
  for (;;)
    {
      const char *newline;

      if (self->start == self->end && !fill_bytes (self))
        return FALSE;
      newline = memchr (self->start, '\n', (gsize)(self->end - self->start));
      *line = self->start;
      *length = (gsize)(newline - self->start);
      if (*length > 0 && newline[-1] == '\r')
        --*length;
      if (*length > 0 && !take)
        return TRUE;
      self->start = newline + 1;
      self->parser.line++;
      if (*length > 0)
        return TRUE;
    }
}

/* -- opening -- */

static gboolean
fail_file (PstReplayCursor *self, GError **error)
{
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "\"%s\" holds no rows; take it out of the option \"path\" or set on-bad-row=skip",
               self->path);
  return FALSE;
}

/* A file without rows: bad like a bad row, but there is none to count. */
static gboolean
take_empty (PstReplayCursor *self, GError **error)
{
  const PstReplayBad bad = { .reason = PST_REPLAY_NO_ROWS, .line = self->parser.line + 1, .column = 1, .field = "file" };

  if (self->error != NULL || self->shared->on_bad_row == PST_REPLAY_BAD_ROW_FAIL)
    return fail_file (self, error);
  if (!self->ended)
    pst_replay_report_notice (self->shared->report, self->name, &bad);
  self->ended = TRUE;
  return TRUE;
}

static gboolean
guess_time (PstReplayCursor *self, GError **error)
{
  g_autoptr (GError) first_error = NULL;
  const char *line = self->start, *newline;

  for (guint i = 0; i < GUESS_LINES_MAX && line < self->end; i++, line = newline + 1)
    {
      newline = memchr (line, '\n', (gsize)(self->end - line));
      if (newline == line)
        continue;
      if (pst_replay_format_guess_time (&self->format, line, (gsize)(newline - line) - (newline[-1] == '\r'),
                                        first_error == NULL ? &first_error : NULL))
        return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&first_error));
  return FALSE;
}

static gboolean
check_text (PstReplayCursor *self, GError **error)
{
  if (memchr (self->start, '\0', MIN ((gsize)(self->end - self->start), 1024)) == NULL)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
               "\"%s\" is not text; the option \"path\" names CSV files, plain or packed with gzip, zstd or zip", self->path);
  return FALSE;
}

static char *
stem (const char *name)
{
  static const char *const endings[] = { ".gz", ".zst", ".zstd", ".zip", ".csv", ".txt", ".tsv" };
  char *text = g_strdup (name);
  gboolean again = TRUE;

  while (again)
    {
      again = FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
        {
          gsize length = strlen (text), cut = strlen (endings[i]);

          if (length > cut && g_ascii_strcasecmp (text + length - cut, endings[i]) == 0)
            {
              text[length - cut] = '\0';
              again = TRUE;
            }
        }
    }
  return text;
}

char *
pst_replay_cursor_stem (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return stem (name);
}

static void
start_reading (PstReplayCursor *self)
{
  const PstReplaySettings *settings = &self->shared->settings;

  self->events = g_new (PstEvent, PST_REPLAY_BATCH);
  self->lines = g_new (guint64, PST_REPLAY_BATCH);
  self->memory = g_malloc0 (PST_REPLAY_PADDING + self->block + settings->row_bytes_max + 1 + PST_REPLAY_PADDING);
  self->buffer = self->memory + PST_REPLAY_PADDING;
  self->start = self->end = self->buffer;
  self->tail = 0;
  self->at_end = self->discarding = self->unfinished = self->ended = FALSE;
  self->parser = (PstReplayParser){ 0 };
}

static gboolean
open_format (PstReplayCursor *self, GError **error)
{
  g_autofree char *name = stem (self->name);
  const char *line;
  gsize length;
  guint64 n_rows, n_rejected, n_lines;

  if (fill_bytes (self) && self->end - self->start >= 3 && memcmp (self->start, "\xef\xbb\xbf", 3) == 0)
    self->start += 3;
  if (!next_line (self, FALSE, &line, &length))
    return take_empty (self, error);
  if (!check_text (self, error))
    return FALSE;
  if (!pst_replay_format_init (&self->format, &self->shared->settings, name, line, length, error))
    return FALSE;
  if (self->format.has_header)
    next_line (self, TRUE, &line, &length);
  if (!next_line (self, FALSE, &line, &length))
    return take_empty (self, error);
  if (self->format.time_format == PST_REPLAY_TIME_AUTO && !guess_time (self, error))
    return FALSE;
  n_rows = self->parser.n_rows;
  n_rejected = self->parser.n_rejected;
  n_lines = self->parser.line;
  pst_replay_parser_init (&self->parser, &self->format, self->shared->symbols, self->fixed_symbol);
  self->parser.n_rows = n_rows;
  self->parser.n_rejected = n_rejected;
  self->parser.line = n_lines;
  return TRUE;
}

static gboolean
check_symbol (PstReplayCursor *self, GError **error)
{
  if (self->ended || self->format.has_symbol || self->fixed_symbol != PST_REPLAY_SYMBOL_NONE)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
               "rows name no symbol; set the option \"symbol\" (\"{file}\": the file's name) or name a column \"symbol\" in the option \"columns\"");
  return FALSE;
}

gboolean
pst_replay_cursor_open (PstReplayCursor *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  self->source = pst_replay_source_open (self->path, self->shared->member, error);
  if (self->source == NULL)
    return FALSE;
  start_reading (self);
  if (open_format (self, &local) && check_symbol (self, &local))
    return TRUE;
  /* What the file itself cannot know is its name. */
  if (strstr (local->message, self->path) == NULL)
    g_prefix_error (&local, "\"%s\": ", self->path);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
pst_replay_cursor_peek (PstReplayCursor *self, gint64 *time_ns, GError **error)
{
  PstReplayReport *quiet = pst_replay_report_new (0);
  PstReplayShared aside = *self->shared;
  PstReplayCursor *peek;
  gboolean opened;
  const char *line;
  gsize length;

  aside.report = quiet;
  aside.on_bad_row = PST_REPLAY_BAD_ROW_SKIP;
  peek = pst_replay_cursor_new (&aside, self->path, self->fixed_symbol, self->block);
  opened = pst_replay_cursor_open (peek, error);
  *time_ns = G_MININT64;
  for (guint i = 0; opened && !peek->ended && *time_ns == G_MININT64 && i < GUESS_LINES_MAX && next_line (peek, TRUE, &line, &length); i++)
    if (pst_replay_parser_peek_time (&peek->parser, line, length, time_ns))
      *time_ns += peek->format.shift_ns;
  pst_replay_cursor_free (peek);
  pst_replay_report_free (quiet);
  return opened;
}

/* -- events -- */

static void
take_symbol (PstReplayCursor *self)
{
  const PstReplayField *field = &self->parser.symbol;

  if (self->shared->add_symbol (self->shared->user_data, field->text, field->length, &self->error))
    return;
  if (self->error != NULL)
    {
      g_prefix_error (&self->error, "\"%s\" line %" G_GUINT64_FORMAT ": ", self->path, self->parser.line + 1);
      self->ended = TRUE;
      return;
    }
  pst_replay_parser_refuse_symbol (&self->parser, &self->start, self->end);
  take_bad (self);
}

static void
take_unfinished (PstReplayCursor *self)
{
  PstReplayBad bad = { .reason = PST_REPLAY_CUT_OFF, .line = self->parser.line, .column = 1 };

  self->unfinished = FALSE;
  memcpy (bad.text, self->last_text, sizeof bad.text);
  pst_replay_report_notice (self->shared->report, self->name, &bad);
}

/* FALSE when the batch is full or the rows are used up. */
static gboolean
parse_on (PstReplayCursor *self)
{
  switch (pst_replay_parser_run (&self->parser, &self->start, self->end, self->events, self->lines, PST_REPLAY_BATCH, &self->n_events))
    {
    case PST_REPLAY_PARSE_BAD:
      take_bad (self);
      return !self->ended;
    case PST_REPLAY_PARSE_NOTICE:
      pst_replay_report_notice (self->shared->report, self->name, &self->parser.bad);
      return TRUE;
    case PST_REPLAY_PARSE_SYMBOL:
      take_symbol (self);
      return !self->ended;
    case PST_REPLAY_PARSE_PAST:
      self->ended = TRUE;
      return FALSE;
    case PST_REPLAY_PARSE_BYTES:
      if (self->unfinished && self->parser.bad.line != self->parser.line)
        take_unfinished (self);
      return FALSE;
    case PST_REPLAY_PARSE_FULL:
    default:
      return FALSE;
    }
}

gboolean
pst_replay_cursor_fill (PstReplayCursor *self, GError **error)
{
  if (self->next < self->n_events)
    return TRUE;
  self->n_events = self->next = 0;
  while (self->n_events == 0)
    {
      if (!self->ended && self->start == self->end && !fill_bytes (self))
        self->ended = TRUE;
      if (self->ended)
        break;
      while (parse_on (self))
        ;
    }
  if (self->n_events > 0)
    return TRUE;
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
