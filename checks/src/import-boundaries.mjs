// Which way imports go. A service is `main → app | jobs → db | exchange → orders → contracts`; services know nothing of
// each other and meet in Postgres.

const service = '^services/([^/]+)/src';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      comment: 'An import that leads nowhere would also escape every rule below.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-service-imports-another',
      comment: 'Services meet in Postgres: a message, or a view.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-know-no-service',
      comment: 'A package is below the services.',
      severity: 'error',
      from: { path: '^(packages|otel)/' },
      to: { path: '^(services|cli|demo|bench|checks|test-integration)/' },
    },
    {
      name: 'tools-do-not-reach-into-services',
      comment: 'The command line, the demo and the bench are outside: they use what any operator or client can.',
      severity: 'error',
      from: { path: '^(cli|demo|bench|checks)/' },
      to: { path: '^services/' },
    },
    {
      name: 'main-only-wires',
      comment: 'Nothing imports the file that starts a process.',
      severity: 'error',
      from: {},
      to: { path: '^(services/[^/]+|cli)/src/main\\.ts$' },
    },
    {
      name: 'orders-are-pure',
      comment: 'What should be on the exchange is decided over plain data: no database, network, clock or logger.',
      severity: 'error',
      from: { path: '^services/order-queue/src/orders/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { pathNot: ['^services/order-queue/src/orders/', '^packages/contracts/', '^node:crypto$', '^crypto$'] },
    },
    {
      name: 'matching-is-pure',
      comment: 'The paper exchange decides like the real one does, apart from HTTP.',
      severity: 'error',
      from: { path: '^services/paper-exchange/src/matching/', pathNot: '\\.test\\.ts$' },
      to: { path: '^services/paper-exchange/src/(protocols|serving|control|main|app|server|env)' },
    },
    {
      name: 'db-is-the-bottom',
      comment: 'A statement knows rows and decisions, not who runs it.',
      severity: 'error',
      from: { path: `${service}/db/`, pathNot: '\\.test\\.ts$' },
      to: { path: `^services/$1/src/(app|main|jobs/|sending/|recording/|tracking/|answering/)` },
    },
    {
      name: 'jobs-do-not-serve',
      comment: 'main starts both; neither starts the other.',
      severity: 'error',
      from: { path: `${service}/jobs/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^services/$1/src/(app|main)\\.ts$' },
    },
    {
      name: 'telemetry-sdk-in-one-place',
      comment: 'The rest logs through @sluice/telemetry, so that the SDK can change in one place.',
      severity: 'error',
      from: { pathNot: '^otel/telemetry/' },
      to: { path: 'node_modules/@opentelemetry/(sdk-|exporter-|resources/|core/|context-)' },
    },
    {
      name: 'sql-in-its-folders',
      comment: 'The driver is imported where statements are written and where connections are made.',
      severity: 'error',
      from: {
        pathNot: [
          '^services/[^/]+/src/db/',
          '^packages/(service-runtime|configuration)/',
          '^(demo|bench|test-integration)/',
          '\\.test\\.ts$',
        ],
      },
      to: { path: 'node_modules/postgres/' },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'What crosses a process boundary depends on nothing of ours.',
      severity: 'error',
      from: { path: '^packages/contracts/' },
      to: { path: '^(packages|services|otel|cli|demo)/', pathNot: '^packages/contracts/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
