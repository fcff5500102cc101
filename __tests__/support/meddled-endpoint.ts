import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The cloud's endpoint with somebody in between, who does something just before an action is let through: what
 * another person does at the same moment, without having to be quick.
 */
export class MeddledEndpoint implements AsyncDisposable {
  readonly url: string;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  /**
   * @param action by its name in CloudFormation's query API; met once
   * @param meddle what is done before; an error of it is the answer
   */
  static async before(
    endpoint: string,
    action: string,
    meddle: () => Promise<void>,
  ): Promise<MeddledEndpoint> {
    let isMet = false;
    const server = createServer(async (incoming, answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      try {
        if (!isMet && new URLSearchParams(body.toString()).get('Action') === action) {
          isMet = true;
          await meddle();
        }
      } catch (error) {
        answer.writeHead(400).end(String(error));
        return;
      }
      const { method, headers, url = '/' } = incoming;
      const outgoing = request(new URL(url, endpoint), { method, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(answer);
      });
      outgoing.once('error', (error) => answer.destroy(error));
      outgoing.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new MeddledEndpoint(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
