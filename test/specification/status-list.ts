import { must, page, type SpecificationDocument } from './requirement.ts'

export const STATUS_LIST: SpecificationDocument = {
  name: 'Token Status List',
  title: 'What an access token with the claim status is worth',
  requirements: page('Section 8.3', [
    must(
      'REV-04',
      'The status list that a token refers to is fetched, validated and read within its bounds.',
      {
        note: 'With the option statusListHosts. Without it, a token that refers to a list is accepted with a warning, and refused with fapi2 and wherever revocation is configured.',
      },
    ),
  ]),
}
