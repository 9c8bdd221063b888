# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules that another program checks, run as all others and with fixtures as they have."""

import json
import posixpath
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

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


def compile_commands(tree):
    """How each of our sources, tests aside, is compiled: as build/ does it, or plainly in a tree that has no build/."""
    sources = {f for f in tree.ending('.c') if not tree.is_test(f)}
    database = tree.root / 'build' / 'compile_commands.json'
    if not database.exists():
        return {path: (['cc', '-O2', path], tree.root) for path in sources}
    commands = {}
    for entry in json.loads(database.read_text(encoding='utf-8')):
        path = posixpath.normpath(posixpath.join('build', entry['file']))
        if path in sources:
            words = shlex.split(entry['command'])
            # Neither the object nor the list of its headers may be touched.
            for option in ('-o', '-MF', '-MQ'):
                at = words.index(option)
                del words[at:at + 2]
            commands[path] = ([word for word in words if word not in ('-MD', '-c')], tree.root / 'build')
    return commands


@rule('analyzer', 'gcc -fanalyzer finds no leak, null dereference or use after free')
def analyzer(tree):
    def analyze(item):
        path, (command, folder) = item
        # Nothing of the object is looked at: without debugging information and assembler it is made in a seventh less time.
        more = ['-fanalyzer', '-fdiagnostics-color=never', '-fdiagnostics-path-format=none', '-g0', '-S', '-o', '/dev/null']
        return path, subprocess.run(command + more, cwd=folder, capture_output=True, text=True, check=False).stderr

    with ThreadPoolExecutor(max_workers=2) as workers:
        for path, output in workers.map(analyze, sorted(compile_commands(tree).items())):
            for line, message in re.findall(r'^\S*?' + re.escape(posixpath.basename(path)) + r':(\d+):\d+: warning: (.*)$', output, re.MULTILINE):
                yield Finding(path, int(line), f'{message}: mend it, or make it plain to the compiler that it cannot happen')
