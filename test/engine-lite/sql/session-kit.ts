/** A catalog with a few tables, and statements bound against it. */
import type { ConnectorSpec } from '../../../src/engine-lite/contract/connector.js'
import { MillraceError, MillraceErrors } from '../../../src/engine-lite/contract/errors/index.js'
import type { BindContext } from '../../../src/engine-lite/sql/binder/context.js'
import { createTable, createView, dropObject } from '../../../src/engine-lite/sql/binder/ddl.js'
import { bindInsert, bindQuery } from '../../../src/engine-lite/sql/binder/query.js'
import { Catalog } from '../../../src/engine-lite/sql/catalog/catalog.js'
import type { LogicalPlan } from '../../../src/engine-lite/sql/logical/plan.js'
import { parseScript } from '../../../src/engine-lite/sql/parser/script.js'

const connector = (name: string, rest: Partial<ConnectorSpec> = {}): [string, ConnectorSpec] => [name, { name, options: [], ...rest }]

export const CONNECTORS: ReadonlyMap<string, ConnectorSpec> = new Map([
  connector('in'),
  connector('cdc', { sourceMode: () => 'changelog' }),
  connector('append', { sinkMode: 'append' }),
  connector('upsert', { sinkMode: 'upsert' }),
  connector('changelog', { sinkMode: 'changelog' }),
])

export const TABLES = `
CREATE TABLE readings (
  line STRING METADATA FROM 'topic.line' VIRTUAL, device STRING, temp DOUBLE, n INT,
  place ROW<hall STRING, spot ROW<x INT, y INT>>,
  ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'in');
CREATE TABLE utc (device STRING, v INT, at_ltz TIMESTAMP_LTZ(3), WATERMARK FOR at_ltz AS at_ltz) WITH ('connector' = 'in');
CREATE TABLE computed (
  millis BIGINT, celsius DOUBLE, kelvin AS celsius + 273.15e0, at_time AS TO_TIMESTAMP_LTZ(millis, 3),
  WATERMARK FOR at_time AS at_time - INTERVAL '1' SECOND
) WITH ('connector' = 'in');
CREATE TABLE plain (k STRING, v INT, t TIMESTAMP(3)) WITH ('connector' = 'in');
CREATE TABLE cdc (k STRING, v INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'cdc');
CREATE TABLE log_sink (k STRING, c BIGINT NOT NULL) WITH ('connector' = 'append');
CREATE TABLE key_sink (k STRING, c BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert');
CREATE TABLE gw_sink (gw STRING, k STRING, c BIGINT, PRIMARY KEY (gw, k) NOT ENFORCED) WITH ('connector' = 'upsert');
CREATE TABLE any_sink (k STRING, c BIGINT) WITH ('connector' = 'changelog');
CREATE VIEW hot AS SELECT device, temp, ts FROM readings WHERE temp > 50e0;
`

/** The plans of the queries and inserts of a script; its definitions take effect. Throws MillraceErrors. */
export function plansOf(script: string, catalog = catalogWith(TABLES)): LogicalPlan[] {
  const { statements, errors } = parseScript(script)
  if (errors.length > 0) throw new MillraceErrors(errors)
  const context: BindContext = { catalog, connectors: CONNECTORS, source: { text: script } }
  return statements.flatMap((statement): LogicalPlan[] => {
    switch (statement.kind) {
      case 'create-table':
        createTable(statement, context)
        return []
      case 'create-view':
        createView(statement, context)
        return []
      case 'drop':
        dropObject(statement, context)
        return []
      case 'query':
        return [bindQuery(statement.query, context)]
      case 'insert':
        return [bindInsert(statement, context)]
      default:
        throw new Error(`no plan for ${statement.kind}`)
    }
  })
}

export function catalogWith(ddl: string): Catalog {
  const catalog = new Catalog()
  plansOf(ddl, catalog)
  return catalog
}

/** The last plan of a script. */
export function planOf(script: string, catalog?: Catalog): LogicalPlan {
  return plansOf(script, catalog).at(-1) as LogicalPlan
}

/** All errors of a script, in the order they are reported. */
export function errorsOf(script: string, catalog?: Catalog): readonly MillraceError[] {
  try {
    plansOf(script, catalog)
    return []
  } catch (error) {
    if (error instanceof MillraceErrors) return error.errors
    if (error instanceof MillraceError) return [error]
    throw error
  }
}
