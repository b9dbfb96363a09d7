/** A strict reader of the little XML that an image is made of. */

/**
 * The name of the root element.
 * @throws Error where the text is not well-formed: tags that do not match, attributes twice or without
 * quotes, a bare `&` or `<`, characters XML cannot hold.
 */
export function wellFormed(text: string): string {
  const body = text.replace(/^<\?xml [^?]*\?>\n/u, '');
  const bad = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(body);
  if (bad !== null) throw new Error(`character at ${bad.index}`);
  const open: string[] = [];
  let root = '';
  let at = 0;
  const token =
    /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z0-9:-]+="(?:[^<&"]|&(?:amp|lt|gt|quot);)*")*)\s*(\/?)>|(?:[^<&]|&(?:amp|lt|gt|quot);)+/uy;
  while (at < body.length) {
    token.lastIndex = at;
    const match = token.exec(body);
    if (match === null) throw new Error(`at ${at}: ${body.slice(at, at + 40)}`);
    at = token.lastIndex;
    const [whole, close, name, attributes = '', empty] = match;
    if (name === undefined) {
      if (open.length === 0 && whole.trim() !== '') throw new Error('text outside the root');
      continue;
    }
    const names = [...attributes.matchAll(/([a-zA-Z0-9:-]+)="/gu)].map((one) => one[1]);
    if (new Set(names).size !== names.length) throw new Error(`attribute twice in <${name}>`);
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`unexpected </${name}>`);
    } else {
      if (open.length === 0 && root !== '') throw new Error('two roots');
      if (open.length === 0) root = name;
      if (empty !== '/') open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`not closed: <${open.join('><')}>`);
  return root;
}
