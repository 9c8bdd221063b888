# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a rule is: a name, a sentence, and a function from a tree to findings."""

from typing import Callable, NamedTuple


class Finding(NamedTuple):
    path: str
    line: int
    message: str


class Rule(NamedTuple):
    name: str
    sentence: str
    check: Callable


RULES = {}


def rule(name, sentence):
    """Registers the decorated generator of findings under a name; tests/tidy/fixtures/NAME.txt must make it find something."""
    def register(check):
        RULES[name] = Rule(name, sentence, check)
        return check
    return register
