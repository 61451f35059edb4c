export declare function isBuilt(): boolean
export declare function buildIfStale(): void
