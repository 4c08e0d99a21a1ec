import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultSwitches } from '../matching/switches.ts';
import { switchesBody } from './schemas.ts';

const names = Object.keys(defaultSwitches).sort();

describe('the switches', () => {
  it('can all be set through the control API, to their defaults at least', () => {
    expect(Object.keys(switchesBody.shape).sort()).toEqual(names);
    expect(switchesBody.parse(defaultSwitches)).toEqual(defaultSwitches);
  });

  it('are all explained in docs/venue-assumptions.md, where every assumed row names one', () => {
    const doc = readFileSync(new URL('../../../../docs/venue-assumptions.md', import.meta.url), 'utf8');
    for (const name of names) expect(doc).toContain(`\`${name}\``);
    const rows = doc.split('\n').filter((line) => line.startsWith('|') && line.includes('assumed'));
    for (const row of rows) {
      expect(
        names.some((name) => row.includes(`\`${name}\``)),
        row,
      ).toBe(true);
    }
  });
});
