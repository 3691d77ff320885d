/** Addresses that begin with the same bits. */
export interface Range {
  readonly address: bigint
  /** Number of bits that count, from 0 to 128. */
  readonly bits: number
}

const ADDRESS_BITS = 128
const MAPPED_BITS = 96

/**
 * An IP address as a number of 128 bits. An IPv4 address and the same address mapped to IPv6 are the same number.
 *
 * @returns `undefined` if the text is no IP address
 */
export function parseAddress(text: string): bigint | undefined {
  const [address] = text.split('%', 1) as [string]
  const isV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)
  if (!isV4 && !/^[\dA-Fa-f:.]{2,45}$/.test(address)) return undefined
  const url = `http://[${isV4 ? '::ffff:' : ''}${address}]/`
  if (!URL.canParse(url)) return undefined
  const [before, after] = new URL(url).hostname.slice(1, -1).split('::') as [string, string?]
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

/**
 * An IP address, or a range such as `10.0.0.0/8` or `2001:db8::/32`.
 *
 * @returns `undefined` if the text is neither
 */
export function parseRange(text: string): Range | undefined {
  const [first, length, ...others] = text.split('/', 3) as [string, ...string[]]
  const address = parseAddress(first)
  if (address === undefined || others.length > 0) return undefined
  if (length === undefined) return { address, bits: ADDRESS_BITS }
  const isV4 = !first.includes(':')
  if (!/^\d{1,3}$/.test(length) || Number(length) > (isV4 ? 32 : ADDRESS_BITS)) return undefined
  const given = Number(length)
  return { address, bits: isV4 ? MAPPED_BITS + given : given }
}

export function contains({ address, bits }: Range, other: bigint): boolean {
  return (address ^ other) >> BigInt(ADDRESS_BITS - bits) === 0n
}

/** `::ffff:0:0`, with which the IPv4 addresses begin that are mapped to IPv6. */
const FIRST_V4 = 0xffff_0000_0000n

/** Whether a range contains all IPv4 addresses, in either notation. */
export function containsAllV4(range: Range): boolean {
  return range.bits <= MAPPED_BITS && contains(range, FIRST_V4)
}
