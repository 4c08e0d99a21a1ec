import type { Installation } from './installation/start-installation.ts';
import type { ResultRow } from './results/result-row.ts';

export type BenchContext = {
  /** The Postgres everything runs on, as its superuser; durable like a real one. */
  serverUrl: string;
  /** Everything the demo has, with more strategies and accounts; started when first asked for. */
  installation: () => Promise<Installation>;
  /** A tenth of the work: the figures are noisier. */
  quick: boolean;
  say: (text: string) => void;
};

export type Measurement = {
  id: string;
  title: string;
  measure: (context: BenchContext) => Promise<ResultRow[]>;
};
