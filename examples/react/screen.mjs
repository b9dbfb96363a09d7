// A screen with somebody's doors. Each button is as the policy says at this moment; pressing it asks the server.
import { AccessProvider, useDecision, useDoors } from 'doorwright/react';
import { createElement as h, useState } from 'react';

const WORDS = {
  granted: 'You may open it',
  door_unlocked: 'Stands open',
  inactive_hours: 'Not at this hour',
  second_factor: 'Asks for your PIN',
  not_ready: 'One moment …',
};

export function App({ subject, open, ...provider }) {
  return h(AccessProvider, provider, h(Doors, { subject, open }));
}

function Doors({ subject, open }) {
  const { doors, fault } = useDoors(subject, { method: 'remote' });
  if (fault !== null) return h('p', null, WORDS[fault] ?? 'Your doors cannot be shown.');
  const row = ({ resource }) =>
    h('li', { key: resource.id }, h(DoorButton, { subject, resource, open }));
  return h('ul', null, doors.map(row));
}

/** One door. The PIN counts here only so far as the button may be pressed: the server checks it. */
export function DoorButton({ subject, resource, open }) {
  const [hasPin, setHasPin] = useState(false);
  const { decision, reason, validUntil } = useDecision({
    subject,
    action: { name: 'unlock' },
    resource,
    facts: { method: 'remote', secondFactor: hasPin },
  });
  const until = validUntil === null ? '' : ` (until ${validUntil})`;
  return h(
    'p',
    null,
    h(
      'button',
      { type: 'button', disabled: !decision, onClick: () => open(resource.id) },
      resource.id,
    ),
    ` ${WORDS[reason] ?? 'Not for you'}${until} `,
    reason === 'second_factor' &&
      h('button', { type: 'button', onClick: () => setHasPin(true) }, 'PIN'),
  );
}
