#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes a folder for LOCPATH that holds one locale with a decimal comma. localedef exits 1 for mere warnings.
set -u
mkdir -p "$1"
localedef -i de_DE -f UTF-8 "$1/de_DE.UTF-8" >/dev/null 2>&1
[ -f "$1/de_DE.UTF-8/LC_NUMERIC" ]
