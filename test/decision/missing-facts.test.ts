// What is asked for: every fact has a place in the request, and a step of its own.
import t from 'tap'
import { factInWords, infoNeeded, inWords, stepCodeFor } from '../../src/decision/facts/missing-facts.js'
import { CheckRequest } from '../../src/decision/shapes/request.js'

/** Fact → where the request carries it, with `N` for the line. */
const places = {
  planId: '/coverage/planId',
  state: '/coverage/state',
  contractorNumber: '/coverage/contractorNumber',
  claimType: '/claimType',
  diagnosisCodes: '/diagnosisCodes',
  diagnosisPointers: '/serviceLines/N/diagnosisPointers',
  placeOfService: '/serviceLines/N/placeOfService',
  modifiers: '/serviceLines/N/modifiers',
  units: '/serviceLines/N/units',
  vialType: '/serviceLines/N/vialType',
  ndc: '/serviceLines/N/ndc',
  'provider.npi': '/serviceLines/N/provider/npi',
  'provider.networkStatus': '/serviceLines/N/provider/networkStatus',
  'provider.taxonomyCode': '/serviceLines/N/provider/taxonomyCode',
  'provider.goldCard': '/serviceLines/N/provider/goldCard',
  'treatment.phase': '/treatment/phase',
  'patient.ageYears': '/patient/ageYears',
  'patient.sex': '/patient/sex',
  labResults: '/labResults',
  plannedServices: '/plannedServices',
  serviceHistory: '/serviceHistory',
  serviceHistorySince: '/serviceHistorySince',
  authorizations: '/authorizations',
  'documentation/oral-trial-failed': '/documentation',
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

function isInRequest(pointer: string): boolean {
  const end = pointer
    .slice(1)
    .split('/')
    .reduce<Schema | undefined>(
      (schema, step) => (/^\d+$/.test(step) ? schema?.items : schema?.properties?.[step]),
      CheckRequest as Schema,
    )
  return end !== undefined
}

t.test('every fact that can be missing is asked for where the request carries it', async (t) => {
  for (const [fact, place] of Object.entries(places)) {
    const { fact: named, pointer, question, text } = infoNeeded(fact, 'frequency', 4)
    t.equal(pointer, place.replace('/N/', '/4/'))
    t.ok(isInRequest(pointer), pointer)
    t.strictSame([named, question], [fact, 'frequency'])
    t.match(text, /^(Give|Say|List) .*\.$/)
  }
  t.equal(
    new Set(Object.keys(places).map((fact) => infoNeeded(fact, 'units', 0).text)).size,
    Object.keys(places).length,
    'each has words of its own',
  )
  t.match(infoNeeded('documentation/oral-trial-failed', 'documentation', 0).text, 'oral trial failed')
})

t.test('the step for a fact', async (t) => {
  t.equal(stepCodeFor('serviceHistorySince'), 'give-service-history-since')
  t.equal(stepCodeFor('provider.networkStatus'), 'give-provider-network-status')
  t.equal(stepCodeFor('units'), 'give-units')
  t.equal(stepCodeFor('documentation/oral-trial-failed'), 'give-documentation')
  t.equal(stepCodeFor('modifiers/2026-10-01'), 'give-modifiers')
  t.equal(factInWords('modifiers/2026-10-01'), 'modifiers of the services on 2026-10-01')
  t.equal(inWords('oral-trial-failed'), 'oral trial failed')
})
