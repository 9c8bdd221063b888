# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules that another program checks, run as all others and with fixtures as they have."""

import re
import subprocess

from rule import Finding, rule

STYLE = ('{BasedOnStyle: GNU, ColumnLimit: 150, IndentWidth: 2, AlwaysBreakAfterDefinitionReturnType: All, BreakBeforeBraces: GNU, '
         'SpaceBeforeParens: Always, PointerAlignment: Right, SortIncludes: Never, AlignConsecutiveDeclarations: None, AlignEscapedNewlines: Left}')


def run(tree, command):
    return subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False)


@rule('format', 'C code is laid out by clang-format')
def clang_format(tree):
    files = tree.sources
    style = 'file' if tree.exists('.clang-format') else STYLE
    for start in range(0, len(files), 50):
        done = run(tree, ['clang-format-14', '--dry-run', f'--style={style}', *files[start:start + 50]])
        seen = set()
        for path, line in re.findall(r'^(\S+?):(\d+):\d+: (?:warning|error): code should be clang-formatted', done.stderr, re.MULTILINE):
            if path not in seen:
                yield Finding(path, int(line), f'not as clang-format lays it out: run clang-format-14 -i {path}')
            seen.add(path)


@rule('shell', 'shell scripts pass shellcheck')
def shell(tree):
    scripts = [f for f in tree.files if re.match(rb'#!.*\b(?:ba|da)?sh\b', tree.raw(f)[:64])]
    if not scripts:
        return
    done = run(tree, ['shellcheck', '--format=gcc', *scripts])
    for path, line, message in re.findall(r'^([^:\n]+):(\d+):\d+: \w+: (.*)$', done.stdout, re.MULTILINE):
        yield Finding(path, int(line), message)
