/**
 * Takes one element after the other, and goes on where one fails.
 * @throws what the first one failed with, once all have had their turn.
 */
export async function eachInSpite<Element>(elements: readonly Element[], take: (element: Element) => Promise<void>) {
  const failures: unknown[] = []
  for (const element of elements) await take(element).catch(error => failures.push(error))
  if (failures.length) throw failures[0]
}
