import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { count, figure, lines, records } from './log-queries.ts';
import { graph, linesAsTable, table } from './panels.ts';
import { labelValues, matchesSearch, namespace, search } from './variables.ts';

const ofServices = lines('service_name=~"$service"');
const minutes = records(ofServices, 'service');
const by = '(service_name, replica)';
const legend = '{{service_name}} {{replica}}';

const latest = (name: Parameters<typeof figure>[1]) => `last_over_time(${figure(minutes, name)} [$__range]) by ${by}`;
const most = (name: Parameters<typeof figure>[1]) => `max by ${by} (max_over_time(${figure(minutes, name)} [$__auto]))`;

/** How each process is, out of one record per process and minute. */
export function servicesDashboard(): Dashboard {
  return new DashboardBuilder('Sluice: services')
    .uid('sluice-services')
    .description('Health, memory and event-loop delay of each process')
    .tags(['sluice'])
    .time({ from: 'now-3h', to: 'now' })
    .refresh('1m')
    .timezone('browser')
    .withVariable(namespace())
    .withVariable(labelValues('service', 'service_name', '{service_name=~".+", service_namespace=~"$namespace"}', '.+'))
    .withVariable(search())
    .withPanel(
      table(
        {
          title: 'Processes',
          about: 'Each that wrote its record in the last 3 minutes; one that is down is not there',
          width: 12,
        },
        [
          {
            name: 'records in 3 minutes',
            expr: count(minutes, ['service_name', 'replica', 'ready'], '3m'),
            unit: 'short',
          },
        ],
        ['service_name', 'replica', 'ready'],
      ),
    )
    .withPanel(
      table(
        { title: 'Last seen', about: 'Of each process in the chosen time, stopped ones too', width: 12 },
        [
          { name: 'age', expr: latest('uptime_seconds'), unit: 's' },
          { name: 'memory', expr: latest('memory_mb'), unit: 'decmbytes' },
          { name: 'of', expr: latest('memory_limit_mb'), unit: 'decmbytes' },
          { name: 'connections', expr: latest('connections'), unit: 'short' },
        ],
        ['service_name', 'replica'],
      ),
    )
    .withPanel(
      graph(
        {
          title: 'Ready',
          about: 'Minutes in which a process said that it takes work; all it wrote beside them',
          width: 12,
        },
        'short',
        [
          { expr: count(`${minutes} | ready="true"`, ['service_name']), legend: '{{service_name}} ready' },
          { expr: count(`${minutes} | ready!="true"`, ['service_name']), legend: '{{service_name}} not ready' },
        ],
        true,
      ),
    )
    .withPanel(
      graph({ title: 'Memory', about: 'The most of each step', width: 12 }, 'decmbytes', [
        { expr: most('memory_mb'), legend },
      ]),
    )
    .withPanel(
      graph(
        { title: 'Event-loop delay', about: '99th percentile of a minute, the worst of each step', width: 8 },
        'ms',
        [{ expr: most('loop_delay_p99_ms'), legend }],
      ),
    )
    .withPanel(
      graph({ title: 'Connections', about: 'Open TCP connections', width: 8 }, 'short', [
        { expr: most('connections'), legend },
      ]),
    )
    .withPanel(
      graph(
        {
          title: 'Database conflicts',
          about: 'Transactions that ended in a deadlock or for a lock not free in time. Alarm above 10 in an hour',
          width: 8,
        },
        'short',
        [
          {
            expr: `sum by (service_name) (sum_over_time(${figure(minutes, 'conflicts')} [$__auto]))`,
            legend: '{{service_name}}',
          },
        ],
        true,
      ),
    )
    .withPanel(
      linesAsTable(
        { title: 'Warnings and errors', about: 'The newest 500', width: 24, height: 12 },
        `${lines('service_name=~"$service"', 'severity_text=~"WARNING|ERROR"')} ${matchesSearch}`,
        ['severity_text', 'job_tag', 'service_name'],
      ),
    )
    .build();
}
