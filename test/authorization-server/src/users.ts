import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { base64url, oktaId } from './random.ts'
import { TotpAuthenticator } from './totp.ts'

const derive = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: ScryptOptions,
) => Promise<Buffer>
// Real, but a quarter of the usual cost: tests sign in by the hundred.
const SCRYPT: ScryptOptions = { N: 4096, r: 8, p: 1 }

/** `unassigned`: not assigned to the client. `not-enrolled`: has no OTP authenticator. */
export type UserState = 'active' | 'password-expired' | 'unassigned' | 'not-enrolled'

export interface UserOptions {
  username: string
  password: string
  /** Base32; random when absent. */
  totpSecret?: string
  state?: UserState
}

export interface User {
  /** Stable id, the claim `uid`. */
  id: string
  username: string
  state: UserState
  totp: TotpAuthenticator
  passwordSalt: Buffer
  passwordHash: Buffer
}

/** The directory of people, with real password hashes and real authenticators. */
export class Users {
  readonly #byName = new Map<string, User>()
  readonly #byId = new Map<string, User>()

  async add({ username, password, totpSecret, state = 'active' }: UserOptions): Promise<User> {
    const passwordSalt = randomBytes(16)
    const passwordHash = await derive(password, passwordSalt, 32, SCRYPT)
    const totp = new TotpAuthenticator(totpSecret)
    const user: User = { id: oktaId('00u'), username, state, totp, passwordSalt, passwordHash }
    this.#byName.set(username, user)
    this.#byId.set(user.id, user)
    return user
  }

  byId(id: string): User | undefined {
    return this.#byId.get(id)
  }

  byName(username: string): User | undefined {
    return this.#byName.get(username)
  }

  /** The user whose name and password these are. An unknown name costs as much as a wrong password. */
  async authenticate(username: string, password: string): Promise<User | undefined> {
    const user = this.#byName.get(username)
    const hash = await derive(password, user?.passwordSalt ?? randomBytes(16), 32, SCRYPT)
    return user && timingSafeEqual(hash, user.passwordHash) ? user : undefined
  }
}

export function randomPassword(): string {
  return base64url(24)
}
