import { describe, expect, test } from 'vitest';
import { cleanText, hideSecrets } from './clean-text.ts';

describe("an exchange's text", () => {
  test('stays on one line and cannot turn the reading direction', () => {
    expect(cleanText('no margin\r\n조치 필요: \u202Esend\u200b money')).toBe('no margin 조치 필요: send money');
  });

  test('is cut where nobody reads on, not inside a character', () => {
    expect(cleanText('x'.repeat(700))).toBe(`${'x'.repeat(600)}…`);
    expect(cleanText(`${'x'.repeat(599)}😀😀`)).toBe(`${'x'.repeat(599)}…`);
  });

  test.each([
    ['signature=0123456789abcdef0123456789abcdef&symbol=BTCUSDT', 'signature=***&symbol=BTCUSDT'],
    ['{"apiKey":"AAAAbbbbCCCCdddd1111"}', '{"apiKey":"***"}'],
    [['Authorization:', 'Bearer', 'abcdefghijklmnop'].join(' '), 'Authorization: Bearer ***'],
    [`https://host/bot${'12345678'}:${'A'.repeat(35)}/sendMessage`, 'https://host/bot***/sendMessage'],
  ])('does not show a secret: %s', (text, shown) => {
    expect(hideSecrets(text)).toBe(shown);
  });
});
