import { must, page, type SpecificationDocument } from './requirement.ts'

export const REVOCATION: SpecificationDocument = {
  name: 'Revocation',
  title: 'The clause of FAPI 2.0 about it, and what it takes to keep it',
  requirements: [
    ...page('FAPI 2.0 Security Profile, section 5.3.4', [
      must('REV-01', 'The revocation status of an access token is verified.', {
        note: 'With the option revocation. Without it, a token is accepted until it expires.',
      }),
    ]),
    ...page('Rules of this library', [
      must('REV-02', 'The revocation status of a cached token is verified on every request.'),
      must(
        'REV-03',
        'While the status cannot be found out, the answer is 503, unless the application accepts the risk.',
      ),
    ]),
  ],
}
