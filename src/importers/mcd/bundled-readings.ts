import type { OverlayEntry } from './overlay.js'

/** Reviewed readings that come with the program. */
export const bundledReadings: readonly OverlayEntry[] = []
