import { type Meter, type MetricOptions, metrics } from '@opentelemetry/api';

/** What a number is about; few values each, since every combination is a series. */
export type MetricAttributes = Record<string, string>;

export type Counter = { add(value: number, attributes?: MetricAttributes): void };
export type Histogram = { record(value: number, attributes?: MetricAttributes): void };

/** Made again for each meter: the API's own meter, taken before an SDK is there, stays silent for ever. */
const bindings: ((meter: Meter) => void)[] = [];
let bound: Meter | undefined;

/** Binds every instrument, also those made later, to the meter provider of the moment. */
export function bindMetrics(): void {
  bound = metrics.getMeter('sluice');
  for (const bind of bindings) bind(bound);
}

/** Before metrics are started, and without an endpoint for them, what is added goes nowhere. */
export function counter(name: string, options: MetricOptions): Counter {
  let instrument: Counter | undefined;
  onBind((meter) => {
    instrument = meter.createCounter(name, options);
  });
  return { add: (value, attributes) => instrument?.add(value, attributes) };
}

export function histogram(name: string, options: MetricOptions): Histogram {
  let instrument: Histogram | undefined;
  onBind((meter) => {
    instrument = meter.createHistogram(name, options);
  });
  return { record: (value, attributes) => instrument?.record(value, attributes) };
}

/** `read` is asked at each export; what it answers undefined for is left out. */
export function gauge(name: string, options: MetricOptions, read: () => number | undefined): void {
  onBind((meter) => {
    meter.createObservableGauge(name, options).addCallback((result) => {
      const value = read();
      if (value !== undefined) result.observe(value);
    });
  });
}

/** The same for a number that only grows. */
export function observedCounter(name: string, options: MetricOptions, read: () => number): void {
  onBind((meter) => {
    meter.createObservableCounter(name, options).addCallback((result) => result.observe(read()));
  });
}

function onBind(bind: (meter: Meter) => void): void {
  bindings.push(bind);
  if (bound !== undefined) bind(bound);
}
