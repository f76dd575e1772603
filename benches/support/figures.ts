// Figures: medians with the least and the most, and how ours compares. Nothing here judges.

/** What one side came to, a value for each round. */
export interface Series {
  name: string;
  values: number[];
}

/** One line of the table. */
export interface Row {
  measure: string;
  what: string;
  unit: string;
  ours: Series;
  peers: Series[];
  /** What the project wants, in words; empty where it is "at least the peer". */
  goal: string;
}

/** Takes what the rounds bring, in their order. */
export class Rows {
  private readonly all = new Map<string, Row>();

  constructor(readonly measure: string) {}

  /** A value of ours. */
  ours(what: string, unit: string, value: number, goal = ''): void {
    this.row(what, unit, goal).ours.values.push(value);
  }

  /** A value of a peer, on the line of this name. */
  peer(what: string, unit: string, name: string, value: number): void {
    const { peers } = this.row(what, unit, '');
    let series = peers.find((peer) => peer.name === name);
    if (series === undefined) {
      series = { name, values: [] };
      peers.push(series);
    }
    series.values.push(value);
  }

  get rows(): Row[] {
    return [...this.all.values()];
  }

  private row(what: string, unit: string, goal: string): Row {
    const found = this.all.get(what) ?? { measure: this.measure, what, unit, ours: { name: 'Afield', values: [] }, peers: [], goal: '' };
    found.goal ||= goal;
    this.all.set(what, found);
    return found;
  }
}

export interface Summary {
  median: number;
  min: number;
  max: number;
  rounds: number;
}

export function summary(values: number[]): Summary | undefined {
  if (values.length === 0) {
    return undefined;
  }
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1], rounds: sorted.length };
}

/** The value below which so many of a hundred lie, the nearest one that was measured. */
export function percentile(values: number[], of: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * of) / 100) - 1)] ?? NaN;
}

/** The row as it goes into the file of `--json`. */
export function record(row: Row): object {
  const ours = summary(row.ours.values);
  return {
    measure: row.measure,
    what: row.what,
    unit: row.unit,
    goal: row.goal,
    ours: { ...ours, values: row.ours.values },
    peers: row.peers.map(({ name, values }) => {
      const peer = summary(values);
      return { name, ...peer, values, ratio: ours && peer ? ours.median / peer.median : undefined };
    }),
  };
}

/** The table in Markdown: a line for each peer, and one for ours alone where there is none. */
export function table(rows: Row[]): string {
  const lines = rows.flatMap((row) => {
    const ours = summary(row.ours.values);
    const what = `${row.what}, ${row.unit}`;
    if (row.peers.length === 0) {
      return [cells(what, spread(ours), '–', '–', row.goal)];
    }
    return row.peers.map(({ name, values }) => {
      const peer = summary(values);
      const ratio = ours && peer && peer.median > 0 ? (ours.median / peer.median).toFixed(2) : '–';
      return cells(what, spread(ours), `${name}: ${spread(peer)}`, ratio, row.goal);
    });
  });
  return [cells('work', 'Afield', 'peer', 'Afield / peer', 'goal'), '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

function cells(...texts: string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function spread(figure: Summary | undefined): string {
  if (figure === undefined) {
    return '–';
  }
  const { median, min, max, rounds } = figure;
  return rounds === 1 || min === max ? short(median) : `${short(median)} (${short(min)}–${short(max)})`;
}

function short(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
