"""Every payload and message of DKP/1 as tables of rules, written from protocol/README.md alone."""
from cbor_profile import INTEGER_MAX, Refused

PRIVATE = -70000
TYPES = {
    'certificate': 65001, 'grant': 65002, 'policy-update': 65003, 'time-token': 65004,
    'proof': 65005, 'receipt': 65006, 'bundle': 65007, 'trust-update': 65008,
    'log-ack': 65009, 'device-ack': 65010, 'admin-update': 65011, 'lock-identity': 65012,
}


def uint(least=0, most=INTEGER_MAX):
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and least <= v <= most


def bstr(least, most=None):
    return lambda v: isinstance(v, bytes) and least <= len(v) <= (least if most is None else most)


def text(most):
    return lambda v: isinstance(v, str) and len(v.encode('utf-16-le')) // 2 <= most


def array(rule, least, most):
    return lambda v: isinstance(v, list) and least <= len(v) <= most and all(map(rule, v))


def each(*rules):
    return lambda v: isinstance(v, list) and len(v) == len(rules) and all(r(m) for r, m in zip(rules, v))


def nullable(rule):
    return lambda v: v is None or rule(v)


def roles(v):
    return uint(1, 31)(v) and v & 3 != 3


def boolean(v):
    return isinstance(v, bool)


def exactly(rules):
    return lambda v: isinstance(v, dict) and set(v) == set(rules) and all(r(v[k]) for k, r in rules.items())


def cose_key(v):
    okp = exactly({1: uint(1, 1), -1: uint(6, 6), -2: bstr(32)})
    ec2 = exactly({1: uint(2, 2), -1: uint(1, 1), -2: bstr(32), -3: bstr(32)})
    return okp(v) or ec2(v)


def windows(v):
    rising = array(uint(0, 2**32 - 1), 2, 64)(v) and len(v) % 2 == 0
    return rising and all(a < b for a, b in zip(v, v[1:]))


def interval(v):
    return each(uint(), nullable(uint()))(v) and (v[1] is None or v[0] <= v[1])


def scope(v):
    return bstr(1)(v) and 1 <= v[0] <= 15


SIGNED = bstr(1, 2048)
VERSION = uint(1, 1)
CNF = exactly({1: cose_key})
MARK = each(bstr(8), uint(), uint(), uint())
CONFIG = exactly({1: uint(1), 2: uint(1, 60), 3: boolean})
DOOR = exactly({
    1: bstr(8), 2: array(bstr(32), 1, 2), 3: bstr(32), 4: bstr(32), 5: text(256),
    6: array(SIGNED, 0, 32), 7: nullable(SIGNED), 8: nullable(SIGNED), 9: array(SIGNED, 0, 8),
})

# kind: (outer labels, private labels, private labels that may be absent)
OBJECTS = {
    'certificate': (
        {4: uint(), 5: uint(), 8: CNF},
        {1: VERSION, 10: roles, 11: uint(1, 2592000), 12: uint(), 13: bstr(8)}, ()),
    'grant': (
        {3: bstr(8), 4: uint(), 5: uint(), 6: uint(), 7: bstr(8), 8: CNF, 9: scope},
        {1: VERSION, 3: array(bstr(8), 2, 2), 4: windows, 5: uint(0, 2), 6: uint(0, 31), 7: uint(),
         8: each(bstr(8), uint(1, 65535))}, (4, 8)),
    'policy-update': (
        {3: bstr(8), 6: uint()},
        {1: VERSION, 20: uint(), 21: uint(1), 22: bstr(16), 23: each(uint(), uint()),
         24: array(MARK, 0, 112), 26: array(bstr(8), 0, 8)}, (20,)),
    'time-token': ({6: uint()}, {30: bstr(16), 31: uint(0, 86400)}, (30,)),
    'receipt': (
        {3: bstr(8), 6: uint()},
        {1: VERSION, 21: uint(), 22: bstr(16), 40: uint(1), 41: uint(), 42: interval, 43: bstr(8),
         44: uint(0, 255), 45: bstr(8), 46: bstr(14), 47: text(32), 48: uint(0, 100), 49: uint(),
         50: bstr(32)}, (45, 50)),
    'bundle': (
        {6: uint()},
        {1: VERSION, 80: uint(1), 81: bstr(8), 82: uint(), 83: array(DOOR, 0, 1024),
         84: array(SIGNED, 0, 64), 85: array(SIGNED, 0, 64), 86: SIGNED, 87: array(SIGNED, 0, 1024)}, (86,)),
    'trust-update': ({}, {1: VERSION, 12: uint(1), 70: cose_key, 71: bstr(32)}, ()),
    'log-ack': ({3: bstr(8), 6: uint()}, {1: VERSION, 76: uint()}, ()),
    'device-ack': ({6: uint()}, {1: VERSION, 77: uint(1)}, ()),
    'admin-update': (
        {3: bstr(8), 6: uint()}, {1: VERSION, 25: CONFIG, 60: uint(1), 61: each(uint(), uint())}, (25, 61)),
    'lock-identity': (
        {}, {1: VERSION, 43: bstr(8), 72: bstr(32), 73: bstr(32), 74: bstr(32), 75: bstr(32)}, ()),
}

STATUS = uint(0, 255)
MESSAGES = {
    'm2': [each(VERSION, bstr(8), uint(), uint(), interval, bstr(16), array(bstr(8), 0, 8), uint())],
    'phone': [
        each(uint(1, 1), lambda v: v in (1, 3, 4, 8, 9, 11), SIGNED),
        each(uint(2, 2), SIGNED, STATUS, STATUS, SIGNED, uint(1, 65535)),
        each(uint(3, 3), uint(1, 2**32 - 1)),
        each(uint(4, 4)),
    ],
    'lock': [
        each(uint(1, 1), STATUS),
        each(uint(2, 2), STATUS, nullable(SIGNED)),
        each(uint(3, 3), nullable(SIGNED)),
        each(uint(4, 4)),
    ],
    'setup': [each(VERSION, cose_key, uint(), bstr(32), bstr(8), bstr(1, 32), bstr(32), bstr(32), uint(1))],
}


def check_payload(kind, value):
    """@raises Refused when a decoded payload is no object of this kind."""
    outer, private, optional = OBJECTS[kind]
    if not isinstance(value, dict):
        raise Refused('no map')
    inner = value.get(PRIVATE, {})
    if not isinstance(inner, dict):
        raise Refused('private claim is no map')
    members(outer, {k: v for k, v in value.items() if k != PRIVATE}, (), None)
    members(private, inner, optional, 1000)


def members(rules, values, optional, ignorable_from):
    for label, rule in rules.items():
        if label not in values:
            if label in optional:
                continue
            raise Refused(f'label {label} is missing')
        if not rule(values[label]):
            raise Refused(f'label {label} is malformed')
    for label in set(values) - set(rules):
        if ignorable_from is None or not isinstance(label, int) or label < ignorable_from:
            raise Refused(f'unknown label {label}')


def check_message(sender, value):
    """@raises Refused when a decoded plaintext is no message of this sender."""
    if not any(rule(value) for rule in MESSAGES[sender]):
        raise Refused('no message')
