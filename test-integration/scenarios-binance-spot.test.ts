import { binanceSpot } from './harness/test-venues.ts';
import { scenarios } from './trials/scenarios.ts';

scenarios(binanceSpot);
