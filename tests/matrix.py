# SPDX-License-Identifier: LGPL-2.1-or-later
"""The lines of ledger-matrix.txt and what became of their test cases, on each backend. A case belongs to a line by the id in its path,
and to SQLite when the path does not say PostgreSQL."""

import re
from pathlib import Path

BACKENDS = ('sqlite', 'postgresql')
ID = re.compile(r'\b([A-Z]{2}-\d\d)\b', re.IGNORECASE)


class Matrix:
    """Cells by (id, backend): the outcomes of the cases that belong there."""

    def __init__(self, path):
        self.lines = {}
        self.cells = {}
        for line in Path(path).read_text(encoding='utf-8').splitlines():
            if line.strip() and not line.startswith('#'):
                name, sentence = line.split(' ', 1)
                self.lines[name] = sentence

    def add(self, case, outcome):
        backend = 'postgresql' if 'postgres' in case.lower() else 'sqlite'
        for name in ID.findall(case):
            if name.upper() in self.lines:
                self.cells.setdefault((name.upper(), backend), []).append(outcome)

    def read(self, programs):
        for program in programs:
            for case in program.passed:
                self.add(case, 'passed')
            for case in program.failed:
                self.add(case, 'FAILED')
            for case, _ in program.skipped:
                self.add(case, 'skipped')

    def cell(self, name, backend):
        """The worst outcome and of how many cases."""
        outcomes = self.cells.get((name, backend), [])
        for outcome in ('FAILED', 'skipped', 'passed'):
            if outcome in outcomes:
                return f'{outcome} ({len(outcomes)})'
        return 'no test'

    def show(self):
        """Prints the table; returns the ids that lack a test somewhere."""
        width = max(len(sentence) for sentence in self.lines.values())
        print(f'\n{"":6}{"":{width}}  ' + '  '.join(f'{backend:12}' for backend in BACKENDS).rstrip())
        for name, sentence in self.lines.items():
            cells = '  '.join(f'{self.cell(name, backend):12}' for backend in BACKENDS)
            print(f'{name} {sentence:{width}}  {cells}'.rstrip())
        return [name for name in self.lines if any(self.cell(name, backend) == 'no test' for backend in BACKENDS)]
