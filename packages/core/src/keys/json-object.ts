import { isUtf8 } from 'node:buffer'
import { isObject } from '../options/checks.ts'

/** Levels of nested objects and lists. */
const MAX_DEPTH = 64

/** Counts the members in a JSON text: each has one colon outside of strings. */
function countMembersInText(json: string): number {
  let count = 0
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index)
    if (character === 0x3a) count++
    else if (character === 0x22) {
      while (json.charCodeAt(++index) !== 0x22) if (json.charCodeAt(index) === 0x5c) index++
    }
  }
  return count
}

/** Names that change the prototype of an object into which claims are merged later (CWE-1321). */
function isPrototypePollution(name: string, value: unknown): boolean {
  if (name === '__proto__') return true
  return name === 'constructor' && value !== null && Object.hasOwn(value as object, 'prototype')
}

/**
 * Counts the members of a parsed value; fewer than in the text means a duplicate name. Collects objects and lists.
 *
 * @returns not a number if the value is nested too deeply, or has a name that changes prototypes
 */
function countMembersInValue(value: unknown, depth: number, objects: object[]): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) return Number.NaN
  objects.push(value)
  if (Array.isArray(value)) {
    let count = 0
    for (const item of value) count += countMembersInValue(item, depth + 1, objects)
    return count
  }
  const names = Object.keys(value)
  let count = names.length
  for (const name of names) {
    const member = (value as Readonly<Record<string, unknown>>)[name]
    if (isPrototypePollution(name, member)) return Number.NaN
    count += countMembersInValue(member, depth + 1, objects)
  }
  return count
}

/**
 * Parses a JSON object: valid UTF-8, no duplicate member (RFC 7519, section 4), at most 64 levels deep.
 *
 * @param objects - gets the object, and every object and list in it
 * @returns `undefined` if it is anything else
 */
export function parseJsonObject(bytes: Buffer, objects: object[]): Record<string, unknown> | undefined {
  if (!isUtf8(bytes)) return undefined
  const json = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  if (countMembersInValue(value, 0, objects) !== countMembersInText(json)) return undefined
  return value as Record<string, unknown>
}
