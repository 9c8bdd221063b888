# SPDX-License-Identifier: LGPL-2.1-or-later
"""The typelib as a script sees it: what properties and notebooks build on must be callable, not only be there."""

import gi

gi.require_version('Penstock', '1')
from gi.repository import GLib, Penstock  # noqa: E402


def decimals():
    done, decimal = Penstock.Decimal.parse('-1.50', -1)
    assert done and decimal.mantissa == -150 and decimal.scale == 2
    assert decimal.to_string() == '-1.50'


def errors():
    try:
        Penstock.Decimal.parse('1,5', -1)
    except GLib.Error as error:
        assert error.matches(Penstock.value_error_quark(), Penstock.ValueError.SYNTAX)
    else:
        raise AssertionError('a decimal comma was read')


def money():
    done, amount = Penstock.Money.parse('50 USD')
    assert done and amount.to_string() == '50 USD'


def clock():
    clock = Penstock.SimulatedClock.new(5)
    assert clock.now_ns() == 5
    assert clock.advance_to(9) and clock.now_ns() == 9
    assert not clock.advance_to(8)


def orders():
    assert Penstock.order_state_is_final(Penstock.OrderState.FILLED)
    assert Penstock.nearest_name('slwo', ['fast', 'slow']) == 'slow'


CASES = [decimals, errors, money, clock, orders]
print(f'1..{len(CASES)}')
for number, case in enumerate(CASES, 1):
    try:
        case()
        print(f'ok {number} {case.__name__}')
    except Exception as error:  # every failure is a line of its own
        print(f'not ok {number} {case.__name__}\n# {type(error).__name__}: {error}')
