# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules for who may know whom."""

import posixpath
import re

from rule import Finding, rule
from tree import line_of

# Lowest first; engine and backtest stand beside each other. The test kit may use all, and tests may use the test kit.
RANK = {'model': 0, 'sdk': 1, 'engine': 2, 'backtest': 2, 'host': 3, 'control': 4, 'tools': 5, 'check': 6}
ORDER = 'model, sdk, engine and backtest, host, control, tools'
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def includes(tree, path):
    for match in INCLUDE.finditer(tree.text(path)):
        yield line_of(tree.text(path), match.start(2)), match[1], match[2]


def layer_of(path):
    parts = path.split('/')
    if parts[0] != 'framework':
        return None
    return parts[1] if len(parts) > 2 else 'sdk'


def for_tests(path):
    """A test, or a header that only tests share."""
    return path.endswith('-test.c') or posixpath.basename(path).startswith('pst-test-')


def find_header(tree, path, name):
    """The file of ours that an include names: beside the file that includes it, or from framework/."""
    for candidate in (posixpath.join(posixpath.dirname(path), name), posixpath.join('framework', name)):
        candidate = posixpath.normpath(candidate)
        if tree.exists(candidate):
            return candidate
    if name in ('penstock.h', 'pst-enums.h', 'penstock-check.h'):
        return 'framework/check/penstock-check.h' if name == 'penstock-check.h' else 'framework/' + name
    return None


@rule('layers', 'an include never points up the layers')
def layers(tree):
    for path in tree.ending('.c', '.h', under='framework/'):
        own = layer_of(path)
        if own not in RANK:
            yield Finding(path, 1, f'the folder is no layer: the layers are {ORDER} (and check)')
            continue
        if path == 'framework/penstock.h':
            continue
        for line, _, name in includes(tree, path):
            target = find_header(tree, path, name)
            other = layer_of(target) if target else None
            if name == 'pst-enums.h' or other not in RANK or RANK[other] <= RANK[own]:
                continue
            if for_tests(path) and (other == 'check' or name == 'penstock.h'):
                continue
            yield Finding(path, line, f'{own} may not know {other} ({name}): an include points down only: {ORDER}')


@rule('plugin-include', 'of ours, a plugin includes only <penstock.h>')
def plugin_include(tree):
    for folder in tree.plugins:
        for path in tree.ending('.c', '.h', under=folder + '/'):
            allowed = ['penstock.h'] + (['penstock-check.h'] if path.endswith(('-test.c', '-test-kit.h')) else [])
            for line, quote, name in includes(tree, path):
                beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
                if quote == '"':
                    if not beside.startswith(folder + '/') or name in allowed:
                        yield Finding(path, line, f'"{name}" is not in the plugin\'s folder: a plugin includes its own headers and <penstock.h>')
                elif name not in allowed and (find_header(tree, path, name) or posixpath.basename(name).startswith(('pst-', 'penstock'))):
                    yield Finding(path, line, f'<{name}> is the host\'s own: include <{"> or <".join(allowed)}>')
