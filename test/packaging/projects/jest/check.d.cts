export function checkCore(core: unknown, options: unknown): Promise<void>
export function checkExpress(app: unknown): Promise<void>
export function checkFastify(app: unknown): Promise<void>
