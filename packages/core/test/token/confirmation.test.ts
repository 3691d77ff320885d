import { expect, it } from 'vitest'
import { boundToken, outcomeOfProof, proofKey, thumbprintOf } from '../support/proofs.ts'

const jkt = thumbprintOf(proofKey())

it.each<[string, unknown, string]>([
  ['accepted if it is the key of the proof', { jkt }, 'accepted'],
  [
    'refused if it has another member, too, whose possession is not checked',
    { jkt, kid: 'a' },
    'sender_constrained',
  ],
  ['refused if it is a list', { jkt: [jkt] }, 'sender_constrained'],
  ['refused if it is longer', { jkt: `${jkt}A` }, 'sender_constrained'],
  ['refused if it is shorter', { jkt: jkt.slice(1) }, 'sender_constrained'],
  ['refused if it is padded', { jkt: `${jkt}=` }, 'sender_constrained'],
  ['refused if it is missing', {}, 'sender_constrained'],
  ['refused if the claim is a list of it', [jkt], 'sender_constrained'],
  ['refused if the claim is its text', jkt, 'sender_constrained'],
  ['refused if the claim is null', null, 'sender_constrained'],
])('the thumbprint in cnf is %s', async (_title, cnf, outcome) => {
  expect(await outcomeOfProof({ token: boundToken(proofKey(), { cnf }) })).toBe(outcome)
})
