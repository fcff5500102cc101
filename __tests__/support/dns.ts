import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * A name server with one answer for every name, as a private DNS namespace has for a service. gRPC asks it with
 * targets of the form `dns://127.0.0.1:PORT/name:port`.
 */
export interface NameServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  address: string;
  /** IPv4 addresses of the name; none yet is an answer too. */
  addresses: string[];
  /** Names that were asked for. */
  questions: Set<string>;
}

const typeA = 1;

export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  const state = { addresses: [] as string[], questions: new Set<string>() };
  socket.on('message', (query, sender) => {
    const { name, end } = questionOf(query);
    state.questions.add(name);
    const isA = query.readUInt16BE(end - 4) === typeA;
    socket.send(reply(query, end, isA ? state.addresses : []), sender.port, sender.address);
  });
  socket.bind(0, '127.0.0.1').unref();
  await once(socket, 'listening');
  return Object.assign(state, {
    address: `127.0.0.1:${socket.address().port}`,
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, 'close');
    },
  });
}

/** The name in a query, and where its question ends: after the name, type and class take four bytes. */
function questionOf(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 5 };
}

/** RFC 1035, 4.1: header, the question again, one record per address that points back to the question's name. */
function reply(query: Buffer, end: number, addresses: readonly string[]): Buffer {
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const bytes = address.split('.').map(Number);
    return Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 1, 0, bytes.length, ...bytes]);
  });
  return Buffer.concat([header, query.subarray(12, end), ...records]);
}
