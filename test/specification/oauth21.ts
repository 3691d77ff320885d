import { must, mustNot, page, type SpecificationDocument, should } from './requirement.ts'

export const OAUTH21: SpecificationDocument = {
  name: 'OAuth 2.1',
  title: 'Resource requests, in the draft of May 2026',
  requirements: [
    ...page('Sections 5 and 5.2', [
      must(
        'O21-01',
        'The token is valid, has not expired, and its scope and other properties cover the request.',
      ),
    ]),
    ...page('Section 5.1', [
      must('O21-02', 'The Authorization header is supported, with a scheme in any case.'),
      must('O21-03', 'A token in the query of the URI is ignored.', {
        departure:
          'It is refused with 400, so that clients that leak tokens into logs are found: token_in_query alone, multiple_tokens beside a header. It never gives access.',
      }),
      should('O21-04', 'A token in a form body can be supported, but need not be.', {
        note: 'It is refused with 400.',
      }),
    ]),
    ...page('Section 5.3', [
      must(
        'O21-05',
        'A request without sufficient credentials gets a WWW-Authenticate header, whose scheme has at least one parameter.',
      ),
      mustNot(
        'O21-06',
        'A parameter of a challenge does not appear more than once, or with characters that are not allowed in it.',
      ),
      should(
        'O21-07',
        'The status is 400, 401 or 403, as the error says, and there is no error without credentials.',
      ),
    ]),
    ...page('Section 7.1, and RFC 9700, section 2.3', [
      must('O21-08', 'Each request is refused whose token is not meant for this resource server.'),
    ]),
  ],
}
