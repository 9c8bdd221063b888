# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules for every text file."""

import re

from rule import Finding, rule
from tree import CODE_SUFFIXES, line_of

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
FILE_LINES_MAX = 799
COLUMNS_MAX = 150
MARKS = re.compile(r'\b(' + '|'.join(('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK')) + r')\b')
MACHINE_PATH = re.compile(r'(?<![\w./$}-])/(?:home|root|work|farm|mnt|Users|media)/[\w.-]+')
BUILD_OUTPUT = re.compile(r'(^|/)(build(-[\w-]+)?|__pycache__|meson-logs|\.cache)/|\.(o|so|a|lo|la|gcno|gcda|pyc|gir|typelib|orig|rej|core|swp)$|~$')


def our_text(tree):
    return [f for f in tree.files if tree.is_text(f) and '/testdata/' not in f and not f.startswith('tests/fuzz/corpus/') and f != 'COPYING']


@rule('licence', 'source files name their licence in the first line')
def licence(tree):
    for path in tree.files:
        script = tree.is_script(path)
        if not (path.endswith(('.c', '.h', '.py', '.sh', '.c.in', '.h.in')) or script):
            continue
        lines = tree.lines(path)
        at = 1 if script else 0
        if len(lines) <= at or LICENCE not in lines[at]:
            yield Finding(path, at + 1, f'the line must say {LICENCE}')


@rule('file-length', 'a file stays under 800 lines')
def file_length(tree):
    for path in our_text(tree):
        count = len(tree.lines(path))
        if path.endswith(CODE_SUFFIXES + ('.md', '.sql', '.xml')) and count > FILE_LINES_MAX:
            yield Finding(path, FILE_LINES_MAX + 1,
                          f'the file has {count} lines: split it by what its parts are for; under {FILE_LINES_MAX + 1} are allowed')


@rule('text-form', 'text is UTF-8, ends with a newline, has no tabs in code, no trailing blanks and no line over 150 columns')
def text_form(tree):
    for path in our_text(tree):
        text = tree.text(path)
        code = path.endswith(CODE_SUFFIXES) or tree.is_script(path)
        if text and not text.endswith('\n'):
            yield Finding(path, len(tree.lines(path)), 'the last line lacks its newline: add it')
        for number, line in enumerate(text.split('\n'), 1):
            if '\ufffd' in line:
                yield Finding(path, number, 'not UTF-8: save the file as UTF-8')
            if '\r' in line:
                yield Finding(path, number, 'carriage return: end lines with a newline alone')
            if code and '\t' in line:
                yield Finding(path, number, 'tab: indent with spaces')
            if code and len(line) > COLUMNS_MAX:
                yield Finding(path, number, f'{len(line)} columns: break the line; {COLUMNS_MAX} are allowed')
            if code and line != line.rstrip(' '):
                yield Finding(path, number, 'blanks at the end of the line: remove them')


@rule('marks', 'nothing is marked as left for later')
def marks(tree):
    for path in our_text(tree):
        if path.startswith('tests/tidy/'):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            match = MARKS.search(line)
            if match:
                yield Finding(path, number, f'{match[0]}: finish it, or file an issue and say in words what the code does not do')


@rule('machine-path', 'no path of one machine stands in the tree')
def machine_path(tree):
    for path in our_text(tree):
        if path.startswith('tests/tidy/'):
            continue
        for match in MACHINE_PATH.finditer(tree.text(path)):
            yield Finding(path, line_of(tree.text(path), match.start()),
                          f'{match[0]}: use a path relative to the source or build folder, or one that the user gives')


@rule('build-output', 'what a build makes is not kept in git')
def build_output(tree):
    for path in tree.files:
        if BUILD_OUTPUT.search(path) or tree.raw(path)[:4] == b'\x7fELF':
            yield Finding(path, 1, 'this is the output of a build: git rm --cached it, and let .gitignore name it')
