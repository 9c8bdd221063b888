# SPDX-License-Identifier: LGPL-2.1-or-later
"""Failing fixtures: one text file a rule, holding a small tree and the findings that the rule must make in it, no more and no less.

Everything before the first "-- PATH --" line is a note. A section holds one file; the section "expect" lists PATH:LINE.
Inside a file, "@repeat N TEXT" stands for N lines of TEXT, "@wide N C" for one line of N characters C, "<TAB>" for a tab,
"<SPACE>" for a space; a last line "@unfinished" takes the file's last newline away."""

import re
import tempfile
from pathlib import Path

from tree import Tree

HEAD = re.compile(r'^-- (\S+) --$')


def expand(lines):
    out = []
    for line in lines:
        words = line.split(' ', 2)
        if words[0] == '@repeat':
            out += [words[2]] * int(words[1])
        elif words[0] == '@wide':
            out.append(words[2] * int(words[1]))
        else:
            out.append(line.replace('<TAB>', '\t').replace('<SPACE>', ' '))
    if out and out[-1] == '@unfinished':
        return '\n'.join(out[:-1])
    return ''.join(line + '\n' for line in out)


def read(path):
    """The sections of a fixture: {path: text}, and the expected findings."""
    sections, name = {}, None
    for line in path.read_text(encoding='utf-8').splitlines():
        head = HEAD.match(line)
        if head:
            name = head[1]
            sections[name] = []
        elif name:
            sections[name].append(line)
    expected = {line.strip() for line in sections.pop('expect', []) if line.strip()}
    return {name: expand(lines) for name, lines in sections.items()}, expected


def self_test(rule, folder):
    """None, or what is wrong with the rule's own test."""
    path = folder / f'{rule.name}.txt'
    if not path.exists():
        return f'it has no failing fixture: write {path.name}'
    files, expected = read(path)
    if not expected:
        return f'{path.name} expects no finding: a fixture must fail'
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            target = Path(root) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding='utf-8')
            if text.startswith('#!'):
                target.chmod(0o755)
        found = {f'{finding.path}:{finding.line}' for finding in rule.check(Tree(root))}
    if found == expected:
        return None
    missed, wrong = sorted(expected - found), sorted(found - expected)
    return '; '.join(part for part in (missed and f'does not find {", ".join(missed)}', wrong and f'wrongly finds {", ".join(wrong)}') if part)
