"""Judges the vectors of DKP/1 with Debian's cbor2, OpenSSL and libsodium: no line of the library runs here.

Usage: /usr/bin/python3 judge.py [FOLDER]    prints what was judged; exits 1 on the first difference of a kind
"""
import hashlib
import hmac
import json
import pathlib
import sys
import uuid

import nacl.signing
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

sys.dont_write_bytecode = True  # the checkout stays as it was

from cbor_profile import Refused, dump, from_labelled, load
from claims import check_message, check_payload
from envelope import admit, caps, key_id, open_envelope
from frames import receive, split
from lock import Clock, judge_grant, judge_update

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
unhex = bytes.fromhex
failures = []
counts = {}


def vectors(name, part):
    return json.loads((FOLDER / name).read_text())[part]


def judged(what, name, holds):
    counts[what] = counts.get(what, 0) + 1
    if not holds:
        failures.append(f'{what}: {name}')


def is_refused(work, *arguments):
    try:
        work(*arguments)
    except Refused:
        return True
    return False


def public_of(kind, secret):
    if kind == 'ed25519':
        return {1: 1, -1: 6, -2: bytes(nacl.signing.SigningKey(secret).verify_key)}
    point = ec.derive_private_key(int.from_bytes(secret, 'big'), ec.SECP256R1()).public_key().public_numbers()
    return {1: 2, -1: 1, -2: point.x.to_bytes(32, 'big'), -3: point.y.to_bytes(32, 'big')}


def keys():
    found = {}
    for vector in vectors('objects.json', 'keys'):
        key = from_labelled(vector['key'])
        good = dump(key).hex() == vector['cose'] and key_id(key).hex() == vector['id']
        good = good and hashlib.sha256(dump(key)).hexdigest() == vector['hash'] and not is_refused(admit, key)
        judged('keys of secrets', vector['name'], public_of(vector['kind'], unhex(vector['secret'])) == key)
        judged('keys', vector['name'], good)
        found[vector['name']] = key
    for vector in vectors('refused.json', 'keys'):
        judged('keys refused', vector['id'], is_refused(admit, load(unhex(vector['cose']))))
    return found


def objects(key):
    for vector in vectors('objects.json', 'objects') + vectors('objects.json', 'proofs'):
        kind, payload = vector['kind'], unhex(vector['payload'])
        claims = from_labelled(vector['claims'])
        good = dump(claims) == payload
        good = good and load(payload, *caps(kind)) == claims
        good = good and dump(['Signature1', unhex(vector['protected']), b'DKP/1', payload]).hex() == vector['signed']
        good = good and not is_refused(
            open_envelope, kind, unhex(vector['object']), [key[vector['signer']]], payload)
        parts = load(unhex(vector['object']), *caps(kind))
        body = None if kind == 'proof' else payload
        good = good and parts == [unhex(vector['protected']), {}, body, unhex(vector['signature'])]
        judged('objects', vector['id'], good)
        others = [one for name, one in key.items() if name != vector['signer']]
        judged('objects by others', vector['id'], is_refused(
            open_envelope, kind, unhex(vector['object']), others, payload))
    for vector in vectors('objects.json', 'trustUpdates'):
        both = load(unhex(vector['object']))
        opened = [open_envelope('trust-update', one, [key[name]]) for one, name in zip(both, vector['signers'])]
        judged('objects', vector['id'], opened == [from_labelled(vector['claims'])] * 2)


def refusals(key):
    for vector in vectors('refused.json', 'envelopes'):
        trusted = [key[t] if isinstance(t, str) else {1: 1, -1: 6, -2: unhex(t['x'])} for t in vector['trusted']]
        detached = unhex(vector.get('detached', ''))
        judged('envelopes refused', vector['id'], is_refused(
            open_envelope, vector['kind'], unhex(vector['object']), trusted, detached))
    for vector in vectors('refused.json', 'payloads'):
        judged('payloads refused', vector['id'], is_refused(
            lambda v: check_payload(v['kind'], load(unhex(v['payload']), *caps(v['kind']))), vector))


def cbor():
    for vector in vectors('cbor.json', 'accepted'):
        judged('CBOR', vector['bytes'], not is_refused(load, unhex(vector['bytes'])))
    for vector in vectors('cbor.json', 'refused'):
        parts = vector.get('parts') or [[vector['bytes'], 1]]
        judged('CBOR refused', vector['id'], is_refused(load, b''.join(unhex(h) * n for h, n in parts)))


def mac(key, message, size):
    return hmac.new(unhex(key), message, hashlib.sha256).hexdigest()[: 2 * size]


def derived():
    for v in vectors('derived.json', 'tags'):
        tag = mac(v['secret'], dump(['DKP/1 tag', v['kind'], v['name'], unhex(v['lockId'])]), 8)
        judged('tags', v['id'], tag == v['tag'])
    for v in vectors('derived.json', 'digests'):
        marks = sorted(dump([unhex(m[0]), *m[1:]]) for m in v['marks'])
        blocked = sorted(map(unhex, v['blocked']))
        content = [unhex(v['lockId']), v['policyVersion'], v['floor'], [load(m) for m in marks], v['configVersion'], blocked]
        judged('digests', v['id'], hashlib.sha256(dump(content)).hexdigest()[:32] == v['digest'])
    link, log = '00' * 14, b''
    for v in vectors('derived.json', 'log'):
        if v['id'] == 'segment':
            judged('log', v['id'], dump([unhex(v['lockId']), log]).hex() == v['bytes'])
            continue
        good = v['link'] == link
        head = v['sequence'].to_bytes(4, 'big') + v['lo'].to_bytes(4, 'big') + unhex(v['tag'])
        record = head + bytes([v['operation'], v['result']]) + unhex(link)
        link, log = hashlib.sha256(record).hexdigest()[:28], log + record
        judged('log', v['id'], good and record.hex() == v['bytes'] and link == v['linkAfter'])
    for v in vectors('derived.json', 'adverts'):
        tag = '00' * 5 if v['advertKey'] is None else mac(v['advertKey'], unhex(v['salt']), 5)
        judged('adverts', v['id'], tag + v['salt'] + v['capabilities'] == v['bytes'])
    for v in vectors('derived.json', 'openings'):
        code = mac(v['advertKey'], unhex(v['salt'] + v['noiseMessage'][:64]), 8)
        judged('openings', v['id'], code + v['noiseMessage'] == v['bytes'])
    for v in vectors('derived.json', 'uuids'):
        octets = bytearray(hashlib.sha256(v['id'].encode()).digest()[:16])
        octets[6], octets[8] = octets[6] & 0x0F | 0x80, octets[8] & 0x3F | 0x80
        judged('UUIDs', v['id'], str(uuid.UUID(bytes=bytes(octets))) == v['uuid'])
    for v in vectors('derived.json', 'labels'):
        psk = HKDF(hashes.SHA256(), 32, unhex(v['lockId']), b'DKP/1 setup psk').derive(unhex(v['secret']))
        judged('labels', v['id'], psk.hex() == v['psk'])


def frames():
    for v in vectors('frames.json', 'split'):
        judged('frames', v['id'], [f.hex() for f in split(unhex(v['message']), v['mtu'])] == v['frames'])
    for v in vectors('frames.json', 'received'):
        sent = [unhex(f) for f in v['frames']]
        if 'code' in v:
            judged('frames refused', v['id'], not is_refused(receive, sent[:-1]) and is_refused(receive, sent))
        else:
            judged('frames', v['id'], [m.hex() for m in receive(sent)] == v['messages'])


def messages():
    for v in vectors('messages.json', 'accepted'):
        data = unhex(v['bytes'])
        value = load(data)
        judged('messages', v['id'], dump(from_labelled(v['value'])) == data and not is_refused(check_message, v['from'], value))
    for v in vectors('messages.json', 'refused'):
        judged('messages refused', v['id'], is_refused(check_message, v['from'], load(unhex(v['bytes']))))


def verdicts():
    for v in vectors('verdicts.json', 'grants'):
        status, proven, uses = judge_grant(v['state'], v['request'])
        judged('verdicts on grants', v['id'], (status, proven, uses) == (v['status'], v['isProven'], v.get('uses')))
    for v in vectors('verdicts.json', 'updates'):
        status, after = judge_update(v['state'], unhex(v['payload']))
        same = all(sorted(map(str, a)) == sorted(map(str, b)) if isinstance(a, list) and k != 'floor' else a == b
                   for k, a, b in ((k, after[k], v['after'][k]) for k in v['after']))
        judged('verdicts on updates', v['id'], status == v['status'] and same)
    for v in vectors('verdicts.json', 'clocks'):
        clock = Clock(v['driftPpm'])
        told = [(clock.tick(s['kind'], s['amount']), clock.interval()) for s in v['steps']]
        judged('clocks', v['id'], told == [(s['told'], s['interval']) for s in v['steps']])


def sessions():
    """Receipts and lock identities inside the opened sessions."""
    identity, numbers = None, {}
    for shaken in vectors('sessions.json', 'handshakes'):
        for message in shaken['transport']:
            if message['from'] != 'responder':
                continue
            plain = unhex(message['plain'])
            value = load(plain)
            if isinstance(value[0], bytes):
                claims = load(load(plain)[2])[-70000]
                key = {1: 1, -1: 6, -2: claims[73]}
                good = open_envelope('lock-identity', plain, [key]) and claims[74].hex() == shaken['hash']
                judged('lock identities', shaken['id'], bool(good) and claims[43].hex() == shaken['counter'])
                identity = identity or key
            elif value[0] == 2 and value[2] is not None:
                claims = open_envelope('receipt', value[2], [identity])[-70000]
                known = numbers.setdefault((shaken['run'], claims[40]), value[2])
                judged('receipts', shaken['id'], claims[43].hex() == shaken['counter'] and known == value[2])
            else:
                judged('answers', shaken['id'], not is_refused(check_message, 'lock', value))


signers = keys()
objects(signers)
refusals(signers)
cbor()
derived()
frames()
messages()
verdicts()
sessions()
for what, number in counts.items():
    print(f'python: {number} {what}')
for failure in failures:
    print(f'python: WRONG {failure}')
print(f'python: {sum(counts.values())} judged, {len(failures)} wrong')
sys.exit(1 if failures else 0)
