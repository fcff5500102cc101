export const id = 832;
export const ids = [832];
export const modules = {

/***/ 98968:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  y: () => (/* binding */ clientConfig),
  L: () => (/* binding */ objectStoreConfig)
});

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(77030);
;// CONCATENATED MODULE: ./build/kit/version.js
const version = '0.1.0';

;// CONCATENATED MODULE: ./build/aws/client-config.js


function clientConfig(region) {
    return {
        region,
        customUserAgent: `ecs-tail-sampling/${version}`,
        retryMode: 'standard',
        maxAttempts: 6,
        requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    };
}
function objectStoreConfig(region, environment = process.env) {
    const endpoint = environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'];
    return { ...clientConfig(region), forcePathStyle: endpoint !== undefined && isBareHost(endpoint) };
}
function isBareHost(endpoint) {
    if (!URL.canParse(endpoint))
        return false;
    const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
    return (0,external_node_net_.isIP)(host) !== 0 || host === 'localhost';
}


/***/ }),

/***/ 54787:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  T: () => (/* binding */ cloudFormation)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-cloudformation/dist-cjs/index.js
var dist_cjs = __webpack_require__(3805);
// EXTERNAL MODULE: ./build/kit/errors.js
var errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/aws/errors.js
var aws_errors = __webpack_require__(68127);
;// CONCATENATED MODULE: ./build/aws/change-sets.js



async function describeChangeSet(client, id) {
    const changes = [];
    let page;
    try {
        do {
            const request = new dist_cjs/* DescribeChangeSetCommand */.TTT({
                ChangeSetName: id,
                ...(page?.NextToken ? { NextToken: page.NextToken } : {}),
            });
            page = await (0,aws_errors/* asking */.os)(`describe change set ${id}`, () => client.send(request));
            changes.push(...(page.Changes ?? []).flatMap(resourceChange));
        } while (page.NextToken);
    }
    catch (error) {
        if ((0,errors/* isKitError */.Jt)(error, 'change-set-not-found'))
            return undefined;
        throw error;
    }
    return {
        id: page.ChangeSetId ?? id,
        name: page.ChangeSetName ?? id,
        stackId: page.StackId ?? '',
        status: page.Status ?? 'UNKNOWN',
        executionStatus: page.ExecutionStatus ?? 'UNKNOWN',
        reason: page.StatusReason || undefined,
        changes,
    };
}
function resourceChange({ ResourceChange: change }) {
    if (!change)
        return [];
    const details = change.Details ?? [];
    return [
        {
            action: change.Action ?? '',
            logicalId: change.LogicalResourceId ?? '',
            type: change.ResourceType ?? '',
            replacement: change.Replacement,
            properties: distinct(details.map((each) => each.Target?.Name ?? each.Target?.Attribute)),
            causes: distinct(details.map((each) => each.CausingEntity?.split('.')[0])),
        },
    ];
}
function distinct(names) {
    return [...new Set(names.filter((each) => Boolean(each)))];
}

// EXTERNAL MODULE: ./build/aws/client-config.js + 1 modules
var client_config = __webpack_require__(98968);
;// CONCATENATED MODULE: ./build/aws/stack-events.js


async function* stackEvents(client, stack) {
    let NextToken;
    do {
        const request = new dist_cjs/* DescribeStackEventsCommand */.Ie9({ StackName: stack, ...(NextToken ? { NextToken } : {}) });
        const page = await (0,aws_errors/* asking */.os)(`read the events of stack ${stack}`, () => client.send(request));
        for (const event of page.StackEvents ?? []) {
            yield {
                id: event.EventId ?? '',
                at: event.Timestamp?.getTime() ?? 0,
                stackId: event.StackId ?? stack,
                logicalId: event.LogicalResourceId ?? '',
                physicalId: event.PhysicalResourceId || undefined,
                type: event.ResourceType ?? '',
                status: event.ResourceStatus ?? '',
                reason: event.ResourceStatusReason || undefined,
                token: event.ClientRequestToken || undefined,
            };
        }
        NextToken = page.NextToken;
    } while (NextToken);
}

;// CONCATENATED MODULE: ./build/aws/cloudformation.js






function cloudFormation(region) {
    const client = new dist_cjs/* CloudFormationClient */.m1N((0,client_config/* clientConfig */.y)(region));
    return {
        find: (stack) => find(client, stack),
        async originalTemplate(stack) {
            const request = new dist_cjs/* GetTemplateCommand */._JK({ StackName: stack, TemplateStage: 'Original' });
            const answer = await (0,aws_errors/* asking */.os)(`read the template of stack ${stack}`, () => client.send(request));
            return answer.TemplateBody ?? '';
        },
        resources: (stack) => resources(client, stack),
        events: (stack) => stackEvents(client, stack),
        createChangeSet: (request) => createChangeSet(client, request),
        changeSet: (id) => describeChangeSet(client, id),
        changeSetNames: (stack) => changeSetNames(client, stack),
        async executeChangeSet(id, token) {
            const request = new dist_cjs/* ExecuteChangeSetCommand */.PB_({ ChangeSetName: id, ClientRequestToken: token });
            await (0,aws_errors/* asking */.os)(`execute change set ${id}`, () => client.send(request));
        },
        async deleteChangeSet(name, stack) {
            const request = new dist_cjs/* DeleteChangeSetCommand */.$GE({ ChangeSetName: name, StackName: stack });
            await (0,aws_errors/* asking */.os)(`delete change set ${name} of stack ${stack}`, () => client.send(request));
        },
        async deleteStack(stack, token) {
            const request = new dist_cjs/* DeleteStackCommand */.fAr({ StackName: stack, ClientRequestToken: token });
            await (0,aws_errors/* asking */.os)(`delete stack ${stack}`, () => client.send(request));
        },
        async cancelUpdate(stack, token) {
            const request = new dist_cjs/* CancelUpdateStackCommand */.v6j({ StackName: stack, ClientRequestToken: token });
            await (0,aws_errors/* asking */.os)(`cancel the update of stack ${stack}`, () => client.send(request));
        },
    };
}
async function find(client, stack) {
    try {
        const answer = await (0,aws_errors/* asking */.os)(`describe stack ${stack}`, () => client.send(new dist_cjs/* DescribeStacksCommand */.Y47({ StackName: stack })));
        const found = answer.Stacks?.[0];
        if (!found)
            return undefined;
        return {
            id: found.StackId ?? '',
            name: found.StackName ?? stack,
            status: found.StackStatus ?? 'UNKNOWN',
            statusReason: found.StackStatusReason || undefined,
            lastUpdated: (found.LastUpdatedTime ?? found.CreationTime)?.getTime() ?? 0,
            parameters: record(found.Parameters ?? [], (each) => [each.ParameterKey, each.ParameterValue]),
            outputs: record(found.Outputs ?? [], (each) => [each.OutputKey, each.OutputValue]),
        };
    }
    catch (error) {
        if ((0,errors/* isKitError */.Jt)(error, 'stack-not-found'))
            return undefined;
        throw error;
    }
}
function record(items, entry) {
    return Object.fromEntries(items.map((item) => entry(item)).map(([name, value]) => [name ?? '', value ?? '']));
}
async function resources(client, stack) {
    const request = new dist_cjs/* DescribeStackResourcesCommand */.OTB({ StackName: stack });
    const answer = await (0,aws_errors/* asking */.os)(`list the resources of stack ${stack}`, () => client.send(request));
    return (answer.StackResources ?? []).map((each) => ({
        logicalId: each.LogicalResourceId ?? '',
        physicalId: each.PhysicalResourceId || undefined,
        type: each.ResourceType ?? '',
    }));
}
async function createChangeSet(client, request) {
    const { template, tags } = request;
    const command = new dist_cjs/* CreateChangeSetCommand */.YDU({
        StackName: request.stackName,
        ChangeSetName: request.name,
        ChangeSetType: request.type,
        Description: request.description,
        ClientToken: request.token,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        ...templateOf(template),
        Parameters: request.parameters.map(({ name, value }) => value === undefined
            ? { ParameterKey: name, UsePreviousValue: true }
            : { ParameterKey: name, ParameterValue: value }),
        ...(Object.keys(tags).length === 0
            ? {}
            : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    });
    const answer = await (0,aws_errors/* asking */.os)(`create a change set for stack ${request.stackName}`, () => client.send(command));
    return { id: answer.Id ?? request.name, stackId: answer.StackId ?? request.stackName };
}
function templateOf(template) {
    if ('body' in template)
        return { TemplateBody: template.body };
    return 'url' in template ? { TemplateURL: template.url } : { UsePreviousTemplate: true };
}
async function changeSetNames(client, stack) {
    const names = [];
    let NextToken;
    do {
        const page = await (0,aws_errors/* asking */.os)(`list the change sets of stack ${stack}`, () => client.send(new dist_cjs/* ListChangeSetsCommand */.NK4({ StackName: stack, ...(NextToken ? { NextToken } : {}) })));
        names.push(...(page.Summaries ?? []).flatMap((each) => each.ChangeSetName ?? []));
        NextToken = page.NextToken;
    } while (NextToken);
    return names;
}


/***/ }),

/***/ 92585:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ taskOf),
/* harmony export */   l: () => (/* binding */ wasWanted)
/* harmony export */ });
function taskOf(task) {
    const arn = task.taskArn ?? '';
    return {
        arn,
        id: arn.split('/').at(-1) ?? arn,
        taskDefinition: task.taskDefinitionArn ?? '',
        group: task.group,
        lastStatus: task.lastStatus ?? '',
        desiredStatus: task.desiredStatus ?? '',
        address: addressOf(task),
        containerInstanceArn: task.containerInstanceArn || undefined,
        stopCode: task.stopCode,
        stoppedReason: task.stoppedReason || undefined,
        createdAt: task.createdAt?.getTime(),
        startedAt: task.startedAt?.getTime(),
        stoppedAt: (task.stoppedAt ?? task.stoppingAt)?.getTime(),
        containers: (task.containers ?? []).map((each) => ({
            name: each.name ?? '',
            status: each.lastStatus ?? '',
            exitCode: each.exitCode,
            reason: each.reason || undefined,
            image: each.image,
            imageDigest: each.imageDigest,
        })),
    };
}
const unhealthy = /^Task failed \S+ health checks/;
function wasWanted({ stopCode, stoppedReason }) {
    if (stopCode === 'ServiceSchedulerInitiated')
        return !unhealthy.test(stoppedReason ?? '');
    return stopCode === 'UserInitiated';
}
function addressOf(task) {
    const eni = task.attachments?.find((each) => each.type === 'ElasticNetworkInterface');
    const detail = eni?.details?.find((each) => each.name === 'privateIPv4Address');
    return detail?.value ?? task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;
}


/***/ }),

/***/ 48268:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ ecsTasks)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(80212);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _client_config_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(98968);
/* harmony import */ var _ecs_task_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(92585);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(68127);





const describeLimit = 100;
function ecsTasks(region) {
    const client = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .ECSClient */ .Zgc((0,_client_config_js__WEBPACK_IMPORTED_MODULE_1__/* .clientConfig */ .y)(region));
    return {
        instances: (cluster) => instances(client, cluster),
        register: (task) => register(client, task),
        async deregister(taskDefinition) {
            await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`deregister task definition ${taskDefinition}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .DeregisterTaskDefinitionCommand */ .sjB({ taskDefinition })));
        },
        run: (request) => run(client, request),
        describe: (cluster, tasks) => describe(client, cluster, tasks),
        startedBy: (cluster, startedBy) => tasksStartedBy(client, cluster, startedBy),
        async stop(cluster, task, reason) {
            await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`stop task ${task}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .StopTaskCommand */ .PP1({ cluster, task, reason })));
        },
    };
}
async function instances(client, cluster) {
    const arns = await pages(async (nextToken) => {
        const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .ListContainerInstancesCommand */ .$lF({ cluster, status: 'ACTIVE', ...nextToken });
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`list the instances of cluster ${cluster}`, () => client.send(command));
        return { items: page.containerInstanceArns ?? [], nextToken: page.nextToken };
    });
    const found = [];
    for (const containerInstances of chunks(arns)) {
        const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .DescribeContainerInstancesCommand */ .QUW({ cluster, containerInstances });
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`describe the instances of cluster ${cluster}`, () => client.send(command));
        for (const instance of page.containerInstances ?? []) {
            if (instance.status !== 'ACTIVE' || !instance.containerInstanceArn || !instance.ec2InstanceId)
                continue;
            found.push({
                arn: instance.containerInstanceArn,
                instanceId: instance.ec2InstanceId,
                agentConnected: instance.agentConnected ?? false,
            });
        }
    }
    return found.sort((a, b) => a.instanceId.localeCompare(b.instanceId));
}
async function register(client, task) {
    const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .RegisterTaskDefinitionCommand */ .$Hl({
        family: task.family,
        networkMode: task.networkMode,
        requiresCompatibilities: ['EC2'],
        cpu: task.cpu,
        memory: task.memory,
        containerDefinitions: [containerDefinition(task.container)],
        tags: tagList(task.tags),
        ...(task.executionRoleArn === undefined ? {} : { executionRoleArn: task.executionRoleArn }),
    });
    const found = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`register task definition ${task.family}`, () => client.send(command));
    return required(found.taskDefinition?.taskDefinitionArn, `the ARN of task definition ${task.family}`);
}
function containerDefinition(container) {
    const { logs } = container;
    return {
        name: container.name,
        image: container.image,
        essential: true,
        command: [...container.command],
        cpu: container.cpu,
        memory: container.memory,
        environment: Object.entries(container.environment ?? {}).map(([name, value]) => ({ name, value })),
        portMappings: container.portMappings.map((mapping) => ({ ...mapping, protocol: 'tcp' })),
        logConfiguration: {
            logDriver: 'awslogs',
            options: {
                'awslogs-group': logs.group,
                'awslogs-region': logs.region,
                'awslogs-stream-prefix': logs.streamPrefix,
                mode: 'blocking',
            },
        },
    };
}
async function run(client, request) {
    const { instanceId, container } = request;
    const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .RunTaskCommand */ ._eD({
        cluster: request.cluster,
        taskDefinition: request.taskDefinition,
        launchType: 'EC2',
        count: 1,
        ...(instanceId === undefined
            ? {}
            : { placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${instanceId}` }] }),
        overrides: { containerOverrides: [{ name: container, command: [...request.command] }] },
        startedBy: request.startedBy,
        clientToken: request.clientToken,
        enableECSManagedTags: true,
        tags: tagList(request.tags),
    });
    const where = instanceId === undefined ? `in cluster ${request.cluster}` : `on instance ${instanceId}`;
    const found = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`run a task ${where}`, () => client.send(command));
    const arn = found.tasks?.[0]?.taskArn;
    if (arn !== undefined && (found.failures ?? []).length === 0)
        return arn;
    throw notPlaced(where, found.failures ?? []);
}
function notPlaced(where, failures) {
    const isAny = (prefix) => failures.some(({ reason }) => reason?.startsWith(prefix));
    const reasons = failures.map(failureText).join('; ') || 'ECS started none and gave no reason';
    const code = isAny('RESOURCE')
        ? 'instance-full'
        : isAny('AGENT')
            ? 'instance-disconnected'
            : 'task-not-placed';
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`task not placed ${where}: ${reasons}`, {
        code,
        source: 'aws',
        hint: 'make room (CPU, memory, ports) or check the ECS agents of the instances',
    });
}
function failureText(failure) {
    const parts = [failure.reason, failure.detail].filter((part) => part !== undefined && part !== '');
    return `${parts.join(' – ') || 'no reason given'}${failure.arn ? ` (${failure.arn})` : ''}`;
}
async function describe(client, cluster, arns) {
    const found = [];
    for (const tasks of chunks(arns)) {
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`describe tasks of cluster ${cluster}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .DescribeTasksCommand */ .z8X({ cluster, tasks })));
        found.push(...(page.tasks ?? []).map(_ecs_task_js__WEBPACK_IMPORTED_MODULE_4__/* .taskOf */ .X));
    }
    return found;
}
async function tasksStartedBy(client, cluster, startedBy) {
    return pages(async (nextToken) => {
        const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_3__/* .ListTasksCommand */ .MYg({ cluster, startedBy, ...nextToken });
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`list tasks of cluster ${cluster}`, () => client.send(command));
        return { items: page.taskArns ?? [], nextToken: page.nextToken };
    });
}
async function pages(ask) {
    const all = [];
    let token;
    do {
        const page = await ask(token === undefined ? {} : { nextToken: token });
        all.push(...page.items);
        token = page.nextToken;
    } while (token !== undefined && token !== '');
    return all;
}
function chunks(items) {
    const parts = [];
    for (let start = 0; start < items.length; start += describeLimit) {
        parts.push(items.slice(start, start + describeLimit));
    }
    return parts;
}
function tagList(tags) {
    return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
function required(value, what) {
    if (value !== undefined)
        return value;
    throw new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`ECS answered without ${what}`, { code: 'unexpected-answer', source: 'aws' });
}


/***/ }),

/***/ 68127:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c2: () => (/* binding */ statusOf),
/* harmony export */   os: () => (/* binding */ asking)
/* harmony export */ });
/* unused harmony export translated */
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _kit_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(13455);


const rules = [
    {
        code: 'stack-busy',
        source: 'aws',
        names: ['OperationInProgressException', 'OperationInProgress'],
        text: /is in \w+ state and can ?not be updated|cannot be deleted while in status/i,
        hint: 'Wait for the other operation to end, then run this step again.',
    },
    { code: 'stack-not-found', source: 'user', text: /^Stack (with id |\[)?\S+ does not exist/ },
    {
        code: 'change-set-not-found',
        source: 'user',
        names: ['ChangeSetNotFound', 'ChangeSetNotFoundException'],
    },
    {
        code: 'change-set-stale',
        source: 'user',
        names: ['InvalidChangeSetStatus', 'InvalidChangeSetStatusException'],
        hint: 'The stack changed since the change set was made; run the step again.',
    },
    { code: 'already-exists', source: 'user', names: ['AlreadyExistsException'] },
    { code: 'cluster-not-found', source: 'user', names: ['ClusterNotFoundException'] },
    { code: 'service-not-found', source: 'user', names: ['ServiceNotFoundException', 'ServiceNotFound'] },
    { code: 'resource-not-found', source: 'user', names: ['ResourceNotFoundException'] },
    { code: 'resource-already-exists', source: 'user', names: ['ResourceAlreadyExistsException'] },
    { code: 'object-not-found', source: 'user', names: ['NoSuchKey'] },
    {
        code: 'bucket-unreachable',
        source: 'user',
        names: ['NoSuchBucket', 'PermanentRedirect', 'InvalidBucketName', 'AuthorizationHeaderMalformed'],
        hint: 'Check that the bucket exists in the region of the run.',
    },
    {
        code: 'access-denied',
        source: 'user',
        names: [
            'AccessDenied',
            'AccessDeniedException',
            'UnauthorizedOperation',
            'Forbidden',
            'AllAccessDisabled',
        ],
        hint: 'Grant the missing permission to the role of the workflow.',
    },
    {
        code: 'credentials-invalid',
        source: 'user',
        names: [
            'CredentialsProviderError',
            'ExpiredToken',
            'ExpiredTokenException',
            'InvalidClientTokenId',
            'UnrecognizedClientException',
            'InvalidAccessKeyId',
            'SignatureDoesNotMatch',
        ],
        hint: 'Configure credentials before this step, for example with aws-actions/configure-aws-credentials.',
    },
    {
        code: 'throttled',
        source: 'aws',
        names: [
            'Throttling',
            'ThrottlingException',
            'TooManyRequestsException',
            'RequestLimitExceeded',
            'SlowDown',
        ],
    },
    {
        code: 'endpoint-unreachable',
        source: 'aws',
        names: [
            'ECONNREFUSED',
            'ENOTFOUND',
            'EAI_AGAIN',
            'ECONNRESET',
            'ETIMEDOUT',
            'TimeoutError',
            'NetworkingError',
        ],
    },
    { code: 'limit-exceeded', source: 'aws', names: ['LimitExceededException'] },
    {
        code: 'request-invalid',
        source: 'user',
        names: ['ValidationError', 'ValidationException', 'InvalidParameterException'],
    },
];
async function asking(what, request) {
    try {
        return await (0,_kit_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .answered */ .oQ)(what, request);
    }
    catch (error) {
        throw translated(what, error);
    }
}
function translated(what, error) {
    if (error instanceof _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb || (error instanceof Error && error.name === 'AbortError'))
        return error;
    const names = namesOf(error);
    const text = reasonOf(error);
    const rule = rules.find((each) => each.names?.some((name) => names.includes(name)) || each.text?.test(text));
    return new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`could not ${what}: ${text}`, {
        code: rule?.code ?? (statusOf(error) === 403 ? 'access-denied' : 'aws-error'),
        source: rule?.source ?? 'aws',
        cause: error,
        ...(rule?.hint === undefined ? {} : { hint: rule.hint }),
    });
}
function statusOf(error) {
    const metadata = error?.$metadata;
    return metadata?.httpStatusCode;
}
function namesOf(error) {
    const { name, code, Code, cause } = (error ?? {});
    const own = [name, code, Code].filter((each) => typeof each === 'string');
    return cause === undefined || cause === error ? own : [...own, ...namesOf(cause)];
}
function reasonOf(error) {
    const message = (0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .messageOf */ .bD)(error).trim();
    if (message !== '' && message !== 'UnknownError')
        return message;
    const name = error instanceof Error ? error.name : 'unknown error';
    return `${name} (HTTP ${statusOf(error) ?? '?'})`;
}


/***/ }),

/***/ 7102:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ poll)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);

async function poll(options, look) {
    const { what, deadline, clock, signal, heartbeat } = options;
    const started = clock.now();
    const heartbeatMilliseconds = (options.heartbeatSeconds ?? 30) * 1000;
    let said = '';
    let saidAt = 0;
    for (;;) {
        signal?.throwIfAborted();
        const found = await look().catch((error) => {
            throw withState(error, what, options.known?.() ?? said);
        });
        if (found.done)
            return found.value;
        const now = clock.now();
        if (now >= deadline)
            throw deadlineExceeded(what, found.state, Math.round((now - started) / 1000), options.hint);
        if (found.state !== said || now - saidAt >= heartbeatMilliseconds) {
            heartbeat?.(`${what}: ${found.state}`);
            said = found.state;
            saidAt = now;
        }
        await clock.sleep(Math.min(jittered(options.intervalSeconds), deadline - now), signal);
    }
}
function withState(error, what, state) {
    if (state === '' || !(0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isKitError */ .Jt)(error, 'deadline-exceeded'))
        return error;
    const { code, source, hint, cause } = error;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`${error.message}; ${what}: ${state}`, {
        code,
        source,
        cause,
        ...(hint === undefined ? {} : { hint }),
    });
}
function jittered(seconds) {
    return seconds * 1000 * (0.8 + Math.random() * 0.4);
}
function deadlineExceeded(what, state, seconds, hint) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`${what} did not get there within ${seconds} s; last state: ${state}`, {
        code: 'deadline-exceeded',
        source: 'aws',
        ...(hint === undefined ? {} : { hint }),
    });
}


/***/ }),

/***/ 14336:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ newestOperation)
/* harmony export */ });
const beginnings = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];
async function newestOperation(stack, cloudFormation) {
    for await (const event of cloudFormation.events(stack.id)) {
        if (isBeginning(event))
            return { token: event.token, began: event.status };
    }
    return undefined;
}
function isBeginning({ physicalId, stackId, status }) {
    return physicalId === stackId && beginnings.includes(status);
}


/***/ }),

/***/ 87773:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GL: () => (/* binding */ isEmptyChangeSet),
/* harmony export */   Hd: () => (/* binding */ isTerminal),
/* harmony export */   d0: () => (/* binding */ stackStatus)
/* harmony export */ });
const successes = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'DELETE_COMPLETE'];
const rolledBack = ['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'];
const stillborn = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'];
const updatable = [
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_FAILED',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
];
function stackStatus(raw) {
    return {
        raw,
        isInProgress: raw.endsWith('_IN_PROGRESS') && raw !== 'REVIEW_IN_PROGRESS',
        isInReview: raw === 'REVIEW_IN_PROGRESS',
        isDeleted: raw === 'DELETE_COMPLETE',
        isStillborn: stillborn.includes(raw),
        isSuccess: successes.includes(raw),
        isRolledBack: rolledBack.includes(raw),
        canUpdate: updatable.includes(raw),
    };
}
function isTerminal(raw) {
    return raw.endsWith('_COMPLETE') || raw.endsWith('_FAILED');
}
const emptyReasons = ["The submitted information didn't contain changes.", 'No updates are to be performed.'];
function isEmptyChangeSet(status, reason) {
    return status === 'FAILED' && emptyReasons.some((each) => reason?.startsWith(each) ?? false);
}


/***/ }),

/***/ 23294:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bt: () => (/* binding */ withdrawalToken),
/* harmony export */   Gi: () => (/* binding */ isFor),
/* harmony export */   OH: () => (/* binding */ isWithdrawal),
/* harmony export */   _J: () => (/* binding */ executionToken),
/* harmony export */   u4: () => (/* binding */ isKits)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);

const prefix = 'ecs-tail-sampling-';
function executionToken(content, changeSetId) {
    return `${prefix}${content}-${changeSetId.split('/').at(-1)}`;
}
function withdrawalToken(what) {
    return `${prefix}${what}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`;
}
function isKits(token) {
    return token?.startsWith(prefix) ?? false;
}
function isWithdrawal(token) {
    return token !== undefined && /^ecs-tail-sampling-(cancel|delete)-/.test(token);
}
function isFor(content, token) {
    return token?.startsWith(`${prefix}${content}-`) ?? false;
}


/***/ }),

/***/ 40832:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  askToClose: () => (/* binding */ askToClose),
  closePorts: () => (/* binding */ closePorts),
  seeClosed: () => (/* binding */ seeClosed)
});

// EXTERNAL MODULE: ./build/aws/cloudformation.js + 2 modules
var cloudformation = __webpack_require__(54787);
// EXTERNAL MODULE: ./build/aws/ecs-tasks.js
var ecs_tasks = __webpack_require__(48268);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ecs/dist-cjs/index.js
var dist_cjs = __webpack_require__(80212);
// EXTERNAL MODULE: ./build/aws/client-config.js + 1 modules
var client_config = __webpack_require__(98968);
// EXTERNAL MODULE: ./build/aws/errors.js
var errors = __webpack_require__(68127);
;// CONCATENATED MODULE: ./build/aws/own-task-definitions.js



const newest = 25;
function ownTaskDefinitions(region) {
    const client = new dist_cjs/* ECSClient */.Zgc((0,client_config/* clientConfig */.y)(region));
    return async (family, { key, value }) => {
        const request = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: newest };
        const page = await (0,errors/* asking */.os)(`list the task definitions ${family}`, () => client.send(new dist_cjs/* ListTaskDefinitionsCommand */.Pse(request)));
        const own = [];
        for (const taskDefinition of page.taskDefinitionArns ?? []) {
            const { tags = [] } = await (0,errors/* asking */.os)(`describe task definition ${taskDefinition}`, () => client.send(new dist_cjs/* DescribeTaskDefinitionCommand */.Zy$({ taskDefinition, include: ['TAGS'] })));
            if (tags.some((tag) => tag.key === key && tag.value === value))
                own.push(taskDefinition);
        }
        return own;
    };
}

// EXTERNAL MODULE: ./build/kit/errors.js
var kit_errors = __webpack_require__(3844);
// EXTERNAL MODULE: ./build/kit/poll.js
var poll = __webpack_require__(7102);
// EXTERNAL MODULE: ./build/stack/status.js
var stack_status = __webpack_require__(87773);
// EXTERNAL MODULE: ./build/stack/running-operation.js
var running_operation = __webpack_require__(14336);
// EXTERNAL MODULE: ./build/stack/token.js
var token = __webpack_require__(23294);
;// CONCATENATED MODULE: ./build/stack/withdraw.js





const retrySeconds = 0.5;
async function withdrawChange(entry, cloudFormation, patience) {
    const change = entry.thing;
    return (0,poll/* poll */.w)({ ...patience, what: `the change of stack ${change.stackName}`, intervalSeconds: retrySeconds }, async () => {
        const stack = await cloudFormation.find(change.stackId ?? change.stackName);
        const status = (0,stack_status/* stackStatus */.d0)(stack?.status ?? 'DELETE_COMPLETE');
        if (!stack || status.isDeleted)
            return { done: true, value: gone(change) };
        if (await isOwn(change, stack, cloudFormation))
            return { done: true, value: await stopOperation(entry, stack, cloudFormation) };
        if (status.isInProgress)
            return { done: true, value: await foreign(change, stack, cloudFormation) };
        try {
            return { done: true, value: await removePlan(change, stack, cloudFormation) };
        }
        catch (error) {
            if (!(0,kit_errors/* isKitError */.Jt)(error, 'change-set-stale', 'stack-busy'))
                throw error;
            return { done: false, state: error.message };
        }
    });
}
async function isOwn({ token }, stack, cloudFormation) {
    if (token === undefined)
        return false;
    return (await (0,running_operation/* newestOperation */.S)(stack, cloudFormation))?.token === token;
}
async function stopOperation(entry, stack, cloudFormation) {
    const { stackName, operation, changeSet, isWithdrawn } = entry.thing;
    try {
        if (!isWithdrawn && stack.status === 'CREATE_IN_PROGRESS') {
            await cloudFormation.deleteStack(stack.id, (0,token/* withdrawalToken */.Bt)('delete'));
            entry.note({ isWithdrawn: true });
        }
        if (!isWithdrawn && stack.status === 'UPDATE_IN_PROGRESS') {
            await cloudFormation.cancelUpdate(stack.id, (0,token/* withdrawalToken */.Bt)('cancel'));
            entry.note({ isWithdrawn: true });
        }
    }
    catch (error) {
        const now = await cloudFormation.find(stack.id);
        if (now?.status === stack.status)
            throw error;
    }
    const now = (0,stack_status/* stackStatus */.d0)((await cloudFormation.find(stack.id))?.status ?? 'DELETE_COMPLETE');
    if (now.isRolledBack && changeSet !== undefined)
        await cloudFormation.deleteChangeSet(changeSet, stack.id).catch(() => { });
    return {
        left: now.isInProgress ? 'something' : 'nothing',
        state: `stack ${stackName}: ${wordsFor(operation, now)}`,
    };
}
function wordsFor(operation, { raw, isInProgress, isSuccess }) {
    const noun = operation === 'create' ? 'creation' : 'update';
    if (!isInProgress)
        return isSuccess && raw !== 'DELETE_COMPLETE' ? `the ${noun} is done (${raw})` : `it is in ${raw}`;
    if (raw === 'UPDATE_IN_PROGRESS')
        return `the update is being cancelled (${raw})`;
    if (raw === 'CREATE_IN_PROGRESS')
        return `the creation is being taken back (${raw})`;
    if (raw.startsWith('DELETE'))
        return `what was created is being deleted (${raw})`;
    if (raw.includes('ROLLBACK'))
        return `the ${noun} is being rolled back (${raw})`;
    return `the ${noun} can no longer be cancelled and comes to its end (${raw})`;
}
async function foreign(change, stack, cloudFormation) {
    const newest = await (0,running_operation/* newestOperation */.S)(stack, cloudFormation);
    const isDeletion = change.operation === 'create' && newest?.began === 'DELETE_IN_PROGRESS';
    if (isDeletion) {
        const state = `stack ${change.stackName}: what was created is being deleted (${stack.status})`;
        return { left: 'something', state };
    }
    return {
        left: 'nothing',
        state: `stack ${change.stackName} is in ${stack.status}, an operation of somebody else: left alone`,
    };
}
async function removePlan(change, stack, cloudFormation) {
    const { changeSet, stackName } = change;
    if (changeSet !== undefined)
        await deleteIfThere(changeSet, stack, cloudFormation);
    const isShell = change.operation === 'create' && (0,stack_status/* stackStatus */.d0)(stack.status).isInReview;
    if (isShell && (await cloudFormation.changeSetNames(stack.id)).every((name) => name === changeSet))
        await cloudFormation.deleteStack(stack.id, (0,token/* withdrawalToken */.Bt)('delete'));
    const status = (0,stack_status/* stackStatus */.d0)((await cloudFormation.find(stack.id))?.status ?? 'DELETE_COMPLETE');
    if (status.isDeleted)
        return gone(change);
    const state = `stack ${stackName}: nothing was executed, it is in ${status.raw}`;
    return { left: status.isInProgress ? 'something' : unansweredOrNothing(change), state };
}
async function deleteIfThere(changeSet, { id }, cloudFormation) {
    try {
        await cloudFormation.deleteChangeSet(changeSet, id);
    }
    catch (error) {
        if (!(0,kit_errors/* isKitError */.Jt)(error, 'change-set-not-found'))
            throw error;
    }
}
function gone(change) {
    return { left: unansweredOrNothing(change), state: `stack ${change.stackName} does not exist` };
}
function unansweredOrNothing({ changeSet, isPlanned }) {
    return changeSet !== undefined && !isPlanned ? 'doubt' : 'nothing';
}

// EXTERNAL MODULE: ./build/verify/crew.js
var crew = __webpack_require__(19059);
// EXTERNAL MODULE: ./build/verify/run.js
var run = __webpack_require__(48537);
;// CONCATENATED MODULE: ./build/verify/dismissal.js


async function dismissRun(entry, ports) {
    const { cluster, startedBy, runId } = entry.thing;
    const open = await ports.tasks.startedBy(cluster, startedBy);
    for (const task of open)
        await ports.tasks.stop(cluster, task, `verification ${runId} was cut short`);
    const deregistered = await deregisterAll(entry, ports);
    const stopped = open.length === 0 ? 'none of its tasks is meant to run' : `${open.length} tasks told to stop`;
    return {
        left: open.length > 0 ? 'something' : (0,crew/* isAnswered */.Q)(entry.thing) ? 'nothing' : 'doubt',
        state: `verification ${runId}: ${stopped}, ${deregistered} task definitions deregistered`,
    };
}
async function deregisterAll(entry, ports) {
    const { thing } = entry;
    const families = [...new Set(thing.registering)];
    const unanswered = await Promise.all(families.map((family) => ports.ownTaskDefinitions(family, (0,run/* runTag */.eZ)(thing.runId))));
    const definitions = new Set([...thing.definitions, ...unanswered.flat()]);
    for (const definition of definitions) {
        await ports.tasks.deregister(definition);
        entry.note({ definitions: thing.definitions.filter((each) => each !== definition) });
    }
    return definitions.size;
}

;// CONCATENATED MODULE: ./build/steps/close.js








function closePorts({ region }) {
    return {
        cloudFormation: (0,cloudformation/* cloudFormation */.T)(region),
        tasks: (0,ecs_tasks/* ecsTasks */.Q)(region),
        ownTaskDefinitions: ownTaskDefinitions(region),
    };
}
async function askToClose(ledger, ports, deps) {
    return Promise.all(ledger.entries().map(async (entry) => {
        const { state, left } = await attempt(entry, ports, deps);
        if (left === 'nothing')
            entry.close();
        return state;
    }));
}
const echoMilliseconds = 10_000;
const intervalSeconds = 2;
async function seeClosed(ledger, ports, deps) {
    return Promise.all(ledger.entries().map(async (entry) => {
        let last = { left: 'something', state: `${nameOf(entry.thing)} was not looked at` };
        const started = deps.clock.now();
        const about = {
            ...deps,
            what: nameOf(entry.thing),
            intervalSeconds,
            heartbeat: () => deps.say(last.state),
        };
        try {
            await (0,poll/* poll */.w)(about, async () => {
                last = await attempt(entry, ports, deps);
                const isQuiet = deps.clock.now() - started >= echoMilliseconds;
                const goesOn = last.left === 'something' || (last.left === 'doubt' && !isQuiet);
                return goesOn ? { done: false, state: last.state } : { done: true, value: undefined };
            });
            if (last.left !== 'refused')
                entry.close();
        }
        catch (error) {
            if (!(0,kit_errors/* isKitError */.Jt)(error))
                throw error;
        }
        return last.state;
    }));
}
async function attempt(entry, ports, deps) {
    try {
        return await close_close(entry, ports, deps);
    }
    catch (error) {
        const isRefused = (0,kit_errors/* isKitError */.Jt)(error, 'access-denied', 'credentials-invalid');
        return {
            left: isRefused ? 'refused' : 'something',
            state: `${nameOf(entry.thing)}: ${(0,kit_errors/* messageOf */.bD)(error)}`,
        };
    }
}
function close_close(entry, ports, deps) {
    switch (entry.thing.kind) {
        case 'change':
            return withdrawChange(entry, ports.cloudFormation, deps);
        case 'run':
            return dismissRun(entry, ports);
        case 'deletion':
            return deletion(entry.thing, ports.cloudFormation);
    }
}
async function deletion({ stackId, stackName }, cloudFormation) {
    const stack = await cloudFormation.find(stackId);
    const { raw, isInProgress } = (0,stack_status/* stackStatus */.d0)(stack?.status ?? 'DELETE_COMPLETE');
    return { left: isInProgress ? 'something' : 'nothing', state: `stack ${stackName} is in ${raw}` };
}
function nameOf(thing) {
    return thing.kind === 'run' ? `verification ${thing.runId}` : `stack ${thing.stackName}`;
}


/***/ }),

/***/ 19059:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ isAnswered),
/* harmony export */   u: () => (/* binding */ Crew)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3844);
/* harmony import */ var _kit_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(13455);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(48537);




class Crew {
    #options;
    #open = new Set();
    #stopped = new Set();
    #entry;
    constructor(options) {
        this.#options = options;
        const { runId, cluster } = options;
        this.#entry = options.ledger.open({
            ...{ kind: 'run', cluster, runId, startedBy: this.#startedBy },
            ...{ definitions: [], registering: [], starting: 0 },
        });
    }
    async register(definition) {
        const { tasks, runId } = this.#options;
        const { thing } = this.#entry;
        this.#entry.note({ registering: [...thing.registering, definition.family] });
        const answered = () => this.#entry.note({ registering: without(thing.registering, definition.family) });
        const asked = tasks.register({ ...definition, tags: (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .verifyTags */ .vl)(runId) });
        const arn = await untilAnswered(asked, answered);
        this.#entry.note({ definitions: [...thing.definitions, arn] });
        return arn;
    }
    async start(request) {
        const { tasks, runId, cluster } = this.#options;
        const { thing } = this.#entry;
        this.#entry.note({ starting: thing.starting + 1 });
        const answered = () => this.#entry.note({ starting: thing.starting - 1 });
        const asked = tasks.run({
            ...request,
            cluster,
            startedBy: this.#startedBy,
            clientToken: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)(),
            tags: (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .verifyTags */ .vl)(runId),
        });
        const arn = await untilAnswered(asked, answered);
        this.#open.add(arn);
        return arn;
    }
    async describe(arns) {
        if (arns.length === 0)
            return [];
        const found = await this.#options.tasks.describe(this.#options.cluster, arns);
        for (const { arn, lastStatus } of found) {
            if (lastStatus !== 'STOPPED')
                continue;
            this.#open.delete(arn);
            this.#stopped.add(arn);
        }
        return found;
    }
    async dismiss() {
        await (0,_kit_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .closing */ .ET)(() => this.#dismiss());
    }
    async #dismiss() {
        const { tasks, voice, runId, cluster } = this.#options;
        try {
            for (const arn of await tasks.startedBy(cluster, this.#startedBy))
                this.#open.add(arn);
        }
        catch (error) {
            voice.warning(`clean-up: ${(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error)}`);
            return;
        }
        const { thing } = this.#entry;
        const left = [...this.#open].filter((arn) => !this.#stopped.has(arn));
        const endings = [
            ...left.map((arn) => tasks.stop(cluster, arn, `verification ${runId} is over`)),
            ...thing.definitions.map(async (arn) => {
                await tasks.deregister(arn);
                this.#entry.note({ definitions: without(thing.definitions, arn) });
            }),
        ];
        const failed = (await Promise.allSettled(endings)).filter((outcome) => outcome.status === 'rejected');
        for (const { reason } of failed)
            voice.warning(`clean-up: ${(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(reason)}`);
        if (failed.length === 0 && isAnswered(thing))
            this.#entry.close();
    }
    get #startedBy() {
        return `verify-${this.#options.runId}`;
    }
}
function isAnswered({ registering, starting }) {
    return registering.length === 0 && starting === 0;
}
const open = ['cancelled', 'deadline-exceeded', 'endpoint-unreachable', 'aws-error'];
async function untilAnswered(request, answered) {
    try {
        const answer = await request;
        answered();
        return answer;
    }
    catch (error) {
        if ((0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error) && !(0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error, ...open))
            answered();
        throw error;
    }
}
function without(list, item) {
    const index = list.indexOf(item);
    return list.filter((_, at) => at !== index);
}


/***/ }),

/***/ 48537:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ai: () => (/* binding */ ensureLogGroup),
/* harmony export */   F$: () => (/* binding */ newRunId),
/* harmony export */   eZ: () => (/* binding */ runTag),
/* harmony export */   jB: () => (/* binding */ verifyLogGroup),
/* harmony export */   vl: () => (/* binding */ verifyTags)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);

function newRunId(now) {
    const stamp = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase();
    return `${stamp}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(4).toString('hex')}`;
}
function verifyTags(runId) {
    const { key, value } = runTag(runId);
    return { 'ecs-tail-sampling': 'verify', [key]: value };
}
function runTag(runId) {
    return { key: 'ecs-tail-sampling:run', value: runId };
}
const verifyLogGroup = '/ecs/telemetrygen';
const logRetentionDays = 14;
async function ensureLogGroup(logs, runId) {
    await logs.ensureGroup(verifyLogGroup, { retentionDays: logRetentionDays, tags: verifyTags(runId) });
}


/***/ })

};
