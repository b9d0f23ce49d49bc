const minute = 60_000

/**
 * The instant that a handover holds: the last whole minute at least `lagSeconds` past, since a table can be exported only some
 * minutes behind its writes. Without a lag, the next whole second.
 */
export function cutAt(now: Date, lagSeconds: number): Date {
  if (lagSeconds === 0) return new Date(Math.ceil(now.getTime() / 1000) * 1000)
  return new Date(Math.floor((now.getTime() - lagSeconds * 1000) / minute) * minute)
}
