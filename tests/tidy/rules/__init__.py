# SPDX-License-Identifier: LGPL-2.1-or-later
"""All rules, by what they look at."""

from . import code, docs, layers, plugins, programs, tests, text  # noqa: F401 (each registers its rules)
