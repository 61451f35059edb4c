import type { BilledBy, BillingSteps, ConvertedDose, Discarded } from '../../reasons/billing.js'
import { union } from '../../shapes/truth.js'

/** How the units of a line follow from its dose or package, as a person would check it; each step once. */
export function billingInWords(steps: BillingSteps): string {
  return union(steps.map(stepInWords)).join(' ')
}

function stepInWords(step: BilledBy | Discarded): string {
  switch (step.type) {
    case 'dose': {
      const { given, perUnit, exact } = step
      return `${doseInWords(given)}; / ${perUnit.value} ${perUnit.unit} a unit${roundedUp(exact)}`
    }
    case 'volume':
      return `${step.millilitres} mL / ${step.size} mL an item x ${step.units} units an item (NDC crosswalk)${roundedUp(step.exact)}`
    case 'quantity':
      return `NDC quantity ${step.quantity} ${step.unit} / ${step.size} ${step.unit} an item x ${step.units} units an item${roundedUp(step.exact)}`
    case 'nothing-discarded':
      return 'Nothing was discarded.'
    case 'discarded': {
      const { discarded, held, whole, forDose, units } = step
      return `${doseInWords(discarded)} discarded: the containers held ${held} ${discarded.unit}, ${whole} whole units, of which ${Math.min(whole, forDose)} are billed for the dose; ${units} ${units === 1 ? 'is' : 'are'} left to bill as discarded.`
    }
  }
}

function doseInWords({ dose, amount, unit, concentration }: ConvertedDose): string {
  const given = `${dose.value} ${dose.unit}`
  if (concentration !== undefined)
    return `${given} x ${concentration.value} ${concentration.unit} = ${amount} ${unit}`
  return dose.unit === unit ? given : `${given} = ${amount} ${unit}`
}

function roundedUp(exact: number): string {
  const units = Math.ceil(exact)
  const billed = `${units} ${units === 1 ? 'unit' : 'units'}`
  return units === exact
    ? ` = ${billed}.`
    : ` = ${exact} units; a part of a unit is billed as a whole one: ${billed}.`
}
