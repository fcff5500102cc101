import { createHash } from 'node:crypto';
import { movedShare } from './ring.ts';

const traceIds = Array.from({ length: 20_000 }, (_, number) =>
  createHash('sha256').update(`trace ${number}`).digest('hex').slice(0, 32),
);
const sets = 5;

/** Share of trace IDs that routers of the two kinds send to different gateways, by the number of gateways. */
export function ringMoves(): string {
  const rows = [1, 2, 3, 10].map((count) => {
    const shares = Array.from({ length: sets }, (_, set) => movedShare(gateways(count, set), traceIds));
    const mean = shares.reduce((sum, share) => sum + share, 0) / sets;
    return `| ${count} | ${Math.round(mean * 100)}% |`;
  });
  const of = `of ${traceIds.length.toLocaleString('en')} trace IDs, computed for ${sets} sets of addresses`;
  return [`| gateways | go to another gateway, ${of} |`, '| --: | --: |', ...rows, ''].join('\n');
}

/** Addresses as tasks in two subnets have them. */
function gateways(count: number, set: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.0.${index % 2}.${20 + 37 * set + 11 * index}:4317`);
}
