# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files that rules look at: read once, C text also without comments and strings, and what ctags knows of it."""

import json
import os
import re
import shutil
import subprocess
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

PLUGIN_ROOTS = {'exchanges': 'exchange', 'strategies': 'strategy', 'risk': 'guard', 'storage': 'store', 'plugins': 'service'}
CODE_SUFFIXES = ('.c', '.h', '.py', '.sh', '.build')
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


class Tag(NamedTuple):
    """A C function or file-scope variable."""
    path: str
    name: str
    kind: str
    line: int
    end: int


def blank(match):
    """A comment or the inside of a string as spaces, so that lines and columns stay."""
    text = match[0]
    if text[0] == '/':
        return re.sub(r'[^\n]', ' ', text)
    return text[0] + ' ' * (len(text) - 2) + text[-1]


class Tree:
    """A project's source tree."""

    def __init__(self, root):
        self.root = Path(root)
        self._text = {}
        self._code = {}

    @cached_property
    def files(self):
        """All files that belong to the project, tracked by git or about to be, as sorted relative paths."""
        git = ['git', '-C', str(self.root), 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
        if (self.root / '.git').exists() and shutil.which('git'):
            done = subprocess.run(git, capture_output=True, check=False)
            if done.returncode == 0:
                names = {name for name in done.stdout.decode().split('\0') if name}
                return sorted(name for name in names if (self.root / name).is_file())
        return sorted(self.walk())

    def walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if f not in ('.git', '.cache', '__pycache__', 'build')
                          and not (Path(folder) == self.root and f.startswith('build-'))]
            for name in names:
                yield str((Path(folder) / name).relative_to(self.root))

    def ending(self, *suffixes, under=''):
        return [f for f in self.files if f.startswith(under) and f.endswith(suffixes) and '/testdata/' not in f]

    def exists(self, path):
        return path in self._file_set

    @cached_property
    def _file_set(self):
        return set(self.files)

    def raw(self, path):
        return (self.root / path).read_bytes()

    def text(self, path):
        if path not in self._text:
            self._text[path] = self.raw(path).decode('utf-8', errors='replace')
        return self._text[path]

    def lines(self, path):
        return self.text(path).splitlines()

    def code(self, path):
        """C text with comments and the insides of strings blanked."""
        if path not in self._code:
            self._code[path] = TOKEN.sub(blank, self.text(path))
        return self._code[path]

    def is_text(self, path):
        return b'\0' not in self.raw(path)[:8192]

    def is_script(self, path):
        return self.raw(path).startswith(b'#!')

    def is_test(self, path):
        return path.endswith(('-test.c', '-test-kit.h')) or path.startswith('tests/')

    @property
    def sources(self):
        return self.ending('.c', '.h')

    @cached_property
    def tags(self):
        """Functions and file-scope variables of all C files."""
        files = '\n'.join(self.sources)
        if not files:
            return []
        program = shutil.which('ctags-universal') or 'ctags'
        command = [program, '-L', '-', '--languages=C', '--langmap=C:.c.h', '--kinds-C=fv', '--fields=+neK', '--output-format=json',
                   '-I', 'PST_API,G_GNUC_PRINTF+,G_GNUC_UNUSED,G_GNUC_WARN_UNUSED_RESULT']
        done = subprocess.run(command, input=files, capture_output=True, text=True, check=True, cwd=self.root)
        tags = (json.loads(line) for line in done.stdout.splitlines())
        return [Tag(t['path'], t['name'], t['kind'], t['line'], t.get('end', t['line'])) for t in tags if t['_type'] == 'tag']

    @property
    def functions(self):
        return [tag for tag in self.tags if tag.kind == 'function']

    @cached_property
    def plugins(self):
        """Plugin folders: those of the plugin roots that hold a meson.build, and the templates' own."""
        found = []
        for path in self.files:
            parts = path.split('/')
            if parts[-1] != 'meson.build' or parts[0] not in PLUGIN_ROOTS:
                continue
            if len(parts) == 3 and parts[1] != 'template' or len(parts) == 4 and parts[:2] == ['plugins', 'template']:
                found.append('/'.join(parts[:-1]))
        return found


def line_of(text, position):
    return text.count('\n', 0, position) + 1
