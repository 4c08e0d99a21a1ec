import { contractChecks } from './contract-checks.ts';
import { readCheckRequest } from './read-check-request.ts';
import { openVenue } from './venue-under-test.ts';

// Run by `make venue-check`. Ends with 1 when a check fails, with 2 when nothing could be checked.

/** A hung request must not hold up the rest for ever. */
const WITHIN_MS = 90_000;

const request = readCheckRequest(process.env);
if (typeof request === 'string') {
  console.error(`venue-check: ${request}`);
  process.exit(2);
}
const { venue, endpoint, credentials, symbol, trades } = request;
console.log(`${venue} at ${endpoint ?? 'the real exchange'}, ${symbol}`);

const rig = await openVenue(venue, endpoint, credentials, symbol).catch((error: unknown) => {
  console.error(`venue-check: ${wordsOf(error)}`);
  process.exit(2);
});
let failed = 0;
for (const check of contractChecks) {
  if (check.trades && !trades) {
    console.log(`  -  ${check.title} (not asked for: TRADES=yes)`);
    continue;
  }
  try {
    await within(check.run(rig));
    console.log(`  ok ${check.title}`);
  } catch (error) {
    failed += 1;
    console.log(`  NO ${check.title}\n     ${wordsOf(error).replaceAll('\n', '\n     ')}`);
  }
}
await rig.close();
console.log(failed === 0 ? 'All of it holds.' : `${failed} of ${contractChecks.length} do not hold.`);
process.exit(failed === 0 ? 0 : 1);

async function within(run: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it was not over within ${WITHIN_MS / 1_000} s`)), WITHIN_MS);
  try {
    await Promise.race([run, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
