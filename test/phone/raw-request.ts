/** Requests as they are written, with headers that `fetch` would not send. */
import { request } from 'node:http';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends one request to a server of this machine. */
export function ask(
  address: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const { port } = new URL(address);
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers }, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        const { statusCode: status = 0, headers: told } = response;
        response.on('end', () => resolve({ status, headers: told, text }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
