import { Type } from 'typebox'

/** Where the process listens: its own listener, and the second one for metrics and health. */
export const AddressSettings = Type.Object({
  HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address to listen on; `0.0.0.0` for all.',
  }),
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65535,
    description: 'TCP port to listen on; 0 takes any free port.',
  }),
  ADMIN_HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description:
      'Address of the second listener, for metrics and health; elsewhere than on loopback metrics ask for a credential. `none`: no such listener.',
  }),
  ADMIN_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65535,
      description:
        'Its TCP port; 0 takes any free port. Absent: 9464, or any free port where that is taken; the log says which.',
    }),
  ),
})
