import { QueryBuilder, type Rule, RuleBuilder } from '@grafana/grafana-foundation-sdk/alerting';
import { TypeThresholdBuilder } from '@grafana/grafana-foundation-sdk/expr';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/loki';
import { type JobDefinition, jobCatalogue, periodSeconds } from '@sluice/contracts';
import { loki } from './data-source.ts';
import { count, failedAlerts, figure, fromClients, rebalances, records, results } from './log-queries.ts';

export type RuleGroup = { name: string; interval: string; rules: Rule[] };

type Alarm = {
  uid: string;
  title: string;
  /** What is seen, and where to look. Templates read `.Labels`: a dollar sign would be taken for the environment's. */
  summary: string;
  expr: string;
  /** Compared with the value of each series. */
  when: 'gt' | 'lt';
  limit: number;
  /** Seconds the query looks back. */
  windowSeconds: number;
  /** How long it has to be so. */
  lasting?: string;
  /** What it means that the query finds nothing: mostly that nothing is wrong. */
  silence: 'OK' | 'Alerting';
  severity: 'critical' | 'warning';
};

const services: readonly JobDefinition['service'][] = ['webhook-gateway', 'order-queue', 'market-data', 'notifier'];
/** Several deployments may share a Loki: each is looked at by itself, so that none hides what another lacks. */
const deployment = 'service_namespace';
const ofDeployment = '{{ with .Labels.service_namespace }} in {{ . }}{{ end }}';
/** The record every process writes once a minute; the label of the level leaves the busier streams unread. */
const minutesOf = (service: string) => records(`{${service}, job_tag="", severity_text="INFO"}`, 'service');
const anyMinute = minutesOf('service_name=~".+"');
const gateway = '{service_name="webhook-gateway"}';
const ofAnHour = (alerts: string) => count(alerts, [deployment], '1h');
const rebalance = figure(rebalances('{service_name="order-queue"}'), 'duration_ms');

const orderAlarms: Alarm[] = [
  {
    uid: 'sluice-failed-webhooks',
    title: 'Failed webhooks',
    summary: `More than 5 % of the webhooks of the last hour failed${ofDeployment}. Roll back what was deployed; see the dashboard of orders.`,
    expr: `${ofAnHour(results(gateway, failedAlerts))} / ${ofAnHour(records(gateway, 'alert', fromClients))}`,
    when: 'gt',
    limit: 0.05,
    windowSeconds: 3_600,
    silence: 'OK',
    severity: 'critical',
  },
  {
    uid: 'sluice-slow-rebalance',
    title: 'Slow rebalance',
    summary: `Rebalances took more than 800 ms on average for 5 minutes${ofDeployment}. Roll back what was deployed; see the dashboard of orders.`,
    expr: `avg_over_time(${rebalance} [5m]) by (${deployment})`,
    when: 'gt',
    limit: 800,
    windowSeconds: 300,
    silence: 'OK',
    severity: 'critical',
  },
  {
    uid: 'sluice-backlog',
    title: 'Backlog',
    summary: `A pair has waited for more than a minute to be planned, for 3 minutes${ofDeployment}. The order-queue is stuck or too slow.`,
    expr: `max by (${deployment}) (max_over_time(${figure(records('{service_name="order-queue"}', 'queue'), 'due_seconds')} [2m]))`,
    when: 'gt',
    limit: 60,
    windowSeconds: 120,
    lasting: '3m',
    silence: 'OK',
    severity: 'warning',
  },
];

/** Deployments of which something was alive in `range`, seen from `ago`: what was not there then may still be starting. */
const alive = (range: string, ago?: string) =>
  `sum by (${deployment}) (count_over_time(${anyMinute} [${range}]${ago === undefined ? '' : ` offset ${ago}`}))`;

const ofService = (service: string): Alarm[] => {
  const minutes = minutesOf(`service_name="${service}"`);
  return [
    {
      uid: `sluice-down-${service}`,
      title: `${service} is down`,
      summary: `No replica of ${service}${ofDeployment} has written its record for 3 minutes, or its records do not arrive. Roll back what was deployed.`,
      // An hour: a deployment of which nothing is left is told of for that long, and then taken for removed.
      expr: `${alive('1h', '3m')} unless ${count(minutes, [deployment], '3m')}`,
      when: 'gt',
      limit: 0,
      windowSeconds: 3_780,
      // A rolling restart, or a machine that is slow to pull an image.
      lasting: '2m',
      silence: 'OK',
      severity: 'critical',
    },
    {
      uid: `sluice-not-ready-${service}`,
      title: `${service} is not ready`,
      summary: `Replica {{ .Labels.replica }} of ${service}${ofDeployment} has not been ready for 3 minutes.`,
      expr: count(`${minutes} | ready="false"`, [deployment, 'replica'], '3m'),
      when: 'gt',
      limit: 2,
      windowSeconds: 180,
      silence: 'OK',
      severity: 'warning',
    },
  ];
};

const serviceAlarms: Alarm[] = [
  ...services.flatMap(ofService),
  {
    uid: 'sluice-silence',
    title: 'Nothing is heard of any service',
    summary:
      'No service has written its record for 3 minutes: all are down, or the Collector delivers nothing to Loki.',
    expr: `${count(anyMinute, [], '3m')} or vector(0)`,
    when: 'lt',
    limit: 1,
    windowSeconds: 180,
    // Grafana may be up before the services are.
    lasting: '5m',
    silence: 'Alerting',
    severity: 'critical',
  },
  {
    uid: 'sluice-database-conflicts',
    title: 'Database conflicts',
    summary: `More than 10 transactions of the last hour ended in a deadlock or for a lock not free in time${ofDeployment}. Roll back what was deployed; Postgres' own log names the statements.`,
    expr: `sum by (${deployment}) (sum_over_time(${figure(anyMinute, 'conflicts')} [1h]))`,
    when: 'gt',
    limit: 10,
    windowSeconds: 3_600,
    silence: 'OK',
    severity: 'critical',
  },
];

/** A job run every few minutes is summed up every five; a rarer one tells of every run. */
const SUMMARISED_SECONDS = 600;

const stoppedJobs: Alarm[] = (jobCatalogue as readonly JobDefinition[])
  .filter((job) => job.planned !== true)
  .map((job): Alarm => {
    const period = periodSeconds(job.trigger);
    const window = period < SUMMARISED_SECONDS ? 900 : period + 3_600;
    return {
      // By its tag, since Grafana takes at most 40 characters and an id may have more.
      uid: `sluice-stopped-${job.tag}`,
      title: `${job.title} has stopped`,
      summary: `${job.id}${ofDeployment} has told of no run for ${window / 60} minutes. Look for its tag ${job.tag} in the dashboard of jobs.`,
      expr: `${alive('15m')} and ${alive('15m', `${window / 60}m`)} unless ${count(`{job_tag="${job.tag}"} | event_name=~"job|job_summary"`, [deployment], `${window / 60}m`)}`,
      when: 'gt',
      limit: 0,
      windowSeconds: window + 900,
      lasting: '10m',
      silence: 'OK',
      severity: 'critical',
    };
  });

const errorAlarms: Alarm[] = [
  {
    uid: 'sluice-errors-of-a-tag',
    title: 'Errors of a job',
    summary: `{{ .Labels.job_tag }}${ofDeployment} wrote errors in the last 10 minutes. Its lines are in the dashboard of jobs.`,
    expr: count('{job_tag=~".+", severity_text="ERROR"}', [deployment, 'job_tag'], '10m'),
    when: 'gt',
    limit: 0,
    windowSeconds: 600,
    silence: 'OK',
    severity: 'warning',
  },
  {
    uid: 'sluice-errors-without-a-tag',
    title: 'Errors outside jobs',
    summary: `{{ .Labels.service_name }}${ofDeployment} wrote errors that belong to no job in the last 10 minutes.`,
    expr: count('{service_name=~".+", job_tag="", severity_text="ERROR"}', [deployment, 'service_name'], '10m'),
    when: 'gt',
    limit: 0,
    windowSeconds: 600,
    silence: 'OK',
    severity: 'warning',
  },
];

/** Every alarm. A query of a job that runs daily reads a day, so these are asked less often. */
export const ruleGroups: RuleGroup[] = [
  { name: 'orders', interval: '1m', rules: orderAlarms.map(rule) },
  { name: 'services', interval: '1m', rules: serviceAlarms.map(rule) },
  { name: 'jobs', interval: '5m', rules: [...stoppedJobs, ...errorAlarms].map(rule) },
];

function rule(alarm: Alarm): Rule {
  const { uid, title, summary, expr, when, limit, windowSeconds, lasting, silence, severity } = alarm;
  const range = { from: windowSeconds, to: 0 };
  return (
    new RuleBuilder(title)
      .uid(uid)
      .condition('B')
      .withQuery(
        new QueryBuilder('A')
          .datasourceUid(loki.uid)
          .queryType('instant')
          .relativeTimeRange(range)
          .model(new DataqueryBuilder().refId('A').expr(expr).queryType('instant').datasource(loki)),
      )
      .withQuery(
        new QueryBuilder('B')
          .datasourceUid('__expr__')
          .relativeTimeRange(range)
          .model(
            new TypeThresholdBuilder()
              .refId('B')
              .expression('A')
              .conditions([{ evaluator: { type: when, params: [limit] } }]),
          ),
      )
      .forDuration(lasting ?? '0s')
      .noDataState(silence)
      // Loki away is seen as such: every rule would otherwise tell of its own trouble.
      .execErrState('Error')
      .labels({ severity, product: 'sluice' })
      .annotations({ summary })
      .build()
  );
}
