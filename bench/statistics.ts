export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Half the interquartile distance, as a share of the median. */
export function spread(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
  return (at(0.75) - at(0.25)) / 2 / median(values)
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

/** The list in a different order each round, so that no candidate always follows the same one. */
export function reordered<T>(list: readonly T[], round: number): readonly T[] {
  const { length } = list
  const strides = list.map((_, index) => index + 1).filter((stride) => commonDivisor(stride, length) === 1)
  const stride = strides[round % strides.length] ?? 1
  return list.map((_, index) => list[(round + index * stride) % length] as T)
}
