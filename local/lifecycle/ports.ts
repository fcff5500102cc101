import { createServer } from 'node:net';

/** The wanted port when nothing listens on it, otherwise one that the system picks. */
export async function freePort(wanted: number): Promise<number> {
  return (await bindable(wanted)) ?? (await bindable(0)) ?? wanted;
}

/** The port when it can be listened on, any one for 0; undefined when it is taken. */
export function bindable(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined));
    });
  });
}
