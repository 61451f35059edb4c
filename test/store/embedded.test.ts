import t from 'tap'
import { openMigratedMemory } from '../support/embedded.js'
import { storeContract } from './contract.js'

const db = await openMigratedMemory()
t.teardown(async () => await db.close())
t.equal(db.kind, 'embedded')
await storeContract(t, db)
