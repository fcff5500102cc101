import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** IPv4 ranges that this host has an address in or a route to, as CIDR. */
export function usedRanges(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const addresses = own.flatMap((entry) => (entry.family === 'IPv4' && entry.cidr ? [entry.cidr] : []));
  const table = '/proc/net/route';
  return [...addresses, ...(existsSync(table) ? routes(readFileSync(table, 'utf8')) : [])];
}

/** The ranges of a routing table in /proc/net/route's form: proc(5). The default route is everywhere and left out. */
export function routes(table: string): string[] {
  const rows = table.trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const fields = row.split(/\s+/);
    const [destination, mask] = [littleEndian(fields[1] ?? ''), littleEndian(fields[7] ?? '')];
    const length = mask.toString(2).replaceAll('0', '').length;
    return length === 0
      ? []
      : [`${[24, 16, 8, 0].map((shift) => (destination >>> shift) & 255).join('.')}/${length}`];
  });
}

export function overlaps(one: string, other: string): boolean {
  const [first, second] = [bounds(one), bounds(other)];
  return first.low <= second.high && second.low <= first.high;
}

function bounds(cidr: string): { low: number; high: number } {
  const [address = '', length = '32'] = cidr.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const low = Math.floor(number / size) * size;
  return { low, high: low + size - 1 };
}

function littleEndian(hex: string): number {
  return Buffer.from(hex.padStart(8, '0'), 'hex').readUInt32LE();
}
