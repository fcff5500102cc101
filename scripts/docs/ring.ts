import { crc32 } from 'node:zlib';

/**
 * The ring on which the `loadbalancing` exporter finds a trace's gateway, of the versions before and from 0.157:
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/49585. That these are the rings of the real
 * collectors is proven in `__tests__/collector-process/ring.test.ts`.
 */
export interface RingKind {
  positions: number;
  pointsPerGateway: number;
  /** Whether who comes first takes a position, or the lower hash whatever the order. */
  ordered: boolean;
}

export const ringBefore: RingKind = { positions: 36_000, pointsPerGateway: 100, ordered: true };
export const ringFrom0157: RingKind = { positions: 131_071, pointsPerGateway: 200, ordered: false };

interface Point {
  position: number;
  hash: number;
  gateway: string;
}

/** How far a point whose position is taken looks ahead. */
const probes = 10;

export class Ring {
  readonly #kind: RingKind;
  readonly #points: readonly Point[];

  /** @param gateways `host:port`, as the resolver has them; it sorts them */
  constructor(kind: RingKind, gateways: readonly string[]) {
    this.#kind = kind;
    const candidates = [...gateways].sort().flatMap((gateway) => pointsOf(gateway, kind));
    if (!kind.ordered) candidates.sort(byPositionHashAndGateway);
    const taken = new Map<number, Point>();
    for (const point of candidates) {
      const position = freePosition(point.position, taken, kind.positions);
      if (position !== undefined) taken.set(position, { ...point, position });
    }
    this.#points = [...taken.values()].sort((a, b) => a.position - b.position);
  }

  /** @param traceId 32 hexadecimal digits */
  gatewayOf(traceId: string): string {
    const position = crc32(Buffer.from(traceId, 'hex')) % this.#kind.positions;
    let [low, high] = [0, this.#points.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#points[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return (this.#points[low] ?? this.#points[0])?.gateway ?? '';
  }
}

function pointsOf(gateway: string, { positions, pointsPerGateway }: RingKind): Point[] {
  const index = Buffer.alloc(4);
  return Array.from({ length: pointsPerGateway }, (_, number) => {
    index.writeUInt32LE(number);
    const hash = crc32(index, crc32(gateway));
    return { position: hash % positions, hash, gateway };
  });
}

function byPositionHashAndGateway(a: Point, b: Point): number {
  return a.position - b.position || a.hash - b.hash || (a.gateway < b.gateway ? -1 : 1);
}

function freePosition(wanted: number, taken: ReadonlyMap<number, unknown>, positions: number) {
  for (let ahead = 0; ahead < probes; ahead++) {
    const position = (wanted + ahead) % positions;
    if (!taken.has(position)) return position;
  }
  return undefined;
}

/** Share of trace ids that the two rings give to different gateways. */
export function movedShare(gateways: readonly string[], traceIds: readonly string[]): number {
  const [before, after] = [new Ring(ringBefore, gateways), new Ring(ringFrom0157, gateways)];
  const moved = traceIds.filter((id) => before.gatewayOf(id) !== after.gatewayOf(id));
  return moved.length / traceIds.length;
}
