import { describe, expect, it } from 'vitest'
import { datagenConnector } from '../../../src/engine-lite/connector/datagen.js'
import { filesystemConnector } from '../../../src/engine-lite/connector/filesystem.js'
import type { MillraceError } from '../../../src/engine-lite/contract/errors/index.js'
import { sourceColumnsOf } from '../../../src/engine-lite/sql/binder/scan.js'
import type { CatalogTable } from '../../../src/engine-lite/sql/catalog/table.js'
import { bindTable } from '../../../src/engine-lite/sql/physical/table-binding.js'
import { environment, INT } from './kit.js'

const connectors = new Map([datagenConnector(() => 0), filesystemConnector()].map((connector) => [connector.name, connector]))

/** What is wrong with the options of a table with the one column `a INT`. */
function problems(options: Record<string, string>): [string, string][] {
  const table: CatalogTable = {
    kind: 'table',
    path: 'default_catalog.default_database.t',
    name: 't',
    columns: [{ kind: 'physical', name: 'a', type: INT }],
    schema: [{ name: 'a', type: INT }],
    primaryKey: [],
    partitionedBy: [],
    options: new Map(Object.entries(options).map(([key, value]) => [key, { value }])),
    place: {},
    ddl: {} as CatalogTable['ddl'],
    temporary: false,
  }
  const errors: MillraceError[] = []
  bindTable(table, new Map(Object.entries(options)), sourceColumnsOf(table), connectors, environment.formats, errors)
  return errors.map(({ code, message }) => [code, message])
}

describe('options of a table', () => {
  it('may name fields after a declared prefix, which the connector checks', () => {
    expect(problems({ connector: 'datagen', 'fields.a.min': '1', 'fields.a.max': '9' })).toEqual([])
    expect(problems({ connector: 'datagen', 'fields.b.min': '1' })).toEqual([
      ['E0210', "option 'fields.b.min' speaks of `b`, which is no column"],
    ])
    expect(problems({ connector: 'datagen', 'field.a.min': '1' })).toEqual([['E0210', "connector 'datagen' has no option 'field.a.min'"]])
  })

  it('tells what Flink has and millrace does not from what nobody has', () => {
    expect(problems({ connector: 'jdbc' })).toEqual([['E0301', "connector 'jdbc' is not built yet"]])
    expect(problems({ connector: 'jdbcc' })).toEqual([['E0210', "unknown connector 'jdbcc'"]])
    expect(problems({ connector: 'filesystem', path: 'x', format: 'orc' })).toEqual([['E0301', "format 'orc' is not built yet"]])
    expect(problems({ connector: 'filesystem', path: 'x', format: 'jsn' })).toEqual([['E0210', "unknown format 'jsn'"]])
    expect(problems({ connector: 'filesystem', path: 'x' })).toEqual([['E0210', 'table `t` has no format']])
  })
})
