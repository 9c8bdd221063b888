#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks the tree against the rules that docs and CONTRIBUTING.md promise. A rule that no check runs is not a rule, and a check
that nothing fails is none: each has a fixture under fixtures/ that must fail."""

import argparse
import sys
from pathlib import Path

import rules  # noqa: F401 (registers all)
from fixture import self_test
from rule import RULES
from tree import Tree

FIXTURES = Path(__file__).resolve().parent / 'fixtures'


def check_rule(rule, tree):
    findings = sorted(set(rule.check(tree)))
    for finding in findings:
        print(f'{finding.path}:{finding.line}: {rule.name}: {finding.message}')
    return not findings


def check_self(rule):
    problem = self_test(rule, FIXTURES)
    if problem:
        print(f'tests/tidy: {rule.name}: its own test fails: {problem}')
    return problem is None


def orphan_fixtures():
    """Fixtures whose rule is gone; a rule may not be dropped without anyone noticing."""
    for path in sorted(FIXTURES.iterdir()):
        if path.suffix != '.txt' or path.stem not in RULES:
            print(f'tests/tidy/fixtures/{path.name}:1: fixture: no rule has this name')
            yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--list', action='store_true', help='name the rules')
    parser.add_argument('--self-test', action='store_true', help='only check the rules against their fixtures')
    parser.add_argument('--root', default=Path(__file__).resolve().parents[2], help='the tree to check (this one)')
    parser.add_argument('--counts', help='a file to write "PASSED FAILED SKIPPED" to')
    parser.add_argument('rule', nargs='*', help='only these rules')
    arguments = parser.parse_args()

    unknown = [name for name in arguments.rule if name not in RULES]
    if unknown:
        parser.error(f'unknown rule {unknown[0]}: one of {", ".join(RULES)}')
    chosen = [rule for rule in RULES.values() if not arguments.rule or rule.name in arguments.rule]
    if arguments.list:
        for rule in chosen:
            print(f'{rule.name:18} {rule.sentence}')
        return 0

    tree = Tree(arguments.root)
    outcomes = [check_self(rule) for rule in chosen]
    if not arguments.rule:
        outcomes.append(not list(orphan_fixtures()))
    if not arguments.self_test:
        outcomes += [check_rule(rule, tree) for rule in chosen]
    failed = outcomes.count(False)
    if arguments.counts:
        Path(arguments.counts).write_text(f'{len(outcomes) - failed} {failed} 0\n', encoding='utf-8')
    print(f'{len(outcomes) - failed} passed, {failed} failed, 0 skipped')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
