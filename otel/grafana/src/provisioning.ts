import type { Rule } from '@grafana/grafana-foundation-sdk/alerting';
import type { RuleGroup } from './alert-rules.ts';
import { loki, tempo } from './data-source.ts';

const folder = 'Sluice';

/** Grafana puts LOKI_URL and TEMPO_URL in from its environment; a dollar sign that is meant is written twice. */
export function dataSources(traces: boolean): object {
  const derivedFields = [
    { name: 'Trace', matcherType: 'label', matcherRegex: 'trace_id', url: '$${__value.raw}', datasourceUid: tempo.uid },
  ];
  const lokiSource = {
    name: 'Loki',
    ...loki,
    access: 'proxy',
    url: '${LOKI_URL}',
    isDefault: true,
    editable: false,
    jsonData: { maxLines: 1_000, timeout: 60, ...(traces ? { derivedFields } : {}) },
  };
  const tempoSource = { name: 'Tempo', ...tempo, access: 'proxy', url: '${TEMPO_URL}', editable: false };
  return { apiVersion: 1, prune: true, datasources: traces ? [lokiSource, tempoSource] : [lokiSource] };
}

export const dashboardProvider = {
  apiVersion: 1,
  providers: [
    {
      name: 'sluice',
      folder,
      folderUid: 'sluice',
      type: 'file',
      disableDeletion: true,
      // What is changed in the browser would be gone at the next start.
      allowUiUpdates: false,
      updateIntervalSeconds: 60,
      options: { path: '/var/lib/grafana/dashboards' },
    },
  ],
};

export function alerting(groups: readonly RuleGroup[]): object {
  return {
    apiVersion: 1,
    groups: groups.map(({ name, interval, rules }) => ({ orgId: 1, name, folder, interval, rules: rules.map(inFile) })),
  };
}

/** In a file the folder, the organisation and the group stand above the rule. */
function inFile({ uid, title, condition, data, ...rule }: Rule): object {
  const { noDataState, execErrState, annotations, labels } = rule;
  return { uid, title, condition, data, noDataState, execErrState, for: rule.for, annotations, labels };
}
