import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  body?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A local server in the place of an AWS endpoint: gives the scripted answers in order, the last one for ever. */
export async function httpEndpoint(answers: readonly Answer[]) {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    let sent = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      sent += chunk;
    });
    request.on('end', () => {
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? { status: 500 };
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: sent });
      response.writeHead(answer.status, { 'content-type': 'application/xml', ...answer.headers });
      response.end(answer.body ?? '');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return {
    requests,
    async [Symbol.asyncDispose]() {
      process.env = before;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
