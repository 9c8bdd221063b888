# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules for C code."""

import re

from rule import Finding, rule
from tree import line_of

FUNCTION_LINES_MAX = 70

# What may not be called, and what to call instead. Where a third member stands, it says where the call is right.
BANNED = [
    (('sprintf', 'vsprintf'), 'g_snprintf or g_strdup_printf', ()),
    (('strcpy', 'stpcpy'), 'g_strlcpy', ()),
    (('strcat', 'strncat'), 'g_strlcat or GString', ()),
    (('gets',), 'g_data_input_stream_read_line', ()),
    (('atoi', 'atol', 'atoll', 'strtol', 'strtoul'), 'g_ascii_string_to_signed, which checks the whole text', ()),
    (('atof', 'strtod', 'strtof', 'g_strtod'), 'pst_decimal_parse for money, g_ascii_strtod for statistics', ()),
    (('rand', 'srand', 'random', 'srandom', 'drand48', 'g_random_int', 'g_random_int_range', 'g_random_double', 'g_random_boolean'),
     'PstRandom, seeded from the run', ()),
    (('time', 'gettimeofday', 'clock_gettime', 'g_get_real_time', 'g_date_time_new_now', 'g_date_time_new_now_utc',
      'g_date_time_new_now_local', 'localtime', 'gmtime'),
     'the run\'s PstClock', ('framework/sdk/pst-system-clock.c', 'framework/tools/', 'tests/bench/')),
    (('g_idle_add', 'g_idle_add_full', 'g_timeout_add', 'g_timeout_add_full', 'g_timeout_add_seconds', 'g_main_context_default'),
     'the run\'s own context and PstClock\'s timers', ('framework/tools/',)),
    (('g_error', 'abort', 'exit', '_exit'), 'a GError, or pst_invariant for what must hold',
     ('framework/tools/', 'framework/check/', 'tests/', '-test.c')),
    (('system', 'popen', 'g_spawn_command_line_sync', 'g_spawn_command_line_async'), 'GSubprocess with an argument vector', ()),
    (('usleep', 'sleep', 'nanosleep', 'g_usleep'), 'a timer of PstClock, or wait for the event itself', ()),
    (('g_signal_emit_by_name',), 'g_signal_emit with the id kept at registration', ('tests/', '-test.c')),
    (('g_message', 'g_warning', 'g_info', 'g_print', 'printf', 'g_printerr', 'fprintf'),
     'a GError, an alert or g_debug: a library does not log above debug; the one who decides reports',
     ('framework/tools/', 'tests/', '-test.c', 'data/', 'framework/check/')),
    (('setlocale', 'setenv', 'g_setenv', 'putenv', 'chdir'), 'an argument: the process\'s state belongs to the program',
     ('framework/tools/', 'data/', 'tests/', '-test.c', 'framework/check/')),
    (('g_object_ref_sink', 'g_variant_ref_sink_object', 'g_object_force_floating'), 'a plain reference: no floating objects', ()),
]
CALLS = {name: (instead, places) for names, instead, places in BANNED for name in names}
CALL = re.compile(r'(?<![\w.>])(' + '|'.join(sorted(CALLS, key=len, reverse=True)) + r')\s*\(')

# File-scope variables that GObject itself asks for, by name and by type.
STATE_ALLOWED = re.compile(r'(_parent_class|_private_offset)$|^(signals|properties|props|option_specs|options)$')
STATE_CONST = re.compile(r'\b(const|GSourceFuncs)\b')


@rule('function-length', 'a function has up to 70 lines')
def function_length(tree):
    for tag in tree.functions:
        count = tag.end - tag.line + 1
        if count > FUNCTION_LINES_MAX:
            yield Finding(tag.path, tag.line,
                          f'{tag.name} has {count} lines: give its steps functions of their own; {FUNCTION_LINES_MAX} are allowed')


@rule('banned-call', 'calls that bring locale, wall clock, hidden state or overflow are not made')
def banned_call(tree):
    for path in tree.sources:
        code = tree.code(path)
        for match in CALL.finditer(code):
            instead, places = CALLS[match[1]]
            if any(path.endswith(place) if place.endswith('.c') else path.startswith(place) for place in places):
                continue
            yield Finding(path, line_of(code, match.start()), f'{match[1]}() is not used here: use {instead}')


@rule('header-guard', 'headers say #pragma once')
def header_guard(tree):
    for path in tree.ending('.h'):
        if not re.search(r'^#pragma once$', tree.text(path), re.MULTILINE):
            yield Finding(path, 1, 'the header can be read twice: write #pragma once after the opening comment')


@rule('file-state', 'no mutable state at file scope')
def file_state(tree):
    for tag in tree.tags:
        if tag.kind != 'variable' or STATE_ALLOWED.search(tag.name):
            continue
        text = declaration(tree.code(tag.path).split('\n'), tag.line)
        if not STATE_CONST.search(text) and not tree.is_test(tag.path) and not tag.path.startswith('framework/tools/'):
            yield Finding(tag.path, tag.line, f'{tag.name} is shared by all runs: put it into an object, or make it const')


def declaration(lines, end):
    """A declaration up to the line of its name, without members; it begins behind an empty line, a statement or a directive."""
    start = end - 1
    while start > 0 and lines[start - 1].strip() and not re.search(r'^\S.*;\s*$|^};?\s*$|^#', lines[start - 1]):
        start -= 1
    return re.sub(r'\{[^{}]*\}', '', ' '.join(lines[start:end]))
