# SPDX-License-Identifier: LGPL-2.1-or-later
"""A sweep of crossing averages as one would write it with NumPy: whole columns, no loop over bars. Told a CSV with a close column and how many pairs
to try; prints the seconds that they took, without reading. Money is in doubles: all cash in, a fee of 1e-5 a side."""
import csv
import sys
import time

import numpy

with open(sys.argv[1], newline="") as stream:
    close = numpy.array([float(row["close"]) for row in csv.DictReader(stream)])
pairs = [(fast, slow) for fast in range(2, 101) for slow in range(fast + 1, 102)]
pairs = pairs[:: max(len(pairs) // int(sys.argv[2]), 1)]
start = time.process_time()
sums = numpy.concatenate(([0.0], numpy.cumsum(close - close[0])))
best = 0.0
for fast, slow in pairs:
    above = (sums[slow:] - sums[slow - fast : -fast]) / fast > (sums[slow:] - sums[:-slow]) / slow
    turns = numpy.flatnonzero(above[1:] != above[:-1]) + 1
    turns = turns[int(len(turns) > 0 and not above[turns[0]]) :]
    prices = close[turns + slow - 1]
    if len(prices) % 2:
        prices = numpy.append(prices, close[-1])
    best = max(best, float(numpy.prod(prices[1::2] / prices[::2] * (1 - 1e-5) / (1 + 1e-5))))
print(f"{time.process_time() - start:.6f} {len(pairs)}")
