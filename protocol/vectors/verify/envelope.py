"""The signed envelope: its shape, and its signature by OpenSSL and by libsodium, both of which must agree."""
import hashlib

import nacl.bindings
import nacl.exceptions
import nacl.signing
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cbor_profile import Refused, dump, load
from claims import TYPES, check_payload

BUNDLE_CAPS = (1 << 20, 1 << 17)


def caps(kind):
    return BUNDLE_CAPS if kind == 'bundle' else (2048, 1024)


def key_id(key):
    """The first 8 bytes of SHA-256 over the deterministic COSE_Key."""
    return hashlib.sha256(dump(key)).digest()[:8]


def admit(key):
    """@raises Refused for a key that may not be used at all."""
    if key[1] == 1:
        if not nacl.bindings.crypto_core_ed25519_is_valid_point(key[-2]):
            raise Refused('no point of prime order')
    else:
        numbers(key)


def numbers(key):
    x, y = (int.from_bytes(key[label], 'big') for label in (-2, -3))
    try:
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise Refused('not on the curve') from error


def open_envelope(kind, data, trusted, detached=None):
    """The payload of an envelope of this kind signed by one of the trusted keys, decoded and checked."""
    parts = load(data, *caps(kind))
    if not isinstance(parts, list) or len(parts) != 4:
        raise Refused('no array of 4')
    protected, unprotected, payload, signature = parts
    if unprotected != {} or not isinstance(unprotected, dict):
        raise Refused('unprotected')
    if not isinstance(protected, bytes) or not isinstance(signature, bytes) or len(signature) != 64:
        raise Refused('shape')
    if (payload is not None) if kind == 'proof' else not isinstance(payload, bytes):
        raise Refused('payload')
    header = load(protected)
    if not isinstance(header, dict) or set(header) != {1, 4, 16}:
        raise Refused('header')
    alg, kid, typ = header[1], header[4], header[16]
    if type(alg) is not int or alg not in (-8, -7) or not isinstance(kid, bytes) or len(kid) != 8:
        raise Refused('algorithm or key id')
    if type(typ) is not int or typ != TYPES[kind]:
        raise Refused('type')
    body = detached if kind == 'proof' else payload
    signed = dump(['Signature1', protected, b'DKP/1', body])
    if not any(is_signed(key, alg, kid, signed, signature) for key in trusted):
        raise Refused('signature')
    if kind == 'proof':
        return body
    value = load(payload, *caps(kind))
    check_payload(kind, value)
    return value


def is_signed(key, alg, kid, signed, signature):
    if alg != (-8 if key[1] == 1 else -7) or key_id(key) != kid:
        return False
    try:
        admit(key)
        if alg == -8:
            Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, signed)
            nacl.signing.VerifyKey(key[-2]).verify(signed, signature)
        else:
            r, s = (int.from_bytes(half, 'big') for half in (signature[:32], signature[32:]))
            numbers(key).verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, nacl.exceptions.BadSignatureError, Refused):
        return False
    return True
