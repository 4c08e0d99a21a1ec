/** The rest of an exchange's answer is in the log. */
const LONGEST_DETAIL = 600;

/** Characters that a reader does not see and that turn, hide or break what stands around them. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/gu;

/** A bot's token, and whatever calls itself a secret. */
const secrets: readonly [RegExp, string][] = [
  [/\d{6,}:[A-Za-z0-9_-]{30,}/g, '***'],
  [
    /((?:api[_-]?key|api[_-]?secret|secret|token|signature|password|passwd|authorization|bearer)["']?\s*[=:]?\s*["']?)[A-Za-z0-9+/_.=-]{12,}/gi,
    '$1***',
  ],
];

/** Text that came from elsewhere, as one line of ours: it cannot add lines, turn the reading direction, or leak a secret. */
export function cleanText(text: string): string {
  const line = hideSecrets(text).replaceAll(unseen, ' ').replaceAll(/ {2,}/g, ' ').trim();
  return line.length <= LONGEST_DETAIL ? line : `${line.slice(0, LONGEST_DETAIL).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The text without what looks like a secret; for errors of the connection, whose addresses hold the bot's token. */
export function hideSecrets(text: string): string {
  return secrets.reduce((hidden, [pattern, instead]) => hidden.replaceAll(pattern, instead), text);
}
