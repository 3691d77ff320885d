import { must, page, type SpecificationDocument } from './requirement.ts'

export const DELEGATION: SpecificationDocument = {
  name: 'Delegation',
  title: 'Actors, authorization details, and tokens that are not access tokens',
  requirements: [
    ...page('RFC 8693, section 4.1', [
      must(
        'DEL-01',
        'Decisions consider the top-level claims and the current actor, which is the outermost act; the actors in it are only informational.',
      ),
    ]),
    ...page('RFC 9396, section 9', [
      must('DEL-03', 'An unknown type, or unknown members of a known type, grant nothing.', {
        note: 'A member is known if the requirement of the route names it.',
      }),
    ]),
    ...page('RFC 8725, section 3.11, and the specifications of the types', [
      must('DEL-04', 'A JWT of another type, such as an ID-JAG or a transaction token, is refused.'),
    ]),
    ...page('RFC 9068, section 4', [
      must('DEL-06', 'With the profile rfc9068, the type, issuer, audience and other claims are checked.', {
        note: 'Each clause is also tracked under RFC 9068.',
      }),
    ]),
    ...page('Rules of this library', [
      must('DEL-02', 'The actor of a token is visible, and a route can refuse tokens that have one.'),
      must('DEL-05', 'The depth and the size of act are bounded.'),
    ]),
  ],
}
