#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads what "meson test" logged and says what a person wants to know: which test cases failed and why, which were skipped
and why, and how many there were. Meson counts programs; this counts the test cases inside them (TAP)."""

import argparse
import json
import re
import sys
from pathlib import Path

from matrix import Matrix

TAIL_LINES = 40
RESULT = re.compile(r'^(ok|not ok)\b\s*\d*\s*-?\s*([^#]*?)\s*(?:#\s*(SKIP|T[O]DO)\S*\s*(.*))?$', re.IGNORECASE)


class Program:
    """One test program's outcome: its cases and, if it did not end well, why."""

    def __init__(self, folder, entry):
        self.folder = folder
        self.name = entry['name'].split(' / ')[-1]
        self.duration = entry.get('duration', 0.0)
        self.stdout = entry.get('stdout', '')
        self.stderr = entry.get('stderr', '')
        self.passed = []
        self.failed = []
        self.skipped = []
        self.read_cases()
        self.read_outcome(entry['result'])

    def read_cases(self):
        for line in self.stdout.splitlines():
            match = RESULT.match(line)
            if not match:
                continue
            name = match[2] or 'unnamed'
            if (match[3] or '').upper() in ('SKIP', 'TO' 'DO'):
                self.skipped.append((name, match[4] or 'no reason given'))
            elif match[1] == 'ok':
                self.passed.append(name)
            else:
                self.failed.append(name)

    def read_outcome(self, result):
        """A program that crashed, hung, leaked or left its plan unfinished failed, whatever its cases said."""
        if result in ('OK', 'EXPECTEDFAIL'):
            if not self.passed and not self.skipped:
                self.failed.append('the program ran no test case')
        elif result == 'SKIP':
            if not self.skipped:
                self.skipped.append((self.name, 'the whole program'))
        elif not self.failed:
            after = f' after {self.passed[-1]}' if self.passed else ''
            self.failed.append({'TIMEOUT': 'ran out of time'}.get(result, 'ended badly (crash, sanitizer or broken plan)') + after)

    def show_failure(self):
        print(f'\nFAILED {self.folder}: {self.name}')
        for case in self.failed:
            print(f'  {case}')
        for title, text in (('output', self.stdout), ('errors', self.stderr)):
            lines = text.rstrip().splitlines()
            if lines:
                print(f'  --- the end of its {title}')
                print('\n'.join('  ' + line for line in lines[-TAIL_LINES:]))


def read_folder(folder):
    log = Path(folder) / 'meson-logs' / 'testlog.json'
    if not log.exists():
        return []
    with log.open(encoding='utf-8', errors='replace') as lines:
        return [Program(folder, json.loads(line)) for line in lines if line.strip()]


def show_runner_failure(folder, programs):
    """Meson itself may fail, and log nothing of it: its exit status is then what tells."""
    status = Path(folder) / 'test.status'
    if not status.exists() or status.read_text(encoding='utf-8').strip() == '0' or any(program.failed for program in programs):
        return False
    print(f'\nFAILED {folder}: meson test did not end well')
    print((Path(folder) / 'test.log').read_text(encoding='utf-8', errors='replace')[-2000:])
    return True


def show_skipped(programs):
    reasons = {}
    for program in programs:
        for case, reason in program.skipped:
            reasons.setdefault((program.name, case, reason), []).append(program.folder)
    for (name, case, reason), folders in reasons.items():
        print(f'skipped {name} {case}: {reason} ({", ".join(folders)})')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--counts', help='a file to write "PASSED FAILED SKIPPED" to')
    parser.add_argument('--matrix', help='a list of lines, each of which must have its test cases: printed as a table')
    parser.add_argument('folder', nargs='+', help='a build folder')
    arguments = parser.parse_args()

    passed = failed = skipped = 0
    every = []
    for folder in arguments.folder:
        programs = read_folder(folder)
        failed += show_runner_failure(folder, programs)
        every += programs
        for program in programs:
            if program.failed:
                program.show_failure()
    show_skipped(every)
    if arguments.matrix:
        matrix = Matrix(arguments.matrix)
        matrix.read(every)
        for name in matrix.show():
            print(f'FAILED {name}: it has no test on every backend')
            failed += 1
    print()
    for folder in arguments.folder:
        programs = [program for program in every if program.folder == folder]
        counts = [sum(len(getattr(program, kind)) for program in programs) for kind in ('passed', 'failed', 'skipped')]
        slowest = max(programs, key=lambda program: program.duration, default=None)
        print(f'{folder}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped in {len(programs)} programs'
              + (f' (slowest: {slowest.name}, {slowest.duration:.1f} s)' if slowest else ''))
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
    if passed + failed == 0:
        print('no test ran')
        failed = 1
    if arguments.counts:
        Path(arguments.counts).write_text(f'{passed} {failed} {skipped}\n', encoding='utf-8')
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
