/**
 * So many of every way at every point: all of them when there are as many runs, otherwise points spread evenly from the first to the
 * last, one after the other in another way.
 */
export function spread<Point, Way>(
  points: readonly Point[],
  ways: readonly Way[],
  runs: number,
): readonly (readonly [Point, Way])[] {
  const all = points.flatMap(point => ways.map(way => [point, way] as const))
  if (runs >= all.length) return all
  return Array.from({ length: runs }, (_, n) => {
    const point = Math.round((n * (points.length - 1)) / (runs - 1))
    return all[point * ways.length + (n % ways.length)] as readonly [Point, Way]
  })
}
