"""The CBOR profile of DKP/1, judged by cbor2: decode, look at the types, encode canonically, compare."""
import io

import cbor2

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 8


class Refused(Exception):
    """These bytes are not what they should be."""


def load(data, bytes_max=2048, items_max=1024):
    """The one item that all of `data` holds."""
    if len(data) > bytes_max:
        raise Refused('too long')
    source = io.BytesIO(data)
    try:
        value = cbor2.CBORDecoder(source).decode()
    except Exception as error:  # cbor2 raises many kinds; every one of them is a refusal
        raise Refused(type(error).__name__) from error
    if source.tell() != len(data):
        raise Refused('trailing bytes')
    if count(value, 1) > items_max:
        raise Refused('too many items')
    if cbor2.dumps(value, canonical=True) != data:
        raise Refused('not deterministic')
    return value


def dump(value):
    """Deterministic bytes; length-first and bytewise order of keys agree for the labels of DKP/1."""
    return cbor2.dumps(value, canonical=True)


def count(value, depth):
    """Items in a value of allowed types."""
    if depth > DEPTH_MAX:
        raise Refused('too deep')
    if value is None or isinstance(value, (bool, bytes, str)):
        return 1
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise Refused('integer range')
        return 1
    if type(value) is list:
        return 1 + sum(count(member, depth + 1) for member in value)
    if type(value) is dict:
        if any(isinstance(key, bool) or not isinstance(key, (int, str)) for key in value):
            raise Refused('key type')
        return 1 + sum(count(k, depth + 1) + count(v, depth + 1) for k, v in value.items())
    raise Refused('forbidden type ' + type(value).__name__)


def from_labelled(value):
    """CBOR from the JSON of a vector: objects with decimal labels are maps, h'…' are byte strings."""
    if isinstance(value, str) and value.startswith("h'"):
        return bytes.fromhex(value[2:-1])
    if isinstance(value, list):
        return [from_labelled(member) for member in value]
    if isinstance(value, dict):
        return {int(label): from_labelled(member) for label, member in value.items()}
    return value
