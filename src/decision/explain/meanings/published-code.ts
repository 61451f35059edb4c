/** The code of a reason as answers publish it: what follows a slash tells sentences of one code apart, `as/…` has the code of its part. */
export type PublishedCode<C extends string> = C extends `as/${string}`
  ? never
  : C extends `${infer Published}/${string}`
    ? Published
    : C
