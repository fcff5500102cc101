import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { backendFiles, type ReceivedSpan, readTraces } from '../../local/backend.ts';
import type { Cloud } from '../../local/cloud.ts';
import { readGatewayLine } from '../../src/collector/tap.ts';
import type { Account } from './account.ts';
import { metricsIn, type ReceivedMetric } from './backend.ts';

/** Spans of a service at the backend stand-in. */
export async function spansOfService({ backendDirectory }: Cloud, service: string): Promise<ReceivedSpan[]> {
  const spans = await readTraces(backendDirectory);
  return spans.filter(({ resource }) => resource['service.name'] === service);
}

/** Metrics of a service at the backend stand-in, among those of others. */
export async function metricsOfService(
  { backendDirectory }: Cloud,
  service: string,
): Promise<ReceivedMetric[]> {
  const input = createReadStream(path.join(backendDirectory, backendFiles.metrics), 'utf8');
  const lines: string[] = [];
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    // A line that is still being written has no end yet.
    if (line.includes(`"${service}"`) && line.endsWith('}')) lines.push(line);
  }
  return metricsIn(lines).filter(({ resource }) => resource['service.name'] === service);
}

/** Span ids of each trace of a run, by the gateway that they came to, as the gateways' taps say. */
export type Gatherings = Map<string, Map<string, Set<string>>>;

/** @param run value of the resource attribute `verify.run` */
export async function gatheredAtGateways(
  { logs }: Account,
  logGroupName: string,
  run: string,
): Promise<Gatherings> {
  const gathered: Gatherings = new Map();
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName, ...(nextToken ? { nextToken } : {}) }),
    );
    for (const { message = '', logStreamName: gateway = '' } of page.events ?? []) {
      const line = readGatewayLine(message);
      if (line.kind !== 'spans' || line.point !== 'arrived') continue;
      const spans = line.blocks.filter((block) => block.run === run).flatMap((block) => block.spans);
      for (const { traceId, spanId } of spans) {
        const places = gathered.get(traceId) ?? new Map<string, Set<string>>();
        gathered.set(traceId, places.set(gateway, (places.get(gateway) ?? new Set()).add(spanId)));
      }
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return gathered;
}
