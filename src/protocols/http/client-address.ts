import { BlockList, SocketAddress, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'

/** The address that a request came from, as far as it is known. */
export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string

/**
 * Without trusted proxies: the address of the socket. With them, where the socket belongs to one:
 * the right-most address of X-Forwarded-For that is not a trusted proxy, because the caller could
 * have written everything left of it. Proxies are given by address, not by a number of hops: a
 * caller who bypasses the proxy could write that many hops.
 */
export function clientAddress(trustedProxies: readonly string[] = []): ClientAddress {
  if (trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress ?? ''
  const trusted = blockListOf(trustedProxies)
  const isTrusted = (address: string): boolean =>
    trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return ({ headers, socket }) => {
    let nearest = socket.remoteAddress ?? ''
    if (nearest === '') return nearest
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join().split(',')
    while (isTrusted(nearest)) {
      // An entry that is no address says nothing about the caller, so the trusted proxy that wrote
      // it is counted.
      const next = addressIn(forwarded.pop() ?? '')
      if (next === undefined) return nearest
      nearest = next
    }
    return nearest
  }
}

/**
 * An IPv4 address as it is; of IPv6 the first 64 bits, because a caller with one address of such a
 * network usually has all of them.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':')
}

/**
 * Whether a text is an address or a network in CIDR notation. A network of all addresses (`/0`) is
 * refused, because it would trust everybody.
 */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || address.includes('%') || more.length > 0) return false
  return (
    prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 6 ? 128 : 32))
  )
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

// Some proxies add the port or brackets. Without them removed, one address would count as two.
function addressIn(entry: string): string | undefined {
  const text = entry.trim()
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const version = isIP(bare)
  return version === 6
    ? new SocketAddress({ address: bare, family: 'ipv6' }).address
    : version === 4
      ? bare
      : undefined
}
