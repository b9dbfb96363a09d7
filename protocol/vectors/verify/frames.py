"""Frames, written from protocol/README.md alone."""
from cbor_profile import Refused


def split(message, mtu):
    """The frames of a message for this ATT MTU."""
    rest, frames, room = len(message).to_bytes(2, 'big') + message, [], mtu - 4
    while rest:
        part, rest = rest[:room], rest[room:]
        header = (0x80 if not frames else 0) | (0x40 if not rest else 0) | len(frames) % 64
        frames.append(bytes([header]) + part)
    return frames


def receive(frames):
    """The messages that frames make. @raises Refused where the connection must end."""
    messages, message, total, number, before = [], b'', None, 0, None
    for frame in frames:
        if not 1 <= len(frame) <= 514:
            raise Refused('length of a frame')
        if frame == before:
            continue
        first, last, sequence = frame[0] & 0x80, frame[0] & 0x40, frame[0] & 0x3F
        if bool(first) != (total is None) or sequence != number % 64:
            raise Refused('order')
        part = frame[3:] if first else frame[1:]
        if first:
            total = int.from_bytes(frame[1:3], 'big')
            if len(frame) < 3 or not 1 <= total <= 2048:
                raise Refused('length of a message')
        message, number, before = message + part, number + 1, frame
        if not part or len(message) > total or bool(last) != (len(message) == total):
            raise Refused('bytes of a message')
        if last:
            messages, message, total, number = messages + [message], b'', None, 0
    return messages
