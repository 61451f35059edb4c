import type { PlainDate } from '../../shapes/codes.js'
import { addDays, weekdayOf, weekdays } from '../../shapes/plain-date.js'
import type { ScheduleRequest } from './request.js'

/** On which days the clinic gives the service. */
export interface ClinicDays {
  readonly isOpen: (date: PlainDate) => boolean
  /** The first open day on or after a date and not after `last`; undefined when there is none. */
  readonly openFrom: (date: PlainDate, last: PlainDate) => PlainDate | undefined
  /** The last open day on or before a date; the date itself where the clinic is closed for a whole year. */
  readonly openUntil: (date: PlainDate) => PlainDate
}

const longestLook = 366

/** Reads weekdays and closed days of a request; without weekdays every day is one. */
export function clinicDaysOf({ clinicWeekdays = [...weekdays], closedOn = [] }: ScheduleRequest): ClinicDays {
  const closed = new Set(closedOn)
  const isOpen = (date: PlainDate): boolean =>
    !closed.has(date) && (clinicWeekdays.length === 7 || clinicWeekdays.includes(weekdayOf(date)))
  return {
    isOpen,
    openFrom: (date, last) => {
      for (let day = date; day <= last; day = addDays(day, 1)) if (isOpen(day)) return day
      return undefined
    },
    openUntil: (date) => {
      let day = date
      for (let looked = 0; looked < longestLook; looked++, day = addDays(day, -1)) if (isOpen(day)) return day
      return date
    },
  }
}
