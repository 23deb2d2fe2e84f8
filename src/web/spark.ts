/** Points as a path in a box of 160 × 24; null below two points. */
export const sparkPath = (values: readonly number[]): string | null => {
  if (values.length < 2) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = high === low ? 0 : 20 / (high - low);
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * 160;
    const y = high === low ? 12 : 22 - (value - low) * scale;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
};

/** A line over places along an axis, both from where they begin. */
export interface PlacedLine {
  places: readonly number[];
  values: readonly number[];
}

/** The box in which `linePaths` draws. */
const lineBox = { width: 600, height: 160 } as const;

/** Lines to one scale as paths in a box of 600 × 160, and how high zero lies in it. */
export function linePaths(lines: readonly PlacedLine[]): { paths: string[]; zero: string } {
  const { width, height } = lineBox;
  const extreme = (pick: (...values: number[]) => number, of: keyof PlacedLine): number =>
    lines.reduce((found, line) => line[of].reduce((one, other) => pick(one, other), found), 0);
  const [low, high, end] = [
    extreme(Math.min, 'values'),
    extreme(Math.max, 'values'),
    extreme(Math.max, 'places'),
  ];
  const y = (value: number): string =>
    (high === low ? height / 2 : height - 4 - ((value - low) / (high - low)) * (height - 8)).toFixed(1);
  const x = (place: number): string => (end === 0 ? 0 : (place / end) * width).toFixed(1);
  const paths = lines.map(
    ({ places, values }) => `M${places.map((place, at) => `${x(place)} ${y(values[at] ?? 0)}`).join('L')}`,
  );
  return { paths, zero: y(0) };
}
