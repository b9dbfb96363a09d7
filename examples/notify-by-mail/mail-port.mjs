/**
 * Notices by mail: a port for `deliverNotices` on a transport of nodemailer. The words are yours to write; the two
 * kinds here are those that every change of rights makes.
 */

/** What a mail says, by kind. A kind that is not here is not sent. */
const WORDS = {
  access_granted: ['You were given access to', 'Somebody who may has given you access.'],
  access_withdrawn: [
    'You no longer have access to',
    'If that surprises you, ask your administrator.',
  ],
};

/**
 * @param {{ sendMail(mail: object): Promise<unknown> }} transport - of `nodemailer.createTransport`
 * @param {{ from: string, site: string }} options
 * @returns {import('doorwright/site').NotificationPort}
 */
export function mailPort(transport, { from, site }) {
  return {
    async deliver(notice) {
      const words = Object.hasOwn(WORDS, notice.kind) ? WORDS[notice.kind] : undefined;
      if (words === undefined || notice.email === undefined) return 'never';
      try {
        await transport.sendMail({
          from,
          // An object, so that nodemailer encodes both parts: a name is outside text.
          to: { name: notice.name ?? '', address: notice.email },
          subject: `Your access at ${site}`,
          // The same for every attempt: a mail that went out although we never heard of it is not shown twice.
          messageId: `<${notice.id}@doorwright>`,
          text: textOf(notice, words),
        });
        return 'ok';
      } catch (error) {
        // 5xx is for ever (RFC 5321 §4.2.1); everything else, a server that is down too, may pass.
        return error.responseCode >= 500 ? 'never' : 'retry';
      }
    },
  };
}

function textOf({ data, object }, [opening, closing]) {
  const scopes = Array.isArray(data.scopes) ? data.scopes : [object];
  const lines = scopes.map(({ name, id, from, until }) => {
    const span = [from && `from ${from}`, until && `until ${until}`].filter(Boolean).join(' ');
    return `- ${name ?? id}${span === '' ? '' : ` (${span})`}`;
  });
  const more = typeof data.more === 'number' ? [`- and ${data.more} more`] : [];
  return [opening, '', ...lines, ...more, '', closing, ''].join('\n');
}
