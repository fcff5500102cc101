export const id = 615;
export const ids = [615];
export const modules = {

/***/ 16615:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./build/aws/cloud-map.js
var cloud_map = __webpack_require__(62540);
// EXTERNAL MODULE: ./build/aws/cloudformation.js + 2 modules
var cloudformation = __webpack_require__(54787);
// EXTERNAL MODULE: ./build/aws/ecs-services.js
var ecs_services = __webpack_require__(42768);
// EXTERNAL MODULE: ./build/aws/log-tail.js
var log_tail = __webpack_require__(77243);
// EXTERNAL MODULE: ./build/stack/execute.js + 5 modules
var execute = __webpack_require__(42981);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(38815);
;// CONCATENATED MODULE: ./build/collector/config-lines.js

class ConfigLines {
    #text;
    #lines = new dist/* LineCounter */.HN();
    #document;
    constructor(text) {
        this.#text = text;
        this.#document = (0,dist/* parseDocument */.Tp)(text, { lineCounter: this.#lines, prettyErrors: false });
    }
    fault() {
        const [first] = this.#document.errors;
        if (!first)
            return undefined;
        const { line } = this.#lines.linePos(first.pos[0]);
        return first.message.startsWith('Flow ') ? line - 1 : line;
    }
    at(path) {
        const name = path.at(-1);
        if (name === undefined)
            return undefined;
        const parent = this.#node(path.slice(0, -1));
        if ((0,dist/* isMap */.jh)(parent)) {
            const pair = parent.items.find(({ key }) => (0,dist/* isScalar */.jn)(key) && String(key.value) === String(name));
            return this.#lineOf(pair?.key);
        }
        return (0,dist/* isSeq */.oP)(parent) ? this.#lineOf(parent.items[Number(name)]) : undefined;
    }
    nearest(path) {
        for (let length = path.length; length > 0; length -= 1) {
            const line = this.at(path.slice(0, length));
            if (line !== undefined)
                return line;
        }
        return undefined;
    }
    has(path) {
        return path.length === 0 || this.at(path) !== undefined;
    }
    find(path, matches) {
        const root = this.#node(path);
        let line;
        if (!(0,dist/* isNode */.Ll)(root))
            return undefined;
        (0,dist/* visit */.YR)(root, {
            Scalar: (_key, scalar) => {
                if (!matches(String(scalar.value)))
                    return undefined;
                line = this.#lineOf(scalar);
                return dist/* visit */.YR.BREAK;
            },
        });
        return line;
    }
    keys(path) {
        const node = this.#node(path);
        return (0,dist/* isMap */.jh)(node) ? node.items.flatMap(({ key }) => ((0,dist/* isScalar */.jn)(key) ? String(key.value) : [])) : [];
    }
    items(path) {
        const node = this.#node(path);
        return (0,dist/* isSeq */.oP)(node) ? node.items.map((item) => ((0,dist/* isNode */.Ll)(item) ? item.toJS(this.#document) : item)) : [];
    }
    holding(words) {
        const index = this.#text.split('\n').findIndex((line) => line.includes(words));
        return index < 0 ? undefined : index + 1;
    }
    get count() {
        return this.#text.replace(/\n$/, '').split('\n').length;
    }
    #node(path) {
        if (path.length === 0)
            return this.#document.contents;
        return this.#document.getIn([...path], true);
    }
    #lineOf(node) {
        const start = (0,dist/* isPair */.tO)(node) ? node.key : node;
        return (0,dist/* isNode */.Ll)(start) && start.range ? this.#lines.linePos(start.range[0]).line : undefined;
    }
}

;// CONCATENATED MODULE: ./build/collector/config-mention.js
function mentioned(message, path, config) {
    if (!config.has(path))
        return undefined;
    const find = (matches) => config.find(path, matches);
    const quotes = quotedIn(message).map((text) => ({ text, line: find((each) => each === text) }));
    const [only, ...others] = new Set(quotes.flatMap(({ line }) => line ?? []));
    if (only !== undefined && others.length === 0)
        return only;
    const parts = quotes.filter(({ text, line }) => text.length > 2 && line === undefined).reverse();
    const [part] = parts.flatMap(({ text }) => find((each) => each.includes(text)) ?? []);
    return part ?? only ?? namedKey(message, path, config);
}
function quotedText(message, config) {
    const [line] = quotedIn(message)
        .reverse()
        .flatMap((quote) => config.holding(quote) ?? []);
    return line;
}
function namedKey(message, path, config) {
    const known = config.keys(path);
    const named = message.split(/[^\w.-]+/).find((word) => known.includes(word));
    return named === undefined ? undefined : config.at([...path, named]);
}
function quotedIn(message) {
    const found = message.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|`([^`]*)`/g);
    return [...found].map(([, go, single, back]) => (go === undefined ? (single ?? back ?? '') : unquoted(go)));
}
function unquoted(text) {
    try {
        return String(JSON.parse(`"${text}"`));
    }
    catch {
        return text;
    }
}

;// CONCATENATED MODULE: ./build/collector/config-error.js


const sections = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'];
function configFaults(log, text) {
    const [first = '', ...more] = lastWords(log);
    const lines = new ConfigLines(text);
    const reader = readers.find(({ start }) => start.test(first));
    if (!reader)
        return [];
    return reader.read([first.replace(reader.start, ''), ...more].filter(Boolean), lines);
}
function lastWords(log) {
    const lines = log.flatMap((line) => line.split('\n')).map((line) => line.trim());
    const start = lines.findLastIndex((line) => opening.test(line));
    if (start < 0)
        return [];
    return lines.slice(start).map((line, index) => (index === 0 ? line.replace(opening, '') : line));
}
const opening = /^(Error: |.* collector server run finished with error: )/;
const readers = [
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
function eachLine(line) {
    return (lines, config) => [
        { message: lines.join(' '), line: line(lines.join(' '), config) },
    ];
}
function inside(path) {
    return (message, config) => mentioned(message, path, config) ?? config.nearest(path);
}
function yamlFaults(lines, config) {
    const repeated = lines.flatMap((line) => {
        const [, number, message] = /^line (\d+): (.*)$/.exec(line) ?? [];
        return message === undefined ? [] : [{ message, line: within(Number(number), config) }];
    });
    if (repeated.length > 0)
        return repeated;
    const message = lines.join(' ').replace(/^.*?(?=yaml: )/, '');
    const [, number] = /yaml: line (\d+): /.exec(message) ?? [];
    const theirs = number === undefined ? undefined : within(Number(number), config);
    return [{ message, line: config.fault() ?? theirs }];
}
function within(line, config) {
    return Math.min(Math.max(line, 1), config.count);
}
const wrapping = /^decoding failed due to the following error/;
function decodingFaults(lines, config) {
    let context = [];
    return lines.flatMap((line) => {
        const [, name = '', what = line] = /^'([^']*)' (.*)$/.exec(line) ?? [];
        if (startsAnew(name))
            context = [];
        const path = pathOf(name, context, config);
        const [, component, reason = what] = /^error reading configuration for "([^"]+)": (.*)$/.exec(what) ?? [];
        const place = component === undefined ? path : [...path, component];
        if (!wrapping.test(reason))
            return decodingFault(line, reason, place, config);
        context = place;
        return [];
    });
}
function startsAnew(name) {
    return sections.includes(name) || name === 'service' || name.startsWith('service.');
}
function decodingFault(message, what, path, config) {
    const [, keys] = /^has invalid keys: (.*)$/.exec(what) ?? [];
    if (keys !== undefined) {
        return keys.split(', ').map((key) => ({ message, line: config.nearest([...path, key]) }));
    }
    const [, id] = /^unknown type: .* for id: "([^"]+)"/.exec(what) ?? /^in "([^"]+)" id: /.exec(what) ?? [];
    if (id !== undefined)
        return [{ message, line: config.nearest([...path, id]) }];
    return [{ message, line: config.nearest(path) }];
}
function pathOf(name, context, config) {
    let path = context;
    for (const part of name.split(/[.[\]]+/).filter(Boolean)) {
        const next = [...path, /^\d+$/.test(part) ? Number(part) : part];
        if (!config.has(next))
            return path;
        path = next;
    }
    return path;
}
function validationFaults(lines, config) {
    return lines.map((message) => {
        const [, place = '', what = message] = /^((?:[^\s:]+::)*[^\s:]+): (.*)$/.exec(message) ?? [];
        const path = place.split('::').filter(Boolean);
        return {
            message,
            line: referenceLine(what, path, config) ?? mentioned(what, path, config) ?? config.nearest(path),
        };
    });
}
function referenceLine(what, path, config) {
    const [, kind, id] = /^references (\w+) "([^"]+)"/.exec(what) ?? [];
    if (id === undefined)
        return undefined;
    return (config.find([...path, `${kind}s`], (text) => text === id) ?? config.find(path, (text) => text === id));
}
function startFault(message, config) {
    const [, id = '', kind, what = ''] = /failed to (?:start|create) "([^"]+)" (\w+)[^:]*: (.*)$/.exec(message) ?? [];
    const path = [`${kind}s`, id];
    return (policyLine(what, [...path, 'policies'], config) ?? mentioned(what, path, config) ?? config.nearest(path));
}
function policyLine(what, policies, config) {
    const names = config.items(policies).map((policy) => policy?.name);
    const nameLine = (index) => (index < 0 ? undefined : config.nearest([...policies, index, 'name']));
    if (what.startsWith('policy name cannot be empty'))
        return nameLine(names.findIndex((name) => !name));
    const [, twice] = /^duplicate policy name "([^"]+)"/.exec(what) ?? [];
    if (twice !== undefined)
        return nameLine(names.lastIndexOf(twice));
    const [, name, reason = ''] = /^failed to create policy evaluator for "([^"]+)": (.*)$/.exec(what) ?? [];
    const index = names.indexOf(name);
    if (name === undefined || index < 0)
        return undefined;
    const policy = [...policies, index];
    const [, type] = /^unknown sampling policy type (\S+)/.exec(reason) ?? [];
    const typeLine = type === undefined ? undefined : config.find(policy, (text) => text === type);
    return typeLine ?? mentioned(reason, policy, config) ?? nameLine(index);
}
function buildFault(message, config) {
    const [, connector] = /connector "([^"]+)"/.exec(message) ?? [];
    if (connector === undefined)
        return startFault(message, config);
    const [, pipeline] = / in \[([^\]\s]+)/.exec(message) ?? [];
    const used = ['service', 'pipelines', pipeline ?? ''];
    return config.find(used, (text) => text === connector) ?? config.nearest(['connectors', connector]);
}

// EXTERNAL MODULE: ./build/stack/diagnosis.js
var diagnosis = __webpack_require__(97942);
;// CONCATENATED MODULE: ./build/steps/config-annotations.js



function annotateConfig(error, configs, release, reporter) {
    if (!(error instanceof diagnosis/* DiagnosedError */.xB))
        return;
    const command = error.links.find(({ what }) => what === 'command')?.text.split(' ') ?? [];
    const ran = release.configs.find(({ key }) => command.some((word) => word.endsWith(`/${key}`)));
    const config = configs.find(({ parameter }) => parameter === ran?.parameter);
    if (!config)
        return;
    const log = error.links.filter(({ what }) => what === 'log').map(({ text }) => text);
    for (const { message, line } of configFaults(log, config.bytes.toString('utf8'))) {
        const where = line === undefined ? config.path : `${config.path}:${line}`;
        if (config.path.startsWith('kit:'))
            reporter.info(`${where}: ${message}`);
        else
            reporter.annotate({ file: external_node_path_.posix.normalize(config.path), line, message });
    }
}

// EXTERNAL MODULE: ./build/steps/services-in-step.js + 2 modules
var services_in_step = __webpack_require__(57039);
;// CONCATENATED MODULE: ./build/steps/deploy-summary.js

function deploySummary({ settings, published, changed, services, seconds }) {
    const { release, made, present } = published;
    const what = changed ? 'deployed' : 'unchanged: nothing was executed';
    const title = `### Stack \`${settings.stackName}\` (${settings.environment}, ${settings.region}) ${what}`;
    const facts = [
        `Release \`${release.id}\``,
        `image \`${release.image}\``,
        `${made.length} objects written, ${present.length} there already`,
        `${seconds} s`,
    ].join(' · ');
    if (services.length === 0)
        return `${title}\n\n${facts}\n\nThe stack has no ECS services.`;
    return [title, '', facts, '', (0,services_in_step/* servicesTable */.lt)(services)].join('\n');
}

// EXTERNAL MODULE: ./build/steps/planning.js + 5 modules
var planning = __webpack_require__(1470);
;// CONCATENATED MODULE: ./build/steps/deploy.js









async function run(settings, deps) {
    const { reporter, clock } = deps;
    const { region, stackName } = settings;
    const started = clock.now();
    const waiting = {
        clock,
        signal: deps.signal,
        deadline: started + settings.deploy.timeoutSeconds * 1000,
        say: (line) => reporter.info(line),
        ledger: deps.ledger,
    };
    const ports = {
        cloudFormation: (0,cloudformation/* cloudFormation */.T)(region),
        ecs: (0,ecs_services/* ecsServices */._)(region),
        cloudMap: (0,cloud_map/* cloudMap */.u)(region),
        logTail: (0,log_tail/* logTail */.R)(region),
    };
    const { published, plan } = await (0,planning/* planRelease */.F3)(settings, deps, waiting, ports);
    const changed = !plan.isEmpty;
    const carryOut = async () => {
        if (changed) {
            await reporter.group('Execute the change set', () => (0,execute/* executePlan */.v)(stackName, plan, ports, waiting));
        }
        const stack = await (0,services_in_step/* currentStack */.YQ)(stackName, plan.changeSet.stackId, ports.cloudFormation);
        reporter.output('stack-outputs', JSON.stringify(stack.outputs));
        return reporter.group('Wait for services and Cloud Map', () => (0,services_in_step/* servicesInStep */.e)(stack, { since: started }, ports, waiting));
    };
    const services = await carryOut().catch((error) => {
        annotateConfig(error, settings.configs, published.release, reporter);
        throw error;
    });
    const seconds = Math.round((clock.now() - started) / 1000);
    reporter.summary(deploySummary({ settings, published, changed, services, seconds }));
}


/***/ })

};
