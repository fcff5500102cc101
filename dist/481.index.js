export const id = 481;
export const ids = [481];
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

/***/ 42768:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ ecsServices),
/* harmony export */   l: () => (/* reexport safe */ _ecs_task_js__WEBPACK_IMPORTED_MODULE_3__.l)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(80212);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3844);
/* harmony import */ var _client_config_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(98968);
/* harmony import */ var _ecs_task_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(92585);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(68127);
/* harmony import */ var _task_definition_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(80015);







function ecsServices(region) {
    const client = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_4__/* .ECSClient */ .Zgc((0,_client_config_js__WEBPACK_IMPORTED_MODULE_1__/* .clientConfig */ .y)(region));
    return {
        service: (cluster, service) => describeService(client, cluster, service),
        tasks: (query) => tasks(client, query),
        async taskDefinition(arn) {
            const request = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_4__/* .DescribeTaskDefinitionCommand */ .Zy$({ taskDefinition: arn });
            const answer = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`describe task definition ${arn}`, () => client.send(request));
            return (0,_task_definition_js__WEBPACK_IMPORTED_MODULE_5__/* .taskDefinitionOf */ .I)(arn, answer.taskDefinition);
        },
        activeInstances: (cluster) => activeInstances(client, cluster),
    };
}
async function describeService(client, cluster, service) {
    const what = `describe service ${service} in cluster ${cluster}`;
    const request = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_4__/* .DescribeServicesCommand */ .H7c({ cluster, services: [service] });
    const answer = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(what, () => client.send(request));
    const found = answer.services?.[0];
    if (found)
        return serviceOf(found);
    const failure = answer.failures?.[0];
    if (!failure || failure.reason === 'MISSING')
        return undefined;
    throw new _kit_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .KitError */ .Fb(`could not ${what}: ${failure.reason ?? ''} ${failure.detail ?? ''}`.trim(), {
        code: 'aws-error',
        source: 'aws',
    });
}
function serviceOf(found) {
    return {
        arn: found.serviceArn ?? '',
        name: found.serviceName ?? '',
        status: found.status ?? '',
        scheduling: found.schedulingStrategy ?? 'REPLICA',
        taskDefinition: found.taskDefinition ?? '',
        desired: found.desiredCount ?? 0,
        running: found.runningCount ?? 0,
        pending: found.pendingCount ?? 0,
        deployments: (found.deployments ?? []).map((each) => ({
            id: each.id ?? '',
            status: each.status ?? '',
            taskDefinition: each.taskDefinition ?? '',
            rolloutState: each.rolloutState ?? '',
            rolloutStateReason: each.rolloutStateReason || undefined,
            failedTasks: each.failedTasks ?? 0,
            createdAt: each.createdAt?.getTime() ?? 0,
        })),
        events: (found.events ?? []).map((each) => ({
            at: each.createdAt?.getTime() ?? 0,
            message: each.message ?? '',
        })),
        discoveryServiceIds: (found.serviceRegistries ?? []).flatMap((each) => each.registryArn?.split('/').at(-1) ?? []),
        hasPlacementConstraints: (found.placementConstraints ?? []).length > 0,
    };
}
async function tasks(client, query) {
    const { cluster, service, family } = query;
    const input = {
        cluster,
        desiredStatus: query.desiredStatus,
        ...(service === undefined ? {} : { serviceName: service }),
        ...(family === undefined ? {} : { family }),
    };
    const found = [];
    let nextToken;
    do {
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`list the tasks of cluster ${cluster}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_4__/* .ListTasksCommand */ .MYg({ ...input, ...(nextToken ? { nextToken } : {}) })));
        const arns = page.taskArns ?? [];
        if (arns.length > 0)
            found.push(...(await describeTasks(client, cluster, arns)));
        nextToken = page.nextToken;
    } while (nextToken);
    return found;
}
async function describeTasks(client, cluster, arns) {
    const request = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_4__/* .DescribeTasksCommand */ .z8X({ cluster, tasks: arns });
    const answer = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`describe tasks of cluster ${cluster}`, () => client.send(request));
    return (answer.tasks ?? []).map(_ecs_task_js__WEBPACK_IMPORTED_MODULE_3__/* .taskOf */ .X);
}
async function activeInstances(client, cluster) {
    let count = 0;
    let nextToken;
    do {
        const page = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .asking */ .os)(`list the container instances of cluster ${cluster}`, () => client.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_4__/* .ListContainerInstancesCommand */ .$lF({ cluster, status: 'ACTIVE', ...(nextToken ? { nextToken } : {}) })));
        count += page.containerInstanceArns?.length ?? 0;
        nextToken = page.nextToken;
    } while (nextToken);
    return count;
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

/***/ 44367:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cj: () => (/* binding */ tailOf),
/* harmony export */   Cv: () => (/* binding */ cloudWatchLogs),
/* harmony export */   Yw: () => (/* binding */ LogStreamReader)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(70303);
/* harmony import */ var _client_config_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(98968);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(68127);



function cloudWatchLogs(region) {
    const client = new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_2__/* .CloudWatchLogsClient */ .TFr((0,_client_config_js__WEBPACK_IMPORTED_MODULE_0__/* .clientConfig */ .y)(region));
    return {
        page: (request) => page(client, request),
        ensureGroup: (name, options) => ensureGroup(client, name, options),
    };
}
async function page(client, request) {
    const input = {
        logGroupName: request.group,
        logStreamName: request.stream,
        startFromHead: request.newest === undefined,
        ...(request.newest === undefined ? {} : { limit: request.newest }),
        ...(request.startTime === undefined ? {} : { startTime: request.startTime }),
        ...(request.token === undefined ? {} : { nextToken: request.token }),
    };
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asking */ .os)(`read log stream ${request.stream} of ${request.group}`, async () => {
        try {
            const found = await client.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_2__/* .GetLogEventsCommand */ .h7S(input));
            const events = (found.events ?? []).map((event) => ({
                timestamp: event.timestamp ?? 0,
                message: event.message ?? '',
            }));
            return { events, forwardToken: found.nextForwardToken };
        }
        catch (error) {
            if (error instanceof _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_2__/* .ResourceNotFoundException */ .lBX)
                return undefined;
            throw error;
        }
    });
}
async function ensureGroup(client, name, options) {
    const made = await (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asking */ .os)(`create log group ${name}`, async () => {
        try {
            await client.send(new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_2__/* .CreateLogGroupCommand */ .BOU({ logGroupName: name, tags: { ...options.tags } }));
            return true;
        }
        catch (error) {
            if (error instanceof _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_2__/* .ResourceAlreadyExistsException */ .UdL)
                return false;
            throw error;
        }
    });
    if (!made)
        return;
    const retention = new _aws_sdk_client_cloudwatch_logs__WEBPACK_IMPORTED_MODULE_2__/* .PutRetentionPolicyCommand */ .h5R({
        logGroupName: name,
        retentionInDays: options.retentionDays,
    });
    await (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asking */ .os)(`set the retention of log group ${name}`, () => client.send(retention));
}
async function tailOf(logs, where, lines) {
    const page = await logs.page({ ...where, newest: lines });
    return page?.events.slice(-lines) ?? [];
}
class LogStreamReader {
    where;
    #logs;
    #startTime;
    #token;
    #found = false;
    constructor(logs, where, startTime) {
        this.#logs = logs;
        this.where = where;
        this.#startTime = startTime;
    }
    get found() {
        return this.#found;
    }
    async read(signal) {
        const events = [];
        for (;;) {
            signal?.throwIfAborted();
            const page = await this.#logs.page({ ...this.where, startTime: this.#startTime, token: this.#token });
            if (page === undefined)
                return events;
            this.#found = true;
            events.push(...page.events);
            const end = page.forwardToken === undefined || page.forwardToken === this.#token;
            this.#token = page.forwardToken ?? this.#token;
            if (end)
                return events;
        }
    }
}


/***/ }),

/***/ 53143:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ objectStore),
/* harmony export */   H: () => (/* binding */ uri)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(53711);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3844);
/* harmony import */ var _client_config_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(98968);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(68127);





const conflictAttempts = 5;
function objectStore(region) {
    const client = new _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_4__/* .S3Client */ .YxF((0,_client_config_js__WEBPACK_IMPORTED_MODULE_2__/* .objectStoreConfig */ .L)(region));
    return {
        putIfAbsent: (at, body, contentType) => putIfAbsent(client, at, body, contentType),
        async get(at) {
            try {
                return await (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .asking */ .os)(`read ${uri(at)}`, async () => {
                    const answer = await client.send(new _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_4__/* .GetObjectCommand */ .jLs({ Bucket: at.bucket, Key: at.key }));
                    return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
                });
            }
            catch (error) {
                if ((0,_kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isKitError */ .Jt)(error, 'object-not-found'))
                    return undefined;
                throw error;
            }
        },
        async exists(at) {
            return (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .asking */ .os)(`look for ${uri(at)}`, async () => {
                try {
                    await client.send(new _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_4__/* .HeadObjectCommand */ .l81({ Bucket: at.bucket, Key: at.key }));
                    return true;
                }
                catch (error) {
                    if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .statusOf */ .c2)(error) === 404)
                        return false;
                    throw error;
                }
            });
        },
    };
}
async function putIfAbsent(client, at, body, contentType) {
    const request = { Bucket: at.bucket, Key: at.key, Body: body, ContentType: contentType, IfNoneMatch: '*' };
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .asking */ .os)(`write ${uri(at)}`, async () => {
        for (let attempt = 1;; attempt += 1) {
            try {
                await client.send(new _aws_sdk_client_s3__WEBPACK_IMPORTED_MODULE_4__/* .PutObjectCommand */ .wKZ(request));
                return 'made';
            }
            catch (error) {
                if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .statusOf */ .c2)(error) === 412)
                    return 'present';
                if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .statusOf */ .c2)(error) !== 409 || attempt === conflictAttempts)
                    throw error;
                await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(100 * attempt);
            }
        }
    });
}
function uri({ bucket, key }) {
    return `s3://${bucket}/${key}`;
}


/***/ }),

/***/ 80015:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ taskDefinitionOf),
/* harmony export */   V: () => (/* binding */ logStream)
/* harmony export */ });
function taskDefinitionOf(arn, found) {
    return {
        arn: found?.taskDefinitionArn ?? arn,
        family: found?.family ?? '',
        networkMode: found?.networkMode ?? 'bridge',
        executionRoleArn: found?.executionRoleArn || undefined,
        containers: (found?.containerDefinitions ?? []).map((each) => {
            const { logDriver, options } = each.logConfiguration ?? {};
            const group = logDriver === 'awslogs' ? options?.['awslogs-group'] : undefined;
            return {
                name: each.name ?? '',
                image: each.image ?? '',
                essential: each.essential ?? true,
                command: each.command ?? [],
                environment: Object.fromEntries((each.environment ?? []).map(({ name, value }) => [name ?? '', value ?? ''])),
                log: group
                    ? { group, streamPrefix: options?.['awslogs-stream-prefix'], region: options?.['awslogs-region'] }
                    : undefined,
            };
        }),
    };
}
function logStream(container, taskId) {
    const prefix = container.log?.streamPrefix;
    return prefix === undefined ? undefined : `${prefix}/${container.name}/${taskId}`;
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

/***/ 84016:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TR: () => (/* binding */ hmacSha256),
/* harmony export */   dj: () => (/* binding */ canonicalJson),
/* harmony export */   h0: () => (/* binding */ short),
/* harmony export */   sc: () => (/* binding */ sha256)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);

function canonicalJson(value) {
    if (Array.isArray(value))
        return `[${value.map(canonicalJson).join(',')}]`;
    if (typeof value === 'number' && !Number.isFinite(value))
        throw new TypeError(`${value} is not a JSON number`);
    if (value === null || typeof value !== 'object')
        return JSON.stringify(value);
    const members = Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
}
function sha256(bytes) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(bytes).digest('hex');
}
function hmacSha256(salt, secret) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)('sha256', salt).update(secret).digest('hex');
}
function short(hash) {
    return hash.slice(0, 12);
}


/***/ }),

/***/ 77535:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ imageReference)
/* harmony export */ });
/* unused harmony export defaultRepository */
const defaultRepository = 'coralogixrepo/coralogix-otel-collector';
function imageReference(parameters) {
    const { Image: image, CDOTImageVersion: version } = parameters;
    if (image)
        return image;
    return version ? `${defaultRepository}:${version}` : defaultRepository;
}


/***/ }),

/***/ 83848:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ effectiveParameters)
/* harmony export */ });
function effectiveParameters(declared, given, current) {
    return Object.fromEntries(declared.flatMap(({ name, default: fallback }) => {
        const value = given[name] ?? current[name] ?? fallback;
        return value === undefined ? [] : [[name, value]];
    }));
}


/***/ }),

/***/ 43007:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AR: () => (/* binding */ identified),
/* harmony export */   Rn: () => (/* binding */ manifestKey),
/* harmony export */   eu: () => (/* binding */ manifest),
/* harmony export */   l7: () => (/* binding */ releaseOf)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var _hash_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(84016);


function releaseOf({ prefix, template, configs, image }) {
    return identified({
        template: fileOf(prefix, template),
        configs: configs.map((config) => ({ parameter: config.parameter, ...fileOf(prefix, config) })),
        image,
    });
}
function identified(parts) {
    const configs = [...parts.configs].sort((a, b) => (a.parameter < b.parameter ? -1 : 1));
    const content = {
        template: parts.template.sha256,
        configs: configs.map(({ parameter, sha256 }) => ({ parameter, sha256 })),
        image: parts.image,
    };
    return { id: (0,_hash_js__WEBPACK_IMPORTED_MODULE_1__/* .sha256 */ .sc)((0,_hash_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalJson */ .dj)(content)), template: parts.template, configs, image: parts.image };
}
function fileOf(prefix, { path, bytes }) {
    const hash = (0,_hash_js__WEBPACK_IMPORTED_MODULE_1__/* .sha256 */ .sc)(bytes);
    const extension = node_path__WEBPACK_IMPORTED_MODULE_0__.posix.extname(path);
    const base = node_path__WEBPACK_IMPORTED_MODULE_0__.posix.basename(path, extension);
    return { sha256: hash, key: under(prefix, `${base}.${(0,_hash_js__WEBPACK_IMPORTED_MODULE_1__/* .short */ .h0)(hash)}${extension || '.yaml'}`) };
}
function manifestKey(prefix, id) {
    return under(prefix, `releases/${id}.json`);
}
function manifest({ id, template, configs, image }) {
    const file = ({ sha256, key }) => ({ sha256, key });
    return `${(0,_hash_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalJson */ .dj)({
        version: 1,
        id,
        template: file(template),
        configs: configs.map((config) => ({ parameter: config.parameter, ...file(config) })),
        image,
    })}\n`;
}
function under(prefix, name) {
    return prefix === '' ? name : `${prefix}/${name}`;
}


/***/ }),

/***/ 72418:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ declaredParameters),
/* harmony export */   z: () => (/* binding */ requireAscii)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3844);


function declaredParameters(text) {
    const template = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text, { schema: 'failsafe', logLevel: 'error', maxAliasCount: -1 });
    const parameters = template?.Parameters;
    if (parameters === undefined || parameters === null || typeof parameters !== 'object')
        return [];
    return Object.entries(parameters).map(([name, declared]) => {
        const { Default, NoEcho } = typeof declared === 'object' && declared ? declared : {};
        return {
            name,
            default: typeof Default === 'string' ? Default : undefined,
            noEcho: String(NoEcho).toLowerCase() === 'true',
        };
    });
}
function requireAscii(path, text) {
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
        const found = /[^\x20-\x7e\t\r]/u.exec(line);
        if (!found)
            continue;
        throw new _kit_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .KitError */ .Fb(`${path}:${index + 1}: '${found[0]}' is not ASCII, which CloudFormation does not give back`, {
            code: 'template-not-ascii',
            source: 'user',
            hint: 'Write the template in plain ASCII, its comments and descriptions too.',
        });
    }
}


/***/ })

};
