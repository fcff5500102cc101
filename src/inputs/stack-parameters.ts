import { type Faults, nearMiss } from './faults.ts';
import { checkParameters, isNoEcho, type TemplateParameter } from './template-parameters.ts';
import { declaredName, synonymsOf } from './topologies.ts';

type Texts = Readonly<Record<string, string>>;

/** What is given for one template: maps of values, of which later ones go before earlier ones. */
export interface GivenParameters {
  levels: readonly Texts[];
  /** Of each level, whether it is for other templates as well, so that names which this one lacks are not its concern. */
  isShared: readonly boolean[];
  /** What the template declares. */
  declared: Readonly<Record<string, TemplateParameter>>;
}

interface Secrets {
  /** The value of the input `coralogix-api-key`. */
  apiKey: string | undefined;
  mask: (secret: string) => void;
}

/** The values of one template's parameters, by its own names, checked; the key from its own input. */
export function stackParameters(
  given: GivenParameters,
  { apiKey, mask }: Secrets,
  faults: Faults,
): Record<string, string> {
  const { levels, isShared, declared } = given;
  const parameters = Object.assign(
    {},
    ...levels.map((level, index) => {
      const own = ownNames(level, declared, faults);
      return isShared[index] ? declaredOnly(own, declared) : own;
    }),
  ) as Record<string, string>;
  for (const [name, parameter] of Object.entries(declared)) {
    if (!isNoEcho(parameter) || !parameters[name]) continue;
    mask(parameters[name]);
    faults.add(
      `parameter ${name}`,
      'a secret does not belong in a file or in a map of values',
      'the input coralogix-api-key',
    );
  }
  const ofKit = Object.keys(declared).filter((name) => name.endsWith('S3ConfigKey'));
  for (const name of ['S3ConfigBucket', 'S3ConfigPrefix', ...ofKit]) {
    if (parameters[name] !== undefined)
      faults.add(`parameter ${name}`, 'is set by the kit', 's3-config-bucket, s3-prefix and configs');
  }
  checkParameters(parameters, declared, faults);
  return apiKey && 'CoralogixApiKey' in declared ? { ...parameters, CoralogixApiKey: apiKey } : parameters;
}

/**
 * Finds values given for all stacks that no template takes.
 * @param others what the templates of components declare that the environment does not list
 */
export function requireKnown(
  stacks: readonly GivenParameters[],
  others: readonly GivenParameters['declared'][],
  faults: Faults,
): void {
  const declared = [...stacks.map((stack) => stack.declared), ...others];
  const known = [...new Set(declared.flatMap((each) => Object.keys(each)))];
  const shared = stacks.flatMap(({ levels, isShared }) => levels.filter((_, index) => isShared[index]));
  const isKnown = (name: string) => [name, ...synonymsOf(name)].some((each) => known.includes(each));
  for (const name of new Set(shared.flatMap((level) => Object.keys(level)))) {
    if (!isKnown(name))
      faults.add(`parameter ${name}`, `no component's template has such a parameter${nearMiss(name, known)}`);
  }
}

/** The values under the names that the template has for them. */
function ownNames(
  level: Texts,
  declared: GivenParameters['declared'],
  faults: Faults,
): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(level)) {
    const ownName = declaredName(name, declared) ?? name;
    const other = own[ownName];
    if (other !== undefined && other !== value) {
      faults.add(
        `parameter ${ownName}`,
        `given twice, as '${other}' and '${value}': ${[ownName, ...synonymsOf(ownName)].join(' and ')} are the same`,
        'one of them',
      );
    }
    own[ownName] = value;
  }
  return own;
}

function declaredOnly(values: Texts, declared: GivenParameters['declared']): Texts {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in declared));
}
