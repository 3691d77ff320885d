/** Creates the build context of the image and returns its directory. */
export function prepareImageContext(): Promise<string>
