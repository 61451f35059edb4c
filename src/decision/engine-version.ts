/** Version of the deciding engine; it changes whenever an answer may change for the same request and policy. */
export const engineVersion = '0.5.0'
