/** A version of CHANGELOG.md: its number, `Unreleased` for the one under way, and the day on which it was released. */
interface Version {
  readonly name: string
  readonly day: string | undefined
  readonly text: string
}

/** The versions of a changelog, the newest first. */
export function versionsOf(changelog: string): Version[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      name: /^\[([^\]]+)\]/.exec(text)?.[1] ?? '',
      day: /^\[[^\]]+\] - (\d{4}-\d{2}-\d{2})/.exec(text)?.[1],
      text,
    }))
}

/**
 * The places that stand under `### Breaking` of the versions after the release of `minor` (`0.2`), each between backticks as the comparison
 * tells it.
 */
export function placesToldAfter(changelog: string, minor: string): ReadonlySet<string> {
  const versions = versionsOf(changelog)
  const released = versions.findIndex(({ name }) => name === `${minor}.0`)
  return new Set(
    versions
      .slice(0, released < 0 ? versions.length : released)
      .flatMap(({ text }) => text.split(/^### /m).filter((part) => /^Breaking\b/.test(part)))
      .flatMap((part) => [...part.matchAll(/`([^`]+)`/g)].map(([, place]) => place ?? '')),
  )
}
