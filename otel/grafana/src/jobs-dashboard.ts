import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { count, figure, lines, records } from './log-queries.ts';
import { columnLink, figureOf, graph, linesAsTable, linkTo, logs, table } from './panels.ts';
import { labelValues, matchesSearch, namespace, search } from './variables.ts';

const uid = 'sluice-jobs';
const chosen = lines('job_tag=~"$job_tag"', 'severity_text=~"$level"');
// The level does not choose here: a run of a frequent job that is idle is told of by nothing but its summary.
const ofJobs = lines('job_tag=~"$job_tag"');
const runs = `${ofJobs} | event_name=~"job|job_summary"`;
const failed = records(ofJobs, 'job', 'outcome="failed"');

const instant = '`{{ __timestamp__ | unixEpochMillis }}`';
const lastTold = `max by (job_id, job_tag) (max_over_time(${runs} | label_format told=${instant} | unwrap told | __error__="" [$__range]))`;
const lastDuration = `last_over_time(${figure(runs, 'duration_ms')} [$__range]) by (job_id, job_tag)`;
const summaryMissed = figure(records(ofJobs, 'job_summary'), 'missed');
/** A summary counts from the job's beginning; a job without one tells of each run what was missed before it. */
const missed =
  `(max by (job_id, job_tag) (max_over_time(${summaryMissed} [$__range]))` +
  ` - min by (job_id, job_tag) (min_over_time(${summaryMissed} [$__range])))` +
  ` or sum by (job_id, job_tag) (sum_over_time(${figure(records(ofJobs, 'job'), 'missed')} [$__range]))`;
const missedRuns = figure(records(ofJobs, 'job'), 'missed');

/** The lines of each job, and how its runs go. */
export function jobsDashboard(): Dashboard {
  const toLogs = `/d/${uid}?\${__url_time_range}&\${namespace:queryparam}&var-job_tag=\${__value.raw}`;
  return new DashboardBuilder('Sluice: jobs')
    .uid(uid)
    .description('Lines by the tag of their job; rate, errors, last runs and missed runs')
    .tags(['sluice'])
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .withVariable(namespace())
    .withVariable(labelValues('job_tag', 'job_tag', '{service_name=~".+", service_namespace=~"$namespace"}', '.*'))
    .withVariable(labelValues('level', 'severity_text', '{service_name=~".+"}', '.*'))
    .withVariable(search())
    .withPanel(
      figureOf({ title: 'Failed runs', about: 'In the chosen time', width: 6 }, 'short', count(failed, [], '$__range')),
    )
    .withPanel(
      figureOf(
        { title: 'Errors', about: 'Lines of ERROR, with a tag or without', width: 6 },
        'short',
        count(lines('job_tag=~"$job_tag"', 'severity_text="ERROR"'), [], '$__range'),
      ),
    )
    .withPanel(
      figureOf(
        { title: 'Warnings', about: 'Lines of WARNING, with a tag or without', width: 6 },
        'short',
        count(lines('job_tag=~"$job_tag"', 'severity_text="WARNING"'), [], '$__range'),
      ),
    )
    .withPanel(
      figureOf(
        { title: 'Slots missed', about: 'Slots without a run before the runs that are told of', width: 6 },
        'short',
        `sum(sum_over_time(${missedRuns} [$__range]))`,
      ),
    )
    .withPanel(
      table(
        {
          title: 'Last run of each job',
          about: 'As far as runs are told of: an idle run of a frequent job is only in its summary, every five minutes',
          width: 12,
          height: 10,
        },
        [
          { name: 'told of', expr: lastTold, unit: 'dateTimeFromNow' },
          { name: 'last run took', expr: lastDuration, unit: 'ms' },
          { name: 'missed', expr: missed, unit: 'short' },
        ],
        ['job_id', 'job_tag'],
      ).overrideByName('job_tag', [columnLink('Lines of this job', toLogs)]),
    )
    .withPanel(
      graph({ title: 'How long runs took', about: 'The longest of each step', width: 12, height: 10 }, 'ms', [
        { expr: `max by (job_id) (max_over_time(${figure(runs, 'duration_ms')} [$__auto]))`, legend: '{{job_id}}' },
      ]),
    )
    .withPanel(
      graph(
        { title: 'Lines by tag', about: 'Lines that match the choice and the text', width: 8 },
        'short',
        [{ expr: count(`${chosen} ${matchesSearch}`, ['job_tag']), legend: '{{job_tag}}' }],
        true,
      ).dataLinks([linkTo('Lines of this job', toLogs.replace('__value.raw', '__field.labels.job_tag'))]),
    )
    .withPanel(
      graph(
        { title: 'Lines by level', about: 'Lines that match the choice and the text', width: 8 },
        'short',
        [{ expr: count(`${chosen} ${matchesSearch}`, ['severity_text']), legend: '{{severity_text}}' }],
        true,
      ),
    )
    .withPanel(
      graph(
        { title: 'Errors by tag', about: 'Lines of ERROR', width: 8 },
        'short',
        [
          {
            expr: count(lines('job_tag=~"$job_tag"', 'severity_text="ERROR"'), ['job_tag']),
            legend: '{{job_tag}}',
          },
        ],
        true,
      ),
    )
    .withPanel(
      linesAsTable({ title: 'Lines', about: 'The newest 500', width: 24, height: 16 }, `${chosen} ${matchesSearch}`, [
        'severity_text',
        'job_tag',
        'service_name',
      ]).overrideByName('service_name', [{ id: 'custom.width', value: 150 }]),
    )
    .withPanel(
      logs(
        {
          title: 'Lines with their detail',
          about: 'Stack traces, files and ids are behind a click',
          width: 24,
          height: 12,
        },
        `${chosen} ${matchesSearch}`,
      ),
    )
    .build();
}
