/** The two ends of the range of collector versions that the shipped configs are proven with: docs/collector-versions.md. */

export type CollectorEnd = 'oldest' | 'newest';

/** Both, for `describe.each`. */
export const ends = [
  { end: 'oldest', version: '0.152.0' },
  { end: 'newest', version: '0.158.0' },
] satisfies { end: CollectorEnd; version: string }[];

/** Where the binary of each is. */
export const binaryOf = {
  oldest: 'ECS_TAIL_SAMPLING_COLLECTOR_OLDEST',
  newest: 'ECS_TAIL_SAMPLING_COLLECTOR',
} as const;

// Five lines each, so that the lines below stay where they are.
const coralogix =
  /^ {2}coralogix:\n {4}domain: .*\n {4}private_key: .*\n {4}application_name: .*\n {4}subsystem_name: .*\n/m;
const otlp = [
  '  otlp/coralogix:',
  '    endpoint: 127.0.0.1:1',
  '    tls:',
  '      insecure: true',
  '    # It has no coralogix exporter.',
  '',
].join('\n');

/** A shipped config as the collector of this end can load it: the oldest has `otlp` in the place of `coralogix`. */
export function configFor(end: CollectorEnd, config: string): string {
  if (end === 'newest') return config;
  const replaced = config
    .replace(coralogix, otlp)
    .replace(/^( +exporters: \[.*)\bcoralogix\b/gm, '$1otlp/coralogix');
  if (/^[^#]*(?<!otlp\/)\bcoralogix[:\],]/m.test(replaced)) throw new Error('a coralogix exporter is left');
  return replaced;
}

interface Overlay {
  exporters?: { coralogix?: { traces?: object } };
}

/** An overlay for it, likewise: the backend takes OTLP on one endpoint. */
export function overlayFor(end: CollectorEnd, overlay: Overlay): object {
  const { coralogix: backend, ...others } = overlay.exporters ?? {};
  if (end === 'newest' || backend === undefined) return overlay;
  return { ...overlay, exporters: { ...others, 'otlp/coralogix': backend.traces } };
}
