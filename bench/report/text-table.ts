export type Cell = string | number

function text(cell: Cell): string {
  if (typeof cell === 'string') return cell
  if (!Number.isFinite(cell)) return '-'
  const digits = Math.abs(cell) >= 1_000 ? 0 : Math.abs(cell) >= 100 ? 1 : 2
  return cell.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** Aligned columns: words to the left, numbers to the right. */
export function textTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  const lines = [head, ...rows.map((cells) => cells.map(text))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const right = head.map((_, column) => rows.some((cells) => typeof cells[column] === 'number'))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return right[column] === true ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [`\n${title}`, ...lines.map((cells) => `  ${line(cells)}`)].join('\n')
}
