import { Client } from 'pg'
import type { Asked, PlanRules, Words } from '../peer-world.js'

const schema = `
  CREATE TEMP TABLE plan_rules (plan int PRIMARY KEY, authorization_at text[], diagnoses text[], days int, maximum int);
  CREATE FUNCTION pg_temp.check_plan (asked_plan int, place text, diagnosis text, units int, since int) RETURNS text LANGUAGE plpgsql STABLE AS $$
    DECLARE r plan_rules%ROWTYPE;
    BEGIN
      SELECT * INTO r FROM plan_rules WHERE plan = asked_plan;
      RETURN concat_ws(' ', CASE WHEN place = ANY(r.authorization_at) THEN 'required' ELSE 'not-required' END, CASE WHEN diagnosis = ANY(r.diagnoses) THEN 'met' ELSE 'not-met' END,
        CASE WHEN since < r.days THEN 'too-soon' ELSE 'within-limit' END, CASE WHEN units > r.maximum THEN 'exceeds-limit' ELSE 'within-limit' END);
    END $$;`

/** A function in PostgreSQL over a table of plans, asked by a prepared statement on a connection of its own. */
export async function sqlFunction(
  plans: readonly PlanRules[],
  connectionString: string,
): Promise<{ readonly ask: (asked: Asked) => Promise<Words>; readonly close: () => Promise<void> }> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query(schema)
  for (const [plan, { authorizationAt, diagnoses, days, maximum }] of plans.entries())
    await client.query('INSERT INTO plan_rules VALUES ($1, $2, $3, $4, $5)', [
      plan,
      authorizationAt,
      diagnoses,
      days,
      maximum,
    ])
  return {
    ask: async ({ plan, placeOfService, diagnosis, units, daysSince }) => {
      const { rows } = await client.query<{ said: string }>({
        name: 'check',
        text: 'SELECT pg_temp.check_plan($1, $2, $3, $4, $5) AS said',
        values: [plan, placeOfService, diagnosis, units, daysSince ?? 100_000],
      })
      return rows[0]?.said ?? ''
    },
    close: async () => {
      await client.end()
    },
  }
}
