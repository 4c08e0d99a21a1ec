import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { count, failedAlerts, figure, fromClients, lines, rebalances, records, results } from './log-queries.ts';
import { columnLink, figureOf, graph, linesAsTable, table } from './panels.ts';
import { gateway, matchesSearch, namespace, search, textBox } from './variables.ts';

const uid = 'sluice-orders';
const alerts = records(lines(), 'alert');
const clientAlerts = records(lines(), 'alert', fromClients);
const orders = records(lines(), 'order');
const sends = records(lines(), 'send');
const plans = figure(rebalances(lines('service_name="order-queue"')), 'duration_ms');
const queue = records(lines(), 'queue');
const pairs = records(lines(), 'pair');
const byPair = '(service_namespace, account, symbol)';

const nowOf = (name: 'slots' | 'slots_used') => `last_over_time(${figure(pairs, name)} [2m]) by ${byPair}`;
const most = (expr: string) => `max(max_over_time(${expr} [$__auto]))`;

/** From alerts to what became of their orders, out of one record per alert, plan, send and order. */
export function ordersDashboard(): Dashboard {
  const toEvents = `/d/${uid}?\${__url_time_range}&\${namespace:queryparam}&var-order=\${__value.raw}`;
  return new DashboardBuilder('Sluice: orders')
    .uid(uid)
    .description('Alerts in, orders by outcome, how full the queue is and how long rebalances take')
    .tags(['sluice'])
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .withVariable(namespace())
    .withVariable(search())
    .withVariable(textBox('order', 'order', '.+', 'Id of one order; .+ for all'))
    .withVariable(gateway())
    .withPanel(
      figureOf({ title: 'Alerts', about: 'Requests to the webhook', width: 6 }, 'short', count(alerts, [], '$__range')),
    )
    .withPanel(
      figureOf(
        {
          title: 'Failed webhooks',
          about:
            'Of those whose token was known: not taken, or without success, then or later. Alarm above 5 % in an hour',
          width: 6,
        },
        'percentunit',
        `(${count(results(lines(), failedAlerts), [], '$__range')} or vector(0)) / ${count(clientAlerts, [], '$__range')}`,
      ),
    )
    .withPanel(
      figureOf(
        { title: 'Average rebalance', about: 'Healthy below 500 ms; alarm above 800 ms for 5 minutes', width: 6 },
        'ms',
        `avg_over_time(${plans} [$__range]) by (service_name)`,
      ),
    )
    .withPanel(
      figureOf(
        { title: 'Orders failed', about: 'For good', width: 6 },
        'short',
        count(records(lines(), 'order', 'outcome="failed"'), [], '$__range'),
      ),
    )
    .withPanel(
      graph(
        { title: 'Alerts in', about: 'By what became of the request', width: 8 },
        'short',
        [{ expr: count(alerts, ['outcome']), legend: '{{outcome}}' }],
        true,
      ),
    )
    .withPanel(
      graph(
        {
          title: 'Orders by outcome',
          about: 'Changes of orders; sent and partly_filled only where DEBUG is kept',
          width: 8,
        },
        'short',
        [{ expr: count(orders, ['outcome']), legend: '{{outcome}}' }],
        true,
      ),
    )
    .withPanel(
      graph(
        { title: 'Failures by type', about: 'Also of those that are tried again', width: 8 },
        'short',
        [{ expr: count(`${orders} | failure_type!=""`, ['failure_type']), legend: '{{failure_type}}' }],
        true,
      ),
    )
    .withPanel(
      graph(
        {
          title: 'Queue depth',
          about: 'Orders that wait with us, that are on the exchange, and pairs to be planned',
          width: 8,
        },
        'short',
        [
          { expr: most(figure(queue, 'pending')), legend: 'orders waiting' },
          { expr: most(figure(queue, 'open')), legend: 'orders on the exchange' },
          { expr: most(figure(queue, 'due')), legend: 'pairs due' },
        ],
      ),
    )
    .withPanel(
      graph(
        {
          title: 'Slots used',
          about: 'Of each of the fullest pairs, the share of its limit that is taken; foreign orders take room too',
          width: 8,
        },
        'percentunit',
        [
          {
            expr: `max by ${byPair} (max_over_time(${figure(pairs, 'slots_used')} [$__auto])) / max by ${byPair} (max_over_time(${figure(pairs, 'slots')} [$__auto]))`,
            legend: '{{account}} {{symbol}}',
          },
        ],
      ),
    )
    .withPanel(
      graph({ title: 'Backlog', about: 'How long the oldest due pair has waited', width: 8 }, 's', [
        { expr: most(figure(queue, 'due_seconds')), legend: 'oldest due pair' },
      ]),
    )
    .withPanel(
      graph(
        {
          title: 'Rebalance duration',
          about: 'Of plans told of one by one, and of ticks that changed something',
          width: 8,
        },
        'ms',
        [
          { expr: `avg_over_time(${plans} [$__auto]) by (service_name)`, legend: 'average' },
          { expr: `quantile_over_time(0.99, ${plans} [$__auto]) by (service_name)`, legend: '99th percentile' },
        ],
      ),
    )
    .withPanel(
      graph(
        { title: 'Retries', about: 'Orders refused for now, which are tried again', width: 8 },
        'short',
        [{ expr: count(records(lines(), 'order', 'outcome="retry"'), ['failure_type']), legend: '{{failure_type}}' }],
        true,
      ),
    )
    .withPanel(
      graph({ title: 'Requests to exchanges', about: 'The 99th percentile of how long they took', width: 8 }, 'ms', [
        {
          expr: `quantile_over_time(0.99, ${figure(sends, 'duration_ms')} [$__auto]) by (action, account)`,
          legend: '{{action}} {{account}}',
        },
      ]),
    )
    .withPanel(
      table(
        {
          title: 'Slots of the fullest pairs',
          about: 'Used and how many there are, a minute ago or less; no limit where none is known',
          width: 24,
          height: 8,
        },
        [
          { name: 'used', expr: nowOf('slots_used'), unit: 'short' },
          { name: 'of', expr: nowOf('slots'), unit: 'short' },
        ],
        ['account', 'symbol'],
      ),
    )
    .withPanel(
      linesAsTable(
        {
          title: 'Events of orders',
          about: 'A click on an order leaves its events alone; on an alert, shows its receipt',
          width: 24,
          height: 14,
        },
        `${orders} | order_id=~"$order" ${matchesSearch}`,
        ['order_id', 'outcome', 'failure_type', 'symbol', 'account', 'strategy', 'attempt', 'alert_id', 'job_tag'],
      )
        .overrideByName('order_id', [columnLink('Events of this order', toEvents)])
        .overrideByName('alert_id', [columnLink('Receipt of this alert', '${gateway}/api/webhook/${__value.raw}')]),
    )
    .withPanel(
      linesAsTable(
        {
          title: 'Alerts',
          about: 'The newest 500; a late_answer is the result of one answered 202',
          width: 24,
          height: 12,
        },
        `${results(lines())} ${matchesSearch}`,
        [
          'event_name',
          'outcome',
          'status',
          'strategy',
          'orders',
          'executed',
          'queued',
          'failed',
          'duration_ms',
          'alert_id',
        ],
      ).overrideByName('alert_id', [columnLink('Receipt of this alert', '${gateway}/api/webhook/${__value.raw}')]),
    )
    .build();
}
