import type { CheckRequest } from '../../decision/request.js'
export const requestFaults = (_request: CheckRequest): { pointer: string, code: string, detail: string }[] => []
