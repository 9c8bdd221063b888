/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin calls over the interface: who imports knows no plugin, and the plugin's reader stays where it is. */
#include "pst-row-reader.h"

G_DEFINE_INTERFACE (PstRowReader, pst_row_reader, G_TYPE_OBJECT)

static void
pst_row_reader_default_init (PstRowReaderInterface *iface)
{
  (void)iface;
}

/**
 * pst_row_reader_list_files:
 * @reader: a prepared reader
 *
 * Returns: (transfer none) (array zero-terminated=1): the paths of its files, in the order in which they are read
 */
const char *const *
pst_row_reader_list_files (PstRowReader *reader)
{
  g_return_val_if_fail (PST_IS_ROW_READER (reader), NULL);

  return PST_ROW_READER_GET_IFACE (reader)->list_files (reader);
}

/**
 * pst_row_reader_next_rows: (skip)
 * @reader: a prepared reader
 * @batch: (out caller-allocates): some rows, borrowed until the next call
 * @error: a #PstExchangeError or #PstOptionError
 *
 * Reads on. Any thread, one at a time.
 *
 * Returns: %PST_FEED_MORE when there are rows, %PST_FEED_END behind the last
 */
PstFeedStatus
pst_row_reader_next_rows (PstRowReader *reader, PstRowBatch *batch, GError **error)
{
  g_return_val_if_fail (PST_IS_ROW_READER (reader), PST_FEED_END);

  return PST_ROW_READER_GET_IFACE (reader)->next_rows (reader, batch, error);
}

/**
 * pst_row_reader_next_finding: (skip)
 * @reader: a reader
 * @finding: (out caller-allocates): the next, borrowed until the next call
 *
 * Takes what was found about the rows read so far.
 *
 * Returns: %FALSE when there is no more
 */
gboolean
pst_row_reader_next_finding (PstRowReader *reader, PstRowFinding *finding)
{
  g_return_val_if_fail (PST_IS_ROW_READER (reader), FALSE);

  return PST_ROW_READER_GET_IFACE (reader)->next_finding (reader, finding);
}

/**
 * pst_row_reader_describe:
 * @reader: a reader
 *
 * Returns: (transfer full): how rows are read: "option=value" of all that are not at their default, sorted, without the files
 */
char *
pst_row_reader_describe (PstRowReader *reader)
{
  g_return_val_if_fail (PST_IS_ROW_READER (reader), NULL);

  return PST_ROW_READER_GET_IFACE (reader)->describe (reader);
}

/**
 * pst_row_reader_get_bar_period:
 * @reader: a reader from which a row was read
 *
 * Returns: the period of its bars in nanoseconds; 0 when it is not told
 */
gint64
pst_row_reader_get_bar_period (PstRowReader *reader)
{
  g_return_val_if_fail (PST_IS_ROW_READER (reader), 0);

  return PST_ROW_READER_GET_IFACE (reader)->get_bar_period (reader);
}

/**
 * pst_row_reader_get_time_zone:
 * @reader: a reader
 *
 * Returns: (transfer none) (nullable): IANA name of the zone of its days
 */
const char *
pst_row_reader_get_time_zone (PstRowReader *reader)
{
  g_return_val_if_fail (PST_IS_ROW_READER (reader), NULL);

  return PST_ROW_READER_GET_IFACE (reader)->get_time_zone (reader);
}
