import { must, page, rfc, type SpecificationDocument, should } from './requirement.ts'

const OURS = 'The specification does not demand it. It is our own requirement.'

export const RFC9470: SpecificationDocument = rfc(9470, 'Step Up Authentication Challenge', [
  ...page('3', [
    must(
      'STEP-01',
      'The answer is a 401 with the error insufficient_user_authentication, in the challenge of the scheme that was used.',
    ),
    must(
      'STEP-02',
      'The challenge has acr_values in order of preference, and max_age as a non-negative integer of seconds.',
    ),
    should('STEP-03', 'The challenge may also name the scopes that are required.'),
  ]),
  ...page('9', [
    must(
      'STEP-04',
      'It is evaluated after the token is known to be valid, so that strangers do not learn what a route requires.',
      { note: OURS },
    ),
  ]),
  ...page('6', [
    must('STEP-05', 'A token without acr or auth_time never meets a requirement for it.', { note: OURS }),
  ]),
  ...page('2', [
    must(
      'STEP-06',
      'Levels are compared as whole strings, and have an order only where the user states one.',
      {
        note: OURS,
      },
    ),
  ]),
  ...page('6', [
    should('STEP-07', 'An auth_time in the future, beyond the tolerance, is refused.', { note: OURS }),
  ]),
])
