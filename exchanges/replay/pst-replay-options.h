/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of a replay feed: one table from which properties are installed, set and read, and their check against each other. */
#pragma once

#include "pst-replay-cursor.h"

G_BEGIN_DECLS

/**
 * PstReplayOptions:
 *
 * The values of the properties of the same names.
 */
typedef struct
{
  GStrv path;
  char *member;
  GStrv columns;
  gint header;
  char *delimiter;
  gint kind;
  gint time_format;
  char *time_zone;
  char *date;
  char *symbol;
  GStrv symbols;
  char *symbols_file;
  gint other_symbols;
  char *venue;
  char *base;
  char *quote;
  gint settlement;
  guint price_scale;
  guint size_scale;
  PstDecimal *price_step;
  PstDecimal *size_step;
  PstDecimal *size_min;
  PstDecimal *price_unit;
  PstDecimal *size_unit;
  PstDecimal *default_size;
  gint layout;
  gint64 bar_period;
  gint bar_timestamp;
  gint zero_volume;
  gint on_bad_row;
  gint last_line;
  char *from;
  char *to;
  guint max_row_bytes;
  guint block_bytes;
  guint64 rows_max;
  guint files_max;
  guint open_files_max;
  guint symbols_max;
  guint named_rows_max;
  gint64 pace;
} PstReplayOptions;

/* Installs all properties; ids from 1. */
void pst_replay_options_install (GObjectClass *klass);
/* Sets every option to its default. */
void pst_replay_options_init (PstReplayOptions *options, GObjectClass *klass);
void pst_replay_options_clear (PstReplayOptions *options);
/* (transfer full): "columns=...; symbol=..." of the options that are not at their default, but for those that do not matter to what rows say. */
char *pst_replay_options_describe (const PstReplayOptions *options, GObjectClass *klass);
gboolean pst_replay_options_set (PstReplayOptions *options, guint id, const GValue *value);
gboolean pst_replay_options_get (const PstReplayOptions *options, guint id, GValue *value);
/* Checks the options against each other and compiles them. @settings borrows from @options; its zone is owned by the caller. */
gboolean pst_replay_options_compile (const PstReplayOptions *options, PstReplaySettings *settings, GError **error);
/* Files that the option path means, in order of their names, each once. Errors: PST_EXCHANGE_ERROR_NOT_FOUND, PST_EXCHANGE_ERROR_IO,
 * PST_OPTION_ERROR_RANGE. */
GPtrArray *pst_replay_options_find_files (const PstReplayOptions *options, GError **error);
/* (transfer full): the symbols asked for; none: all are wanted. NULL on error. */
GPtrArray *pst_replay_options_read_symbols (const PstReplayOptions *options, GError **error);
/* @decimal at @scale, exactly; the error names @option. 0 for NULL. */
gboolean pst_replay_options_rescale (const char *option, const PstDecimal *decimal, guint scale, const char *scale_option, gint64 *mantissa,
                                     GError **error);

G_END_DECLS
