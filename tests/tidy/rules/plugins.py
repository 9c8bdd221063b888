# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules for plugin folders."""

import configparser
import re

from rule import Finding, rule
from tree import PLUGIN_ROOTS

HEADINGS = ['## Purpose', '## Options', '## External access', '## Behaviour on faults', '## Tests and where their data come from']
KEYS_REQUIRED = ['Id', 'Name', 'Kind', 'Module', 'Version', 'Abi', 'NumberFormat', 'Description', 'Authors', 'License']
KEYS = KEYS_REQUIRED + ['Website']
KEYS_FILLED = {'Version': '@VERSION@', 'Abi': '@ABI@', 'NumberFormat': '@NUMBER_FORMAT@', 'License': 'LGPL-2.1-or-later'}
OPTION = re.compile(r'_param_spec_\w+\s*\(\s*"([a-z][a-z0-9-]*)"')


def plugin_id(folder):
    """The id that a folder stands for. The template of a kind is "template-KIND"."""
    parts = folder.split('/')
    return f'template-{parts[2]}' if parts[:2] == ['plugins', 'template'] else parts[-1]


def plugin_kind(folder):
    parts = folder.split('/')
    return parts[2] if parts[:2] == ['plugins', 'template'] else PLUGIN_ROOTS[parts[0]]


@rule('plugin-folder', 'a plugin folder is whole: manifest, README, build file, sources, test')
def plugin_folder(tree):
    for folder in tree.plugins:
        name = plugin_id(folder)
        for path in (f'{folder}/{name}.plugin.in', f'{folder}/README.md', f'{folder}/{name}-test.c'):
            if not tree.exists(path):
                yield Finding(f'{folder}/meson.build', 1, f'the plugin {name} lacks {path}: write it')
        if not [f for f in tree.ending('.c', under=folder + '/') if not f.endswith('-test.c')]:
            yield Finding(f'{folder}/meson.build', 1, f'the plugin {name} has no source')


@rule('plugin-manifest', 'a manifest names the plugin as its folder does, and all keys')
def plugin_manifest(tree):
    for folder in tree.plugins:
        name = plugin_id(folder)
        path = f'{folder}/{name}.plugin.in'
        if tree.exists(path):
            for message in manifest_problems(tree.text(path), name, plugin_kind(folder)):
                yield Finding(path, 1, message)


def manifest_problems(text, name, kind):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    try:
        parser.read_string(text)
        keys = dict(parser['Plugin'])
    except (configparser.Error, KeyError) as error:
        yield f'not a key file with a group [Plugin]: {str(error).splitlines()[0]}'
        return
    for key in KEYS_REQUIRED:
        if not keys.get(key):
            yield f'the key {key} is missing or empty: the keys are {", ".join(KEYS)}'
    for key in keys:
        if key not in KEYS:
            yield f'the key {key} is unknown: the keys are {", ".join(KEYS)}'
    for key, value in {'Id': name, 'Module': name, 'Kind': kind, **KEYS_FILLED}.items():
        if keys.get(key) and keys[key] != value:
            yield f'{key}={keys[key]}: must be {value}'


def sections(tree, path):
    """The headings of a Markdown file, as (line, heading), outside code blocks."""
    inside = False
    for number, line in enumerate(tree.lines(path), 1):
        if line.startswith('```'):
            inside = not inside
        elif not inside and re.match(r'#{1,2} ', line):
            yield number, line.rstrip()


@rule('plugin-readme', 'a plugin\'s README has the same headings everywhere, none of them empty')
def plugin_readme(tree):
    for folder in tree.plugins:
        path = f'{folder}/README.md'
        if not tree.exists(path):
            continue
        wanted = [f'# {plugin_id(folder)}'] + HEADINGS
        found = list(sections(tree, path))
        if [heading for _, heading in found] != wanted:
            at = next((line for (line, heading), want in zip(found, wanted) if heading != want), 1)
            yield Finding(path, at, f'the headings must be, in this order: {"; ".join(wanted)}')
        ends = [line for line, _ in found[1:]] + [len(tree.lines(path)) + 1]
        for (line, heading), end in zip(found, ends):
            if heading.startswith('## ') and not ''.join(tree.lines(path)[line:end - 1]).strip():
                yield Finding(path, line, f'"{heading}" says nothing: write what holds, if only that there is none')


@rule('plugin-options', 'a plugin\'s README names every option')
def plugin_options(tree):
    for folder in tree.plugins:
        readme = f'{folder}/README.md'
        if not tree.exists(readme):
            continue
        match = re.search(r'^## Options\n(.*?)(?=^## |\Z)', tree.text(readme), re.MULTILINE | re.DOTALL)
        told = set(re.findall(r'`([a-z][a-z0-9-]*)`', match[1])) if match else set()
        for path in tree.ending('.c', under=folder + '/'):
            if path.endswith('-test.c'):
                continue
            for name in sorted(set(OPTION.findall(tree.text(path))) - told):
                yield Finding(readme, 1, f'the section Options does not name `{name}` ({path}): say what it does, its range and default')
