import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** A badge in a colour no level has. An empty cell is matched by nothing and keeps no colour. */
export const badge: DynamicConfigValue[] = [
  { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
  // Without thresholds of its own, a cell without a tag would be green.
  { id: 'thresholds', value: { mode: 'absolute', steps: [{ value: null, color: 'transparent' }] } },
  {
    id: 'mappings',
    value: [{ type: 'regex', options: { pattern: '/(.+)/', result: { text: '$1', color: '#b5179e', index: 0 } } }],
  },
];

export const levelColours: DynamicConfigValue[] = [
  { id: 'custom.cellOptions', value: { type: 'color-text' } },
  {
    id: 'mappings',
    value: [
      {
        type: 'value',
        options: {
          ERROR: { color: 'red', index: 0 },
          WARNING: { color: 'orange', index: 1 },
          INFO: { color: 'green', index: 2 },
          DEBUG: { color: 'blue', index: 3 },
        },
      },
    ],
  },
];
