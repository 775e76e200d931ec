/** `CREATE TABLE … LIKE source (INCLUDING …)`. Source: Flink's MergeTableLikeUtil. */
import type { CreateTableAst } from '../ast/statement.js'
import type { CatalogTable } from '../catalog/table.js'
import { type BindContext, fail } from './context.js'

type Strategy = 'INCLUDING' | 'EXCLUDING' | 'OVERWRITING'

export interface MergedTable {
  /** The statement as if everything taken over had been written into it. */
  readonly ddl: CreateTableAst
  /** Options of the source table. */
  readonly inherited: ReadonlyMap<string, string>
}

/** @throws MillraceError E0201, E0202, E0209 */
export function mergeLike(ast: CreateTableAst, context: BindContext): MergedTable {
  const like = ast.like as NonNullable<CreateTableAst['like']>
  const source = context.catalog.get(like.source.parts)
  if (source === undefined) return fail('E0201', `unknown table \`${like.source.parts.join('.')}\``, like.source.span)
  if (source.kind !== 'table') return fail('E0209', `\`${source.name}\` is a view: LIKE takes a table`, like.source.span)
  const strategyOf = strategies(ast, like.options)
  return {
    ddl: {
      ...ast,
      columns: mergedColumns(ast, source, strategyOf),
      ...mergedWatermark(ast, source, strategyOf('WATERMARKS')),
      ...mergedKey(ast, source, strategyOf('CONSTRAINTS')),
      partitionedBy: mergedPartitions(ast, source, strategyOf('PARTITIONS')),
    },
    inherited: mergedOptions(ast, source, strategyOf('OPTIONS')),
  }
}

/** Without a word: everything included, options overwritten. */
function strategies(ast: CreateTableAst, options: readonly string[]): (feature: string) => Strategy {
  const chosen = new Map(options.map((option) => option.split(' ').reverse() as [string, Strategy]))
  if (chosen.size < options.length) fail('E0209', 'LIKE names a feature twice', ast.like?.span ?? ast.span)
  const all = chosen.get('ALL')
  return (feature) => chosen.get(feature) ?? all ?? (feature === 'OPTIONS' ? 'OVERWRITING' : 'INCLUDING')
}

function mergedColumns(ast: CreateTableAst, source: CatalogTable, strategyOf: (feature: string) => Strategy): CreateTableAst['columns'] {
  const own = new Map(ast.columns.map((column) => [column.name, column]))
  const taken = source.ddl.columns.filter((column) => {
    const strategy = column.kind === 'physical' ? 'INCLUDING' : strategyOf(column.kind === 'computed' ? 'GENERATED' : 'METADATA')
    if (strategy === 'EXCLUDING') return false
    const clash = own.get(column.name)
    if (clash === undefined) return true
    if (strategy === 'OVERWRITING') return false
    return fail('E0202', `\`${source.name}\` has a column \`${column.name}\` already`, clash.nameSpan)
  })
  return [...taken, ...ast.columns]
}

function mergedWatermark(ast: CreateTableAst, source: CatalogTable, strategy: Strategy): Pick<CreateTableAst, 'watermark'> {
  const inherited = strategy === 'EXCLUDING' ? undefined : source.ddl.watermark
  if (ast.watermark !== undefined && inherited !== undefined && strategy === 'INCLUDING') {
    fail('E0209', `\`${source.name}\` has a watermark already`, ast.watermark.span, { hint: 'write LIKE … (OVERWRITING WATERMARKS)' })
  }
  const watermark = ast.watermark ?? inherited
  return watermark === undefined ? {} : { watermark }
}

function mergedKey(ast: CreateTableAst, source: CatalogTable, strategy: Strategy): Pick<CreateTableAst, 'primaryKey'> {
  const inherited = strategy === 'EXCLUDING' ? undefined : source.ddl.primaryKey
  if (ast.primaryKey !== undefined && inherited !== undefined) {
    fail('E0209', `\`${source.name}\` has a PRIMARY KEY already`, ast.primaryKey.span, { hint: 'write LIKE … (EXCLUDING CONSTRAINTS)' })
  }
  const primaryKey = ast.primaryKey ?? inherited
  return primaryKey === undefined ? {} : { primaryKey }
}

function mergedPartitions(ast: CreateTableAst, source: CatalogTable, strategy: Strategy): readonly string[] {
  if (strategy === 'EXCLUDING' || source.partitionedBy.length === 0) return ast.partitionedBy
  if (ast.partitionedBy.length > 0)
    fail('E0209', `\`${source.name}\` is partitioned already`, ast.name.span, { hint: 'write LIKE … (EXCLUDING PARTITIONS)' })
  return source.partitionedBy
}

function mergedOptions(ast: CreateTableAst, source: CatalogTable, strategy: Strategy): ReadonlyMap<string, string> {
  if (strategy === 'EXCLUDING') return new Map()
  if (strategy === 'INCLUDING') {
    const clash = ast.options.find(({ key }) => source.options.has(key))
    if (clash !== undefined)
      fail('E0209', `\`${source.name}\` has the option '${clash.key}' already`, clash.span, { hint: 'write LIKE … (OVERWRITING OPTIONS)' })
  }
  return new Map([...source.options].map(([key, { value }]) => [key, value]))
}
