# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules for tests."""

import posixpath
import re

from rule import Finding, rule
from tree import line_of

ASSERTS = re.compile(r'\b(g_assert\w*|g_test_fail\w*|g_test_trap_assert\w*|\w*(?:assert|expect|conformance)\w*)\s*\(')
REGISTERED = re.compile(r'\bg_test_add(?:_func|_data_func|_data_func_full|_vtable)?\s*\(')
WORD = re.compile(r'\b([A-Za-z_]\w*)\b')
# Framework sources that are only glue for what is tested elsewhere.
NO_TEST_OF_ITS_OWN = ('framework/tools/', 'framework/check/')


@rule('test-listed', 'every test is built and run')
def test_listed(tree):
    builds = {posixpath.dirname(path): tree.text(path) for path in tree.files if posixpath.basename(path) == 'meson.build'}
    for path in tree.ending('-test.c'):
        folder, name = posixpath.split(path)
        listed = False
        while folder and not listed:
            listed = bool(re.search(r'(?<![\w-])' + re.escape(name), builds.get(folder, '')))
            folder = posixpath.dirname(folder)
        if not listed:
            yield Finding(path, 1, f'no meson.build lists {name}: it never runs; add it to the folder\'s list of tests')


@rule('test-beside', 'every object of the framework has its test beside it')
def test_beside(tree):
    for path in tree.ending('.c', under='framework/'):
        if path.endswith('-test.c') or path.startswith(NO_TEST_OF_ITS_OWN) or not posixpath.basename(path).startswith('pst-'):
            continue
        test = path[:-2] + '-test.c'
        header = path[:-2] + '.h'
        if tree.exists(header) and not tree.exists(test):
            yield Finding(path, 1, f'there is no {posixpath.basename(test)}: an object\'s test stands beside it')


@rule('test-assertion', 'every test case asserts something')
def test_assertion(tree):
    bodies = {}
    for tag in tree.functions:
        if tree.is_test(tag.path):
            lines = tree.code(tag.path).split('\n')[tag.line - 1:tag.end]
            bodies.setdefault(tag.path, {})[tag.name] = (tag.line, '\n'.join(lines))
    for path in tree.ending('-test.c'):
        functions = bodies.get(path, {})
        cases = list(registrations(tree.code(path), functions))
        if not cases:
            yield Finding(path, 1, 'the file adds no test case: use g_test_add_func')
        for line, names in cases:
            if names and not any(asserts(name, functions, set()) for name in names):
                yield Finding(path, line, f'{" and ".join(sorted(names))} asserts nothing: it cannot fail; assert what a user would lose')


def registrations(code, functions):
    """Each place where a test case is added, with the file's functions that it names (test, set-up and tear-down). A macro
    around g_test_add counts where it is used."""
    macros = re.findall(r'^[ ]*#[ ]*define[ ]+(\w+)\([^\n]*\bg_test_add', code, re.MULTILINE)
    calls = re.compile('|'.join([REGISTERED.pattern] + [rf'\b{macro}\s*\(' for macro in macros]))
    for match in calls.finditer(code):
        if not re.match(r'[ ]*#', code[code.rfind('\n', 0, match.start()) + 1:]):
            end = code.find(';', match.end())
            yield line_of(code, match.start()), set(WORD.findall(code[match.end():end])) & set(functions)


def asserts(name, functions, seen):
    """Whether a function, or one of the file's own that it calls, asserts."""
    if name in seen or name not in functions:
        return False
    seen.add(name)
    body = functions[name][1]
    return bool(ASSERTS.search(body)) or any(asserts(word, functions, seen) for word in set(WORD.findall(body)) & set(functions))


@rule('test-skip', 'a skipped test says why')
def test_skip(tree):
    for path in tree.ending('.c'):
        for match in re.finditer(r'g_test_(?:skip|incomplete)\s*\(\s*(NULL|"[^"]{0,9}")\s*\)', tree.text(path)):
            yield Finding(path, line_of(tree.text(path), match.start()), 'the reason is missing: say what is not there and how to get it')
