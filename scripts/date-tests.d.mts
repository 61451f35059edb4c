export const dateModules: Readonly<Record<string, readonly string[]>>
export const dateTests: readonly string[]
