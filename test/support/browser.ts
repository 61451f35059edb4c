import { accessSync, constants } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where Chromium is on this machine: `CHROMIUM`, or where packages put it; undefined where there is none. */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM'] ?? '', ...usualPlaces].find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return path !== ''
  } catch {
    return false
  }
}

export const noChromium = `no Chromium on this machine (looked for $CHROMIUM, ${usualPlaces.join(', ')}); apt-get install chromium, or set CHROMIUM to its path`

/** Starts headless Chromium with a new profile, and without anything that calls out by itself. The one way in which this repository drives a browser. */
export async function launchChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
