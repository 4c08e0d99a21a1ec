import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { loki } from './data-source.ts';

/** A drop-down of the values a label has among lines of the chosen time. `all` is what "All" stands for. */
export function labelValues(name: string, label: string, stream: string, all: string): QueryVariableBuilder {
  return (
    new QueryVariableBuilder(name)
      .label(name.replace('_', ' '))
      .datasource(loki)
      // 1: values of a label.
      .query({ type: 1, label, stream, refId: 'LokiVariableQueryEditor-VariableQuery' })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue(all)
      .current({ text: 'All', value: '$__all' })
  );
}

/** `.*` is also every line of a service that names no namespace. */
export const namespace = () => labelValues('namespace', 'service_namespace', '{service_name=~".+"}', '.*');

export function textBox(name: string, label: string, value: string, about: string): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder(name)
    .label(label)
    .description(about)
    .defaultValue(value)
    .current({ text: value, value });
}

/** Text is looked for as it stands, in any case of letters: `regex` escapes what a pattern would mean by it. */
export const search = () => textBox('search', 'search', '', 'Text of the line; never a pattern, and no backquotes');
export const matchesSearch = '|~ `(?i)${search:regex}`';

export const gateway = () =>
  textBox('gateway', 'gateway', 'http://localhost:8080', 'Address of the webhook-gateway, for links to receipts');
