import { middle, type Row } from '../row.ts'
import type { Results } from './results.ts'

interface Bar {
  readonly name: string
  readonly kind: string
  readonly value: number
}

interface Panel {
  readonly title: string
  readonly bars: readonly Bar[]
  readonly unit: string
}

const WIDTH = 820
const NAME_WIDTH = 210
const VALUE_WIDTH = 120
const BAR = 18
const GAP = 6
const TITLE = 42

const STYLE = `text{font:13px system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-weight:600;font-size:14px}.note{fill:#59636e;font-size:11px}.value{font-variant-numeric:tabular-nums}
.this{fill:#0969da}.peer{fill:#afb8c1}.limit{fill:none;stroke:#8c959f;stroke-dasharray:3 2}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.note{fill:#9198a1}.this{fill:#4493f8}.peer{fill:#656c76}.limit{stroke:#9198a1}}`

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const bar = ({ name, kind }: Row, value: number): Bar => ({ name, kind, value })

function panelsOf({ core, http }: Results): readonly Panel[] {
  // This library appears once, and version 0.1.0 not at all: the chart is for users who compare libraries.
  const isShown = ({ name, kind }: Row): boolean => kind !== 'earlier' && !name.startsWith('this library,')
  const { hot = [], cold = [] } = core.RS256 ?? {}
  return [
    {
      title: 'Repeated tokens, verified per second',
      unit: '/s',
      bars: hot
        .filter((row) => isShown(row) && row.kind !== 'limit')
        .map((row) => bar(row, 1e6 / middle(row, ({ wall }) => wall))),
    },
    {
      title: 'New RS256 tokens, verified per second of main-thread time',
      unit: '/s',
      bars: cold
        .filter((row) => isShown(row) && row.name !== 'crypto.verify, async')
        .map((row) => bar(row, 1e6 / middle(row, ({ main }) => main))),
    },
    ...(['express', 'fastify'] as const).map((framework) => ({
      title: `${framework === 'express' ? 'Express 5' : 'Fastify 5'}, repeated tokens, requests per second`,
      unit: '/s',
      bars: (http[framework]?.hot ?? []).filter(isShown).map((row) =>
        bar(
          row,
          middle(row, ({ rate }) => rate),
        ),
      ),
    })),
  ]
}

function drawPanel({ title, bars, unit }: Panel, top: number): { svg: string; height: number } {
  const most = Math.max(...bars.map(({ value }) => value))
  const lines = bars
    .toSorted((a, b) => b.value - a.value)
    .map(({ name, kind, value }, index) => {
      const y = top + TITLE + index * (BAR + GAP)
      const width = Math.max(((WIDTH - NAME_WIDTH - VALUE_WIDTH) * value) / most, 1).toFixed(1)
      const figure = Math.round(value).toLocaleString('en')
      return `<text x="${NAME_WIDTH - 10}" y="${y + 13}" text-anchor="end">${escaped(name)}</text><rect class="${kind}" x="${NAME_WIDTH}" y="${y}" width="${width}" height="${BAR}" rx="2"/><text class="value" x="${(NAME_WIDTH + Number(width) + 8).toFixed(1)}" y="${y + 13}">${figure} ${unit}</text>`
    })
  const heading = `<text class="title" x="${NAME_WIDTH}" y="${top + 30}">${escaped(title)}</text>`
  return { svg: [heading, ...lines].join('\n'), height: TITLE + bars.length * (BAR + GAP) }
}

/** A bar chart that is legible on a light and on a dark background. Longer is faster. */
export function chart(results: Results): string {
  let top = 0
  const drawn = panelsOf(results).map((panel) => {
    const { svg, height } = drawPanel(panel, top)
    top += height
    return svg
  })
  const { node, cpu, cores } = results.machine
  const note = `Node.js ${node}, ${cores} x ${cpu}. Medians of interleaved rounds in one run; longer is faster. Dashed: limits.`
  const height = top + 34
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Benchmark: this library and its peers">
<style>${STYLE}</style>
${drawn.join('\n')}
<text class="note" x="${NAME_WIDTH}" y="${top + 22}">${escaped(note)}</text>
</svg>
`
}
