/** One figure, beside what this machine does at best. */
export type ResultRow = {
  id: string;
  what: string;
  unit: string;
  /** Null where it could not be measured here; `what` says why. */
  value: number | null;
  /** The same unit; null where there is nothing to compare with. */
  floor: number | null;
  ratio: number | null;
  aim: string | null;
  /** Null where the row has no aim. */
  met: boolean | null;
};

export type Aim = { ratioAtMost: number } | { ratioAtLeast: number } | { atMost: number };

export type Figure = { id: string; what: string; unit: string; value: number; floor?: number; aim?: Aim };

/** Compares a figure with its floor and its aim. */
export function resultRow({ id, what, unit, value, floor, aim }: Figure): ResultRow {
  const ratio = floor === undefined || floor === 0 ? null : value / floor;
  return {
    id,
    what,
    unit,
    value: round(value),
    floor: floor === undefined ? null : round(floor),
    ratio: ratio === null ? null : round(ratio),
    aim: aim === undefined ? null : aimText(aim, unit),
    met: aim === undefined ? null : isMet(aim, value, ratio),
  };
}

/** A figure that this machine has not what it takes to measure. */
export function notRun({ id, what, why }: { id: string; what: string; why: string }): ResultRow {
  const none = { value: null, floor: null, ratio: null, aim: null, met: null };
  return { id, what: `${what} (${why})`, unit: '', ...none };
}

function isMet(aim: Aim, value: number, ratio: number | null): boolean {
  if ('atMost' in aim) return value <= aim.atMost;
  if (ratio === null) return false;
  return 'ratioAtMost' in aim ? ratio <= aim.ratioAtMost : ratio >= aim.ratioAtLeast;
}

function aimText(aim: Aim, unit: string): string {
  if ('atMost' in aim) return `≤ ${aim.atMost}${unit === '' ? '' : ` ${unit}`}`;
  return 'ratioAtMost' in aim ? `≤ ${aim.ratioAtMost} ×` : `≥ ${aim.ratioAtLeast} ×`;
}

/** Three digits that mean something. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
