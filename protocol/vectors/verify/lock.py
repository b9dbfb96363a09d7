"""The rules of a lock, written from protocol/README.md alone: grants, policy updates, the interval clock."""
import hashlib

from cbor_profile import Refused, dump, load
from claims import PRIVATE, check_payload
from envelope import admit, key_id, open_envelope

DAY = 86400
ROLE_GRANT = 1
UNBOUNDED = float('inf')


def judge_grant(state, request):
    """(status, whether the proof held, use counters afterwards), by the order of checks."""
    lo, hi = state['interval'][0], UNBOUNDED if state['interval'][1] is None else state['interval'][1]
    raw = bytes.fromhex(request['grant'])
    certificates = [load(bytes.fromhex(c)) for c in state['certificates']]
    protected, _, payload, _ = load(raw)
    named = [c for c in certificates if key_id(c[8][1]) == load(protected)[4]]
    if not named:
        return 'certificate_unknown', False, None
    good = [c for c in named if is_good(c, state, lo, hi)]
    if not good:
        return 'certificate_refused', False, None
    signers = [c for c in good if not fails(open_envelope, 'grant', raw, [c[8][1]])]
    if not signers:
        return 'signature_wrong', False, None
    grant = load(payload)
    check_payload('grant', grant)
    own = grant[PRIVATE]
    if grant[3].hex() != state['lockId']:
        return 'wrong_lock', False, None
    operation, asserted = request['operation'], request['asserted']
    if operation not in (1, 2, 4, 8):
        return 'operation_unknown', False, None
    if not grant[9][0] & operation:
        return 'wrong_scope', False, None
    device = grant[8][1]
    proven = dump([
        bytes.fromhex(request['handshakeHash']), grant[3], hashlib.sha256(raw).digest(), operation, asserted,
        bytes.fromhex(request['counter']), request['request']])
    is_usable = (device[1] == 1 or state['acceptsEs256']) and not fails(admit, device)
    if not is_usable or fails(open_envelope, 'proof', bytes.fromhex(request['proof']), [device], proven):
        return 'proof_wrong', False, None
    status = after_proof(state, grant, own, signers, asserted, lo, hi)
    if status:
        return status, True, None
    return count_use(state, grant, own)


def is_good(certificate, state, lo, hi):
    own = certificate[PRIVATE]
    return bool(
        own[10] & ROLE_GRANT and own[12] == state['trustEpoch'] and own[13].hex() == state['siteId']
        and key_id(certificate[8][1]).hex() not in state['blocked']
        and lo < certificate[4] and certificate[5] <= hi)


def after_proof(state, grant, own, signers, asserted, lo, hi):
    exp, nbf, iat, version = grant[4], grant[5], grant[6], own[7]
    covering = [c for c in signers if c[5] <= iat < c[4]]
    if not covering:
        return 'issued_outside_certificate'
    fitting = [c for c in covering if exp - iat <= min(c[PRIVATE][11], 30 * DAY)]
    if not fitting:
        return 'life_too_long'
    if iat > hi:
        return 'issued_in_future'
    if iat <= state['floor'][0] or version < state['floor'][1]:
        return 'below_floor'
    for tag, until_iat, until_version, _ in state['marks']:
        if bytes.fromhex(tag) in own[3] and (iat <= until_iat or version < until_version):
            return 'revoked'
    signer = max(fitting, key=lambda c: c[4])
    status = judge_time(grant, own, max(nbf, signer[5]), min(exp, signer[4]), lo, hi, state['hasTimeToken'])
    if status:
        return status
    if state['policyVersion'] < version:
        return 'policy_version_missing'
    shown = asserted if state['isNear'] else asserted & ~8
    missing = own[6] & ~shown
    for bit, word in ((1, 'intent_missing'), (2, 'phone_locked'), (4, 'hardware_key_missing'),
                      (8, 'ranging_missing'), (16, 'second_factor_missing')):
        if missing & bit:
            return word
    return None


def judge_time(grant, own, start, end, lo, hi, has_token):
    base = 60 * (grant[5] // 60)
    edges = own.get(4)
    spans = [(start, end)] if edges is None else [
        (max(start, base + 60 * a), min(end, base + 60 * b)) for a, b in zip(edges[::2], edges[1::2])]
    spans = [(a, b) for a, b in spans if a < b]
    if not any(a <= hi and lo < b for a, b in spans):
        if lo >= grant[4]:
            return 'expired'
        return 'pending' if hi < grant[5] else 'inactive_hours'
    if any(a <= lo and hi < b for a, b in spans):
        return None
    if own[5] == 1:
        return None if any(a <= lo < b for a, b in spans) else 'time_uncertain'
    return 'time_token_needed' if own[5] == 2 and not has_token else 'time_uncertain'


def count_use(state, grant, own):
    if 8 not in own:
        return 'permitted', True, state['uses']
    name, most = own[8][0].hex(), own[8][1]
    live = [u for u in state['uses'] if u[2] + 30 * DAY > state['committedLo']]
    before = next((u for u in live if u[0] == name), None)
    if before and before[1] >= most:
        return 'uses_spent', True, None
    if not before and len(live) >= 16:
        return 'uses_full', True, None
    used, exp = (before[1], before[2]) if before else (0, 0)
    return 'permitted', True, [u for u in live if u is not before] + [[name, used + 1, max(exp, grant[4])]]


def fails(work, *arguments):
    try:
        work(*arguments)
    except Refused:
        return True
    return False


def judge_update(state, payload):
    """(status, policy afterwards) for a policy update whose signature holds."""
    claims = load(payload)
    check_payload('policy-update', claims)
    own = claims[PRIVATE]
    held = {k: state[k] for k in ('policyVersion', 'post', 'floor', 'marks', 'blocked')}
    marks = [[m[0].hex(), *m[1:]] for m in own[24]]
    version = own[21]
    if claims[3].hex() != state['lockId']:
        return 'carry_wrong_lock', held
    if any(t > claims[6] for t in [own[23][0]] + [m[1] for m in marks]):
        return 'stamp_invalid', held
    if version == held['policyVersion']:
        return ('already_known' if own[22].hex() == held['post'] else 'fork'), held
    if version < held['policyVersion']:
        return 'already_known', held
    bound = UNBOUNDED if state['hi'] is None else state['hi']
    if claims[6] < held['floor'][0] <= bound:
        return 'stamp_invalid', held
    if version > held['policyVersion'] + 65536:
        return 'version_jump', held
    blocked = [b.hex() for b in own[26]]
    floor = own[23]
    if 20 in own:
        if own[20] > held['policyVersion']:
            return 'base_missing', held
        marks = held['marks'] + marks
        blocked = held['blocked'] + blocked
        floor = [max(pair) for pair in zip(held['floor'], floor)]
    joined = {}
    for tag, *numbers in marks:
        joined[tag] = [max(pair) for pair in zip(joined.get(tag, numbers), numbers)]
    kept = [[tag, *numbers] for tag, numbers in joined.items() if numbers[2] > state['committedLo']]
    if len(kept) > 112 or len(set(blocked)) > 8:
        return 'base_missing', held
    return 'applied', {'policyVersion': version, 'post': own[22].hex(), 'floor': floor, 'marks': kept,
                       'blocked': sorted(set(blocked))}


def up(number, by):
    return -(-number // by)


class Clock:
    """Two bounds with the moments, in milliseconds, at which they were set."""

    def __init__(self, ppm):
        self.ppm, self.now, self.low, self.low_at, self.high, self.high_at = ppm, 0, 0, 0, None, 0

    def interval(self):
        age, low = self.now - self.low_at, self.low
        if low:
            low += max(0, age - up(age * self.ppm, 10**6)) // 1000
        age = self.now - self.high_at
        if self.high is None or age >= 30 * DAY * 1000:
            return [low, None]
        return [low, self.high + up(age + up(age * self.ppm, 10**6), 1000)]

    def tick(self, kind, amount):
        """taken, alarm or refused."""
        low, high = self.interval()
        told = 'taken'
        if kind == 'wait':
            self.now += amount
        elif kind == 'power-loss':
            self.now, self.low, self.low_at, self.high = 0, low, 0, None
        elif kind == 'reset':
            self.low, self.low_at, self.high = amount, self.now, None
        elif kind == 'stamp':
            if high is not None and amount > high:
                self.high, told = None, 'alarm'
            target = amount if low == 0 else min(amount, low + 30 * DAY)
            if target > low:
                self.low, self.low_at = target, self.now
        elif amount < low:
            told = 'refused'
        elif high is None or amount < high:
            self.high, self.high_at = amount, self.now
        return told
