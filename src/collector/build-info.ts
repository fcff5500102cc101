import { objectIn } from './json-line.ts';

/** What a collector says of itself when it starts. */
export interface BuildInfo {
  /** `otelcol-contrib`, … */
  distribution: string;
  /** The distribution's own version: upstream's that of its components, elsewhere of whatever its makers count. */
  version: string;
  /** Version of the collector's core that it is built on; undefined where its log has no callers. */
  core: string | undefined;
}

/** The versions that the shipped configs and what the kit reads are proven with; docs/collector-versions.md. */
export const provenRange = { oldest: '0.152', newest: '0.158' } as const;

// https://github.com/open-telemetry/opentelemetry-collector/blob/main/service/service.go (Service.Start)
const starting = /^Starting (\S+)\.\.\.$/;

/**
 * Reads one line of a collector's log, JSON or console, at level info.
 * @returns undefined unless it is the one that says what starts
 */
export function buildInfo(line: string): BuildInfo | undefined {
  const json = objectIn(line);
  const entry = json ?? consoleEntry(line);
  const [, distribution] = starting.exec(String(entry?.['msg'] ?? '')) ?? [];
  const version = entry?.['Version'];
  // `Starting extensions...` has no version.
  if (distribution === undefined || typeof version !== 'string') return undefined;
  const [, core] = /^service@v([^/]+)\//.exec(String(entry?.['caller'] ?? '')) ?? [];
  return { distribution, version, core };
}

/** time, level, caller (unless disabled), message, fields: with tabs in between. */
function consoleEntry(line: string): Record<string, unknown> | undefined {
  const cells = line.trimEnd().split('\t');
  const fields = objectIn(cells.at(-1) ?? '');
  if (fields === undefined || cells.length < 4) return undefined;
  return { ...fields, msg: cells.at(-2), caller: cells.at(-3) };
}

/** Whether a version is outside the proven range; of the core, where that is known. Undefined when it is no version. */
export function isOutsideProvenRange({ version, core }: BuildInfo): boolean | undefined {
  const minor = minorOf(core ?? version);
  const [oldest, newest] = [minorOf(provenRange.oldest), minorOf(provenRange.newest)];
  if (minor === undefined || oldest === undefined || newest === undefined) return undefined;
  return minor < oldest || minor > newest;
}

/** 158 of `v0.158.0`; versions from 1.0 count on from a million. */
function minorOf(version: string): number | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return minor === undefined ? undefined : Number(major) * 1_000_000 + Number(minor);
}
