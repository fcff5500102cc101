/** A component that a config names and its collector does not have. */
interface Absent {
  /** `receiver`, `processor`, `exporter`, `connector`, `extension`. */
  kind: string;
  /** As the config has it, without the part behind the slash. */
  type: string;
}

/** https://github.com/open-telemetry/opentelemetry-collector/blob/main/otelcol/internal/configunmarshaler/error.go */
const unknown = /'(receiver|processor|exporter|connector|extension)s' unknown type: "([^"]+)"/g;

/**
 * Distributions differ in their components, so what the image lacks is said with the image's name: the config may be
 * right, and the image not the one it was written for.
 * @param log the last lines of a collector that did not start
 * @returns a sentence; undefined when the collector names no component that it lacks
 */
export function absentComponents(log: readonly string[], image: string): string | undefined {
  const absent = [...log.join('\n').matchAll(unknown)].map(
    ([, kind = '', type = '']): Absent => ({ kind, type }),
  );
  if (absent.length === 0) return undefined;
  const names = absent.map(({ kind, type }) => `${kind} ${type}`);
  return `image ${image} is built without ${[...new Set(names)].join(', ')}`;
}
