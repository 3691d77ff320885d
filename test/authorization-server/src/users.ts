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
// A quarter of the usual cost, because tests sign in hundreds of times.
const SCRYPT: ScryptOptions = { N: 4096, r: 8, p: 1 }

/** `unassigned`: the user is not assigned to the client. `not-enrolled`: the user has no OTP authenticator. */
export type UserState = 'active' | 'password-expired' | 'unassigned' | 'not-enrolled'

export interface UserOptions {
  username: string
  password: string
  /** Base32. Default: a random secret. */
  totpSecret?: string
  state?: UserState
}

export interface User {
  /** Stable ID, used as the claim `uid`. */
  id: string
  username: string
  state: UserState
  totp: TotpAuthenticator
  passwordSalt: Buffer
  passwordHash: Buffer
}

/** The user directory, with password hashes and TOTP authenticators. */
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

  /** Returns the user if the password is right. An unknown username takes as long as a wrong password. */
  async authenticate(username: string, password: string): Promise<User | undefined> {
    const user = this.#byName.get(username)
    const hash = await derive(password, user?.passwordSalt ?? randomBytes(16), 32, SCRYPT)
    return user && timingSafeEqual(hash, user.passwordHash) ? user : undefined
  }
}

export function randomPassword(): string {
  return base64url(24)
}
