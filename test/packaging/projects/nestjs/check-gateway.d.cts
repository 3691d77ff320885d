export function checkGateway(url: string): Promise<void>
