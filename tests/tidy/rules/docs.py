# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules for documents."""

import posixpath
import re

from rule import Finding, rule
from tree import line_of

DECISION = re.compile(r'^docs/design/(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md$')
PROTOTYPE = re.compile(r'\bPST_API\s+((?:const\s+)?\w[\w\s]*?[\s*]+)(pst_\w+)\s*\(([^;{]*?)\)\s*(?:G_GNUC_\w+\s*(?:\([^;]*?\))?\s*)*;', re.DOTALL)
COMMENT = re.compile(r'/\*\*\s*\n \* (\w+):(.*?)\*/', re.DOTALL)
LINK = re.compile(r'\]\(([^)#\s]+)(?:#[^)]*)?\)')
# Their meaning is their name.
SELF_EXPLAINING = re.compile(r'_(get_type|quark)$')


@rule('public-doc', 'every public function has a gi-docgen comment with each parameter and what it returns')
def public_doc(tree):
    comments = {}
    for path in tree.ending('.c', under='framework/'):
        for match in COMMENT.finditer(tree.text(path)):
            comments.setdefault(posixpath.dirname(path), {})[match[1]] = match[2]
    for path in tree.ending('.h', under='framework/'):
        code = tree.code(path)
        for match in PROTOTYPE.finditer(code):
            if SELF_EXPLAINING.search(match[2]):
                continue
            line = line_of(code, match.start(2))
            comment = comments.get(posixpath.dirname(path), {}).get(match[2])
            if comment is None:
                yield Finding(path, line, f'{match[2]} has no /** {match[2]}: */ comment in the .c file: say what it does, units, errors, context')
                continue
            for name in parameters(match[3]):
                if f'@{name}:' not in comment:
                    yield Finding(path, line, f'the comment of {match[2]} does not say what @{name} is')
            if not re.fullmatch(r'\s*void\s*', match[1]) and 'Returns:' not in comment:
                yield Finding(path, line, f'the comment of {match[2]} does not say what it returns')


def parameters(text):
    """The names of a prototype's parameters; a function pointer's is between its first brackets."""
    depth, parts = 0, ['']
    for char in text:
        depth += (char == '(') - (char == ')')
        if char == ',' and depth == 0:
            parts.append('')
        else:
            parts[-1] += char
    for part in parts:
        part = part.strip()
        pointer = re.search(r'\(\s*\*\s*(\w+)\s*\)', part)
        if pointer:
            yield pointer[1]
        elif part == '...':
            yield '...'
        elif part not in ('void', ''):
            yield re.findall(r'\w+', re.sub(r'\[[^\]]*\]', '', part))[-1]


@rule('design-number', 'design decisions are numbered without gaps and say their number')
def design_number(tree):
    expected = 1
    for path in tree.files:
        if not path.startswith('docs/design/') or path.endswith(('README.md', 'meson.build')):
            continue
        match = DECISION.match(path)
        if not match:
            yield Finding(path, 1, 'the name must be NNNN-some-words.md')
            continue
        if int(match[1]) != expected:
            yield Finding(path, 1, f'the number must be {expected:04}: decisions count from 0001 without gaps or doubles')
        expected = int(match[1]) + 1
        if not re.match(r'# (\d{4}[.: ]|\w)', (tree.lines(path) or [''])[0]):
            yield Finding(path, 1, 'the first line must be the title: "# What was decided"')


@rule('doc-link', 'links between documents lead somewhere')
def doc_link(tree):
    folders = {posixpath.dirname(path) for path in tree.files}
    for path in tree.ending('.md'):
        for match in LINK.finditer(tree.text(path)):
            if re.match(r'[a-z]+:', match[1]):
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[1]))
            if not tree.exists(target) and target not in folders and not any(f.startswith(target + '/') for f in folders):
                yield Finding(path, line_of(tree.text(path), match.start()), f'{match[1]} does not exist')
