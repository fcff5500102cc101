import { randomBytes } from 'node:crypto';

/** A span to send; telemetrygen sends the spans of a trace to one place only. */
export interface SpanToSend {
  traceId: string;
  spanId: string;
  name: string;
  /** Default unset; 2 is an error. https://opentelemetry.io/docs/specs/otlp/ */
  status?: { code: 2 };
}

/** A trace of one span for each of `names`. */
export function trace(...names: string[]): SpanToSend[] {
  const traceId = randomBytes(16).toString('hex');
  return names.map((name) => ({ traceId, spanId: randomBytes(8).toString('hex'), name }));
}

/**
 * Sends spans of one resource as one OTLP/HTTP request; throws when it is refused.
 * @param to a port of this machine, or host:port
 */
export async function sendSpans(
  to: number | string,
  resource: Readonly<Record<string, string>>,
  spans: readonly SpanToSend[],
): Promise<void> {
  const attribute = ([key, stringValue]: [string, string]) => ({ key, value: { stringValue } });
  const now = BigInt(Date.now()) * 1_000_000n;
  const body = {
    resourceSpans: [
      {
        resource: { attributes: Object.entries(resource).map(attribute) },
        scopeSpans: [
          {
            spans: spans.map((span) => ({
              ...span,
              kind: 2,
              startTimeUnixNano: String(now),
              endTimeUnixNano: String(now + 5_000_000n),
            })),
          },
        ],
      },
    ],
  };
  const response = await fetch(`http://${typeof to === 'number' ? `127.0.0.1:${to}` : to}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`spans were refused: ${response.status} ${await response.text()}`);
}
