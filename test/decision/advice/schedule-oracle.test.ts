// No earlier compliant date than the one planned: the calendar is that of a naive planner, which asks about every day. And each planned
// date, put to a check with the earlier ones, is what the calendar says it is.
import t from 'tap'
import { Compile } from 'typebox/compile'
import { planSchedule } from '../../../src/decision/advice/schedule/schedule.js'
import { ScheduleRequest } from '../../../src/decision/advice/schedule/request.js'
import type { Schedule } from '../../../src/decision/advice/schedule/answer.js'
import { determine } from '../../../src/decision/determine.js'
import type { PolicyView } from '../../../src/decision/shapes/view.js'
import { compilePolicyView } from '../../../src/policies/loaded/compile.js'
import { courseInWorld, courseOfLimits, type Course } from '../../oracle/generate-schedule.js'
import { checkFor, naiveCalendar } from '../../oracle/schedule.js'
import { isShort, worldsOf } from '../../support/short.js'

const count = Number(process.env.SCHEDULE_WORLDS ?? worldsOf(450, 20))
const first = Number(process.env.SCHEDULE_SEED ?? 1)
const isRequest = Compile(ScheduleRequest)

/** What differs between the calendar and the naive one, or between the calendar and a check of its dates. */
function differences({ request, content }: Course, schedule: Schedule, view: PolicyView): string[] {
  const naive = naiveCalendar(request, content)
  const found = schedule.dates.map(({ segment, date, wishedOn, status }) => ({
    segment,
    wishedOn,
    date,
    status,
  }))
  const faults =
    JSON.stringify(found) === JSON.stringify(naive.dates) && schedule.cut === naive.cut
      ? []
      : [
          `${JSON.stringify(found)} cut ${schedule.cut}, naively ${JSON.stringify(naive.dates)} cut ${naive.cut}`,
        ]
  return [...faults, ...againstCheck(schedule, request, view)]
}

function againstCheck(schedule: Schedule, request: ScheduleRequest, view: PolicyView): string[] {
  const phases = [...new Set(schedule.dates.map(({ phase }) => phase))]
  return phases.flatMap((phase) => {
    const checked = determine(
      checkFor(
        request,
        schedule.dates.map(({ date }) => date),
        phase,
      ),
      view,
    ).lines
    return schedule.dates.flatMap((planned, at) => {
      const line = checked[at]
      if (planned.phase !== phase || line === undefined) return []
      const { curedBy: _cured, ...frequency } = line.frequency
      const { priorAuthorization } = line
      return [
        ...(isAlike(frequency, planned.frequency)
          ? []
          : [
              `${planned.date}: frequency ${JSON.stringify(planned.frequency)}, checked ${JSON.stringify(frequency)}`,
            ]),
        ...(line.medicalNecessity.status === planned.medicalNecessity.status
          ? []
          : [`${planned.date}: necessity`]),
        // Authorizations are spent along the whole course, so they compare where it is all in one phase.
        ...(phases.length > 1 || isAlike(priorAuthorization, planned.priorAuthorization)
          ? []
          : [
              `${planned.date}: authorization ${JSON.stringify(planned.priorAuthorization)}, checked ${JSON.stringify(priorAuthorization)}`,
            ]),
      ]
    })
  })
}

for (const [name, make] of Object.entries({ courseOfLimits, courseInWorld })) {
  t.test(`${name}: ${count} courses`, async (t) => {
    const seen = { dates: 0, moved: 0, indeterminate: 0, impossible: 0, cut: 0 }
    for (let seed = first; seed < first + count; seed++) {
      const course = make(seed)
      if (!isRequest.Check(course.request))
        return t.fail(`seed ${seed} is no request: ${JSON.stringify(isRequest.Errors(course.request)[0])}`)
      const view = compilePolicyView(course.content, 1)
      const schedule = planSchedule(course.request, view)
      const found = differences(course, schedule, view)
      if (found.length > 0) return t.fail(`seed ${seed}: ${found[0]}`)
      seen.dates += schedule.dates.length
      seen.moved += schedule.dates.filter(({ moves }) =>
        moves.some(({ reasonCode }) => reasonCode !== 'clinic-closed'),
      ).length
      seen.indeterminate += schedule.dates.filter(({ status }) => status === 'indeterminate').length
      seen.impossible += schedule.impossible.length
      seen.cut += Number(schedule.cut)
    }
    t.comment(JSON.stringify(seen))
    if (isShort) return
    for (const [what, many] of Object.entries(seen)) t.ok(many > count / 50, `${many} ${what}`)
  })
}

/** What both answers say. */
interface Told {
  readonly reason?: string
  readonly calculation?: string
  readonly findings?: readonly number[]
}

/** Whether a date of a schedule is answered as a check of it. A check says each sentence of a line once and names its findings; a date stands alone. */
function isAlike<T extends Told>(checked: T, planned: T): boolean {
  const { reason = '', calculation: _sum, findings: _named, ...one } = checked
  const { reason: whole = '', calculation: _own, ...other } = planned
  const parts = reason.split(/(?<=[.?!]) (?=[A-Z0-9"])/)
  return JSON.stringify(one) === JSON.stringify(other) && parts.every((part) => whole.includes(part))
}
