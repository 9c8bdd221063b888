/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* simdjson beside ours, where Debian's package is there: the fastest general parser, which reads and throws away. It wants padded bytes: they are
 * given, outside of the time. */

#include <simdjson.h>
#include <string>
#include <vector>

extern "C"
{
#include "bench-feed.h"
}

double
bench_simdjson_pass (const TestFrames *frames)
{
  static simdjson::dom::parser parser;
  std::vector<simdjson::padded_string> padded;

  for (guint i = 0; i < frames->frames->len; i++)
    {
      const TestFrame *frame = &g_array_index (frames->frames, TestFrame, i);

      padded.emplace_back (frame->bytes, frame->length);
    }
  double start = bench_core_seconds ();
  for (const auto &text : padded)
    if (parser.parse (text).error () != simdjson::SUCCESS)
      return -1;
  return bench_core_seconds () - start;
}
