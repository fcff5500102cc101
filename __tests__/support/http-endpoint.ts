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
}

/** A local server in the place of an AWS endpoint: gives the scripted answers in order, the last one for ever. */
export async function httpEndpoint(answers: readonly Answer[]) {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const {
        status,
        body = '',
        headers,
      } = answers[Math.min(requests.length, answers.length - 1)] ?? { status: 500 };
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      response.writeHead(status, { 'content-type': 'application/xml', ...headers });
      response.end(body);
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
