import { Type } from 'typebox'

/** Where determinations are recorded, and the spool. */
export const LogSettings = Type.Object({
  DECISION_LOG: Type.Enum(['db', 'spool', 'off'], {
    default: 'db',
    description:
      'Where each determination is recorded before its answer is sent: `db` the database, `spool` a file in `SPOOL_DIR` that is shipped to the database, `off` nowhere, and every answer says so.',
  }),
  SPOOL_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Folder of the spool, one for each process; absent: `spool` in `DATA_DIR`.',
    }),
  ),
  SPOOL_MAX_MIB: Type.Integer({
    default: 1024,
    minimum: 16,
    maximum: 1_000_000,
    description:
      'Size of the spool from which on checks are answered 503, because the database has not taken its rows.',
  }),
  SPOOL_FLUSH: Type.Enum(['grouped', 'strict'], {
    default: 'grouped',
    description:
      '`strict`: an answer waits until its row is flushed to the disk; `grouped`: rows are flushed at most 20 ms later.',
  }),
})
