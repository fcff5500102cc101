import { ConfigLines, type ConfigPath } from './config-lines.ts';
import { mentioned, quotedText } from './config-mention.ts';

/** A fault that a collector named in its config. */
export interface ConfigFault {
  /** The collector's own words, without what they are wrapped in. */
  message: string;
  /** Line of the config, from 1; undefined where the words do not lead to one. */
  line: number | undefined;
}

const sections = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'];

/**
 * What a collector that did not start says about its config, told from the last lines of its log. Empty when it
 * ended for another reason, such as a config that it may not read.
 *
 * The collector ends with `Error: ` and the fault, decoding errors one to a line below it:
 * https://github.com/open-telemetry/opentelemetry-collector/blob/main/otelcol/command.go
 */
export function configFaults(log: readonly string[], text: string): ConfigFault[] {
  const [first = '', ...more] = lastWords(log);
  const lines = new ConfigLines(text);
  const reader = readers.find(({ start }) => start.test(first));
  if (!reader) return [];
  return reader.read([first.replace(reader.start, ''), ...more].filter(Boolean), lines);
}

/** The paragraph that begins with the last `Error: `, without that. */
function lastWords(log: readonly string[]): string[] {
  const lines = log.flatMap((line) => line.split('\n')).map((line) => line.trim());
  const start = lines.findLastIndex((line) => opening.test(line));
  if (start < 0) return [];
  return lines.slice(start).map((line, index) => (index === 0 ? line.replace(opening, '') : line));
}

const opening = /^(Error: |.* collector server run finished with error: )/;

interface Reader {
  start: RegExp;
  read: (lines: string[], config: ConfigLines) => ConfigFault[];
}

const readers: readonly Reader[] = [
  { start: /^failed to get config: cannot unmarshal the configuration: ?/, read: decodingFaults },
  {
    start: /^failed to get config: cannot resolve the configuration: (?=.*(yaml: |cannot be used as a Conf))/,
    read: yamlFaults,
  },
  {
    start: /^failed to get config: cannot resolve the configuration: (?=scheme )/,
    read: (lines, config) => lines.map((message) => ({ message, line: quotedText(message, config) })),
  },
  { start: /^invalid configuration: /, read: validationFaults },
  { start: /^cannot start (pipelines|extensions): /, read: eachLine(startFault) },
  { start: /^(?=failed to build (pipelines|extensions): )/, read: eachLine(buildFault) },
  { start: /^(?=failed to create logger: )/, read: eachLine(inside(['service', 'telemetry', 'logs'])) },
];

function eachLine(line: (message: string, config: ConfigLines) => number | undefined) {
  return (lines: string[], config: ConfigLines): ConfigFault[] => [
    { message: lines.join(' '), line: line(lines.join(' '), config) },
  ];
}

function inside(path: ConfigPath) {
  return (message: string, config: ConfigLines) => mentioned(message, path, config) ?? config.nearest(path);
}

/**
 * Go's parser is often a line or two off, ours mostly not; where only Go's sees a fault, its line must do.
 * Repeated keys come with a line each, and that one is right.
 */
function yamlFaults(lines: string[], config: ConfigLines): ConfigFault[] {
  const repeated = lines.flatMap((line) => {
    const [, number, message] = /^line (\d+): (.*)$/.exec(line) ?? [];
    return message === undefined ? [] : [{ message, line: within(Number(number), config) }];
  });
  if (repeated.length > 0) return repeated;
  const message = lines.join(' ').replace(/^.*?(?=yaml: )/, '');
  const [, number] = /yaml: line (\d+): /.exec(message) ?? [];
  const theirs = number === undefined ? undefined : within(Number(number), config);
  return [{ message, line: config.fault() ?? theirs }];
}

function within(line: number, config: ConfigLines): number {
  return Math.min(Math.max(line, 1), config.count);
}

/** Says only that what is wrong follows. */
const wrapping = /^decoding failed due to the following error/;

/** `'exporters' unknown type: …`, and below `'processors' error reading configuration for "x": …` what is wrong with x. */
function decodingFaults(lines: string[], config: ConfigLines): ConfigFault[] {
  let context: ConfigPath = [];
  return lines.flatMap((line) => {
    const [, name = '', what = line] = /^'([^']*)' (.*)$/.exec(line) ?? [];
    if (startsAnew(name)) context = [];
    const path = pathOf(name, context, config);
    const [, component, reason = what] = /^error reading configuration for "([^"]+)": (.*)$/.exec(what) ?? [];
    const place = component === undefined ? path : [...path, component];
    if (!wrapping.test(reason)) return decodingFault(line, reason, place, config);
    context = place;
    return [];
  });
}

/** A section's name leads a fault of its own; anything else belongs to the component named before. */
function startsAnew(name: string): boolean {
  return sections.includes(name) || name === 'service' || name.startsWith('service.');
}

function decodingFault(message: string, what: string, path: ConfigPath, config: ConfigLines): ConfigFault[] {
  const [, keys] = /^has invalid keys: (.*)$/.exec(what) ?? [];
  if (keys !== undefined) {
    return keys.split(', ').map((key) => ({ message, line: config.nearest([...path, key]) }));
  }
  const [, id] = /^unknown type: .* for id: "([^"]+)"/.exec(what) ?? /^in "([^"]+)" id: /.exec(what) ?? [];
  if (id !== undefined) return [{ message, line: config.nearest([...path, id]) }];
  return [{ message, line: config.nearest(path) }];
}

/**
 * `policies[1].latency` below the component in question. Go's own type names (`batchprocessor.Config`) stand for
 * the component itself, so that what the config does not have is no part of the path.
 */
function pathOf(name: string, context: ConfigPath, config: ConfigLines): ConfigPath {
  let path = context;
  for (const part of name.split(/[.[\]]+/).filter(Boolean)) {
    const next = [...path, /^\d+$/.test(part) ? Number(part) : part];
    if (!config.has(next)) return path;
    path = next;
  }
  return path;
}

/** `processors::batch: send_batch_max_size must be …`, one to a line. */
function validationFaults(lines: string[], config: ConfigLines): ConfigFault[] {
  return lines.map((message) => {
    const [, place = '', what = message] = /^((?:[^\s:]+::)*[^\s:]+): (.*)$/.exec(message) ?? [];
    const path = place.split('::').filter(Boolean);
    return {
      message,
      line: referenceLine(what, path, config) ?? mentioned(what, path, config) ?? config.nearest(path),
    };
  });
}

/** `references exporter "debug/x" which is not configured`: the item in the pipeline's list. */
function referenceLine(what: string, path: ConfigPath, config: ConfigLines): number | undefined {
  const [, kind, id] = /^references (\w+) "([^"]+)"/.exec(what) ?? [];
  if (id === undefined) return undefined;
  return (
    config.find([...path, `${kind}s`], (text) => text === id) ?? config.find(path, (text) => text === id)
  );
}

/** `failed to start "tail_sampling" processor: …` */
function startFault(message: string, config: ConfigLines): number | undefined {
  const [, id = '', kind, what = ''] =
    /failed to (?:start|create) "([^"]+)" (\w+)[^:]*: (.*)$/.exec(message) ?? [];
  const path = [`${kind}s`, id];
  return (
    policyLine(what, [...path, 'policies'], config) ?? mentioned(what, path, config) ?? config.nearest(path)
  );
}

function policyLine(what: string, policies: ConfigPath, config: ConfigLines): number | undefined {
  const names = config.items(policies).map((policy) => (policy as { name?: unknown } | null)?.name);
  const nameLine = (index: number) => (index < 0 ? undefined : config.nearest([...policies, index, 'name']));
  if (what.startsWith('policy name cannot be empty')) return nameLine(names.findIndex((name) => !name));
  const [, twice] = /^duplicate policy name "([^"]+)"/.exec(what) ?? [];
  if (twice !== undefined) return nameLine(names.lastIndexOf(twice));
  const [, name, reason = ''] = /^failed to create policy evaluator for "([^"]+)": (.*)$/.exec(what) ?? [];
  const index = names.indexOf(name);
  if (name === undefined || index < 0) return undefined;
  const policy = [...policies, index];
  const [, type] = /^unknown sampling policy type (\S+)/.exec(reason) ?? [];
  const typeLine = type === undefined ? undefined : config.find(policy, (text) => text === type);
  return typeLine ?? mentioned(reason, policy, config) ?? nameLine(index);
}

/** `connector "forward/tap" used as receiver in [traces/tap-kept] pipeline but not …`, `failed to create "x" processor …` */
function buildFault(message: string, config: ConfigLines): number | undefined {
  const [, connector] = /connector "([^"]+)"/.exec(message) ?? [];
  if (connector === undefined) return startFault(message, config);
  const [, pipeline] = / in \[([^\]\s]+)/.exec(message) ?? [];
  const used = ['service', 'pipelines', pipeline ?? ''];
  return config.find(used, (text) => text === connector) ?? config.nearest(['connectors', connector]);
}
