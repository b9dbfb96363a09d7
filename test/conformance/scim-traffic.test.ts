/**
 * A SCIM server on a site, asked what outside collections ask: the traffic that Microsoft documents, public reports
 * of what Entra ID sends, the Postman collection of its reference code, and scimmy's bulk requests.
 */
import { expect, test } from 'vitest';
import { asker, groupBody, patchOf, scimSite, TOKEN, userBody } from '../site/scim-site.js';
import { readVectors, tally } from './vectors.js';

interface Entry {
  readonly section: string;
  readonly start: string;
  readonly body: object | null;
  readonly expect_by_docs: Readonly<Record<string, unknown>>;
}
interface Report {
  readonly source: string;
  readonly start: string;
  readonly operations: readonly object[];
}
const readTraffic = () =>
  readVectors<{ documented: readonly Entry[]; field_reports: readonly Report[] }>(
    'scim/entra_documented_traffic.json',
  );

test('every request that Microsoft documents is answered as it says', async () => {
  const counts = tally('Entra ID, documented');
  for (const { section, start, body, expect_by_docs: wanted } of readTraffic().documented) {
    const [method = '', written = ''] = start.split(/ (.*)/u);
    const { ask } = await scimSite();
    // What a request speaks of is there before it, under the names it uses.
    const people = {
      member: 'f648f8d5ea4e4cd38e9c',
      other: 'u1091',
      third: '7f4bc1a3-285e-48ae-8202-5accb43efb0e',
    };
    const ids = new Map<string, string>();
    for (const name of Object.values(people))
      ids.set(name, (await ask('POST', '/Users', userBody(name))).body.id);
    const user = (
      await ask('POST', '/Users', userBody('Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee'))
    ).body.id;
    const members = section.includes('Add Members') ? [] : [...ids.values()];
    const group = (await ask('POST', '/Groups', groupBody('displayName', members))).body.id;
    if (method === 'POST') {
      await ask('DELETE', `/Users/${user}`);
      await ask('DELETE', `/Groups/${group}`);
    }
    let sent = body === null ? undefined : JSON.stringify(body);
    for (const [name, id] of ids) sent = sent?.replaceAll(name, id);
    const path = written
      .replace('/Users/{id}', `/Users/${user}`)
      .replace('/Groups/{id}', `/Groups/${group}`);
    const [base = '', query] = path.split(/\?(.*)/u);
    const url =
      query === undefined
        ? base
        : `${base}?${query.replace(/filter=(.*)$/u, (_, filter: string) => `filter=${encodeURIComponent(filter)}`)}`;
    const answer = await ask(method, url, sent);

    const { status, absent, note, ...members_ } = wanted as {
      status?: number;
      absent?: string[];
      note?: string;
    };
    if (status === undefined) expect(answer.status, section).toBeLessThan(300);
    else expect(answer.status, section).toBe(status);
    const seen =
      answer.status === 204 || method === 'PATCH' ? (await ask('GET', base)).body : answer.body;
    if (answer.status < 300 && method !== 'DELETE') {
      for (const [name, value] of Object.entries(members_))
        expect(seen[name], `${section}: ${name}`).toEqual(value);
      for (const name of absent ?? []) expect(seen, section).not.toHaveProperty(name);
    }
    if (/(?:add|remove) (?:a group )?member/iu.test(section)) {
      const left = section.includes('Add') ? 1 : 2;
      expect(seen.members, section).toHaveLength(left);
    }
    counts.count('as documented');
  }
  expect(counts.total()).toEqual({ 'as documented': 25 });
});

test('every request that was reported is taken as it was meant', async () => {
  const meant: Readonly<Record<string, (body: Record<string, unknown>) => void>> = {
    'pingidentity/scim2#239': (body) =>
      expect(body['roles']).toEqual([{ primary: true, display: 'LLWNASSGATWP' }]),
    'scimmyjs/scimmy#51, thomaspoignant/scim-patch#872, Captain-P-Goldfish/SCIM-SDK#664': (body) =>
      expect(body['active']).toBe(false),
    'Captain-P-Goldfish/SCIM-SDK#416 (Entra validator)': (body) =>
      expect(body['emails']).toEqual([
        { type: 'work', value: 'godfrey_stiedemann@vonruedenmueller.com' },
      ]),
    'Captain-P-Goldfish/SCIM-SDK#686': (body) =>
      expect(JSON.stringify(body)).toContain(
        '"manager":{"value":"2c2f6fb8-254f-492e-b7fe-c09c5a61c8a2"}',
      ),
    'thomaspoignant/scim-patch#453': (body) =>
      expect(JSON.stringify(body)).not.toContain('manager"'),
    'MicrosoftDocs/azure-docs#30826, apache/directory-scimple#447': (body) =>
      expect(body['members']).toHaveLength(1),
  };
  const { field_reports: reports } = readTraffic();
  expect(reports.map(({ source }) => source).sort()).toEqual(Object.keys(meant).sort());
  for (const { source, start, operations } of reports) {
    const { ask } = await scimSite();
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const path = start.includes('/Groups') ? '/Groups/staff' : '/Users/eve';
    await ask('PUT', '/Groups/staff', groupBody('Staff', ['eve', 'admin']));
    if (source.includes('#453')) {
      await ask(
        'PATCH',
        path,
        patchOf({ op: 'add', path: `${enterprise}:manager`, value: 'manager-id' }),
      );
    }
    // This client leaves the URN of the extension out of the path, and the id of its user stands for one of ours.
    const text = JSON.stringify(patchOf(...operations))
      .replace('"manager[', `"${enterprise}:manager[`)
      .replace('aaebb169-b91d-481c-9957-097faeaf649a', 'eve');
    const answer = await ask('PATCH', path, text);
    expect(answer.status, source).toBeLessThan(300);
    meant[source]?.((await ask('GET', path)).body);
  }
});

interface Item {
  readonly name: string;
  readonly item?: readonly Item[];
  readonly event?: readonly {
    readonly listen: string;
    readonly script: { readonly exec: readonly string[] };
  }[];
  readonly request?: {
    readonly method: string;
    readonly url: string | { readonly raw: string };
    readonly body?: { readonly raw?: string };
  };
}

function requestsOf(items: readonly Item[]): Item[] {
  return items.flatMap((item) => (item.item === undefined ? [item] : requestsOf(item.item)));
}

test('the Postman collection of the reference code runs through, but for what differs for a reason', async () => {
  const REASONS: Readonly<Record<string, string>> = {
    'Get Token': 'tokens are API keys of the site; the reference code signs its own',
    'Get ServiceProviderConfig':
      'RFC 7644 §4 calls it /ServiceProviderConfig; the reference code /serviceConfiguration',
    'Get ServiceProviderConfig (body)': 'the same',
    'Get group by id (body)':
      'a member is shown by the name of the user, not by what a client called him',
    'Patch remove all users': 'refused unless a server allows it; see decisions/0011',
    'Patch user omalley new username': 'RFC 7644 §3.5.2: 200 with the user, instead of 204',
    'patch user omalley active with boolean': 'RFC 7644 §3.5.2: 200 with the user, instead of 204',
    'Group patch add member': 'a member must be a user that is there',
    'Group patch add member2': 'a member must be a user that is there',
    'Paginate (body)': 'the site has three people of its own besides',
    'get user attributes (body)': 'the site has three people of its own besides',
    'Get all users (body)': 'the site has three people of its own besides',
    'Get all groups (body)': 'the site has a group of its own besides',
    'filter starts with (body)': 'the owner of the site begins with an o, too',
  };
  const { item } = readVectors<{ item: readonly Item[] }>(
    'scim/entra-SCIMReferenceCode-PostmanCollection.json',
  );
  const { handler } = await scimSite();
  const ask = asker(handler);
  const variables = new Map<string, string>();
  const fill = (text: string) =>
    text
      .replace(/\{\{(\w+)\}\}/gu, (_, name: string) => variables.get(name) ?? name)
      .replaceAll(/\$\{__UUID\}/gu, () => crypto.randomUUID());
  const counts = tally('Postman collection');
  const differ = new Set<string>();
  for (const { name, request, event } of requestsOf(item)) {
    if (request === undefined) continue;
    const script = (event ?? [])
      .filter(({ listen }) => listen === 'test')
      .flatMap(({ script: { exec } }) => exec)
      .join('\n');
    const raw = typeof request.url === 'string' ? request.url : request.url.raw;
    const path = fill(raw.replace('{{Protocol}}://{{Server}}{{Port}}/{{Api}}', ''));
    const body =
      request.body?.raw === undefined || request.body.raw === '' || request.method === 'GET'
        ? undefined
        : fill(request.body.raw);
    const answer = await ask(request.method, path.replaceAll(' ', '%20'), body, {
      authorization: `Bearer ${TOKEN}`,
    });
    const status = /have\.status\((\d+)\)/u.exec(script)?.[1];
    const isAsTold = status === undefined ? answer.status < 300 : answer.status === Number(status);
    if (!isAsTold) differ.add(name);
    counts.count(isAsTold ? 'status as told' : 'status for a reason');
    const text = JSON.stringify(answer.body ?? null);
    for (const [, phrase = ''] of script.matchAll(/to\.include\("([^"]+)"\)/gu))
      if (!text.includes(phrase)) differ.add(`${name} (body)`);
    for (const [, member = '', value = ''] of script.matchAll(
      /expect\(jsonData\.([\w.]+)\)\.to\.eql\(([^)]+)\)/gu,
    )) {
      const actual = member.split('.').reduce((part, key) => part?.[key], answer.body);
      const wanted = /^(?:id|\[\])$/u.test(value) ? undefined : JSON.parse(value);
      if (wanted !== undefined && JSON.stringify(actual) !== JSON.stringify(wanted))
        differ.add(`${name} (body)`);
      if (value === '[]' && JSON.stringify(actual) !== '[]') differ.add(`${name} (body)`);
    }
    const set = /environment\.set\("(\w+)", jsonData\.id\)/u.exec(script)?.[1];
    if (set !== undefined && answer.body?.id) variables.set(set, answer.body.id);
  }
  counts.total();
  expect([...differ].sort()).toEqual(Object.keys(REASONS).sort());
});

test('bulk requests of scimmy stop where it stops', async () => {
  interface Row {
    readonly source: {
      readonly failOnErrors: number;
      readonly Operations: readonly {
        readonly method: string;
        readonly path: string;
        readonly bulkId?: string;
        readonly data?: object;
      }[];
    };
    readonly target: readonly string[];
  }
  const { inbound } = readVectors<{ inbound: { failOnErrors: readonly Row[] } }>(
    'scim/scimmy_bulkrequest.json',
  );
  const counts = tally('scimmy bulk');
  for (const { source, target } of inbound.failOnErrors) {
    const { ask } = await scimSite();
    // Its resource type /Test is our /Users; a path without id, which it answers with 404, is somebody unknown.
    const Operations = source.Operations.map(({ path, data, ...rest }) => ({
      ...rest,
      path: rest.method === 'POST' ? '/Users' : path === '/Test' ? '/Users/nobody' : '/Users/eve',
      ...(data === undefined ? {} : { data: userBody('made') }),
    }));
    const answer = await ask('POST', '/Bulk', {
      schemas: [],
      failOnErrors: source.failOnErrors,
      Operations,
    });
    expect(answer.body.Operations.map(({ status }: { status: string }) => status)).toEqual(target);
    counts.count('agree');
  }
  // Its rows of groups in groups have no counterpart: groups do not nest here.
  counts.total();
});
