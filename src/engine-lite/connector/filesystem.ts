/** Files as tables: lines of a file or a folder in, part files out. Flink: the FileSystem SQL connector. */
import { parseDurationMs, parseSizeBytes } from '../base/duration.js'
import type { ConnectorSpec, TableDefinition } from '../contract/connector.js'
import { MillraceError } from '../contract/errors/index.js'
import { FilesystemSink } from './filesystem-sink.js'
import { FilesystemSource } from './filesystem-source.js'
import { tableDecoder, tableEncoder } from './table-format.js'

const FILE_SIZE_DEFAULT = '128MB'
const ROLLOVER_DEFAULT = '30 min'

/**
 * `'connector' = 'filesystem'`. As a source it is bounded: the file, or all files of the folder in order of name (those that begin with `.`
 * or `_` are left out), one message of the format per line. As a sink it appends part files to the folder, one line per row, exactly
 * once: see {@link FilesystemSink}.
 *
 * @example
 * CREATE TABLE readings (device STRING, temp DOUBLE) WITH ('connector' = 'filesystem', 'path' = 'readings.jsonl', 'format' = 'json')
 */
export function filesystemConnector(): ConnectorSpec {
  return {
    name: 'filesystem',
    options: [
      { name: 'path', help: 'file or folder to read, folder to write; file: URLs are taken', required: true },
      { name: 'sink.rolling-policy.file-size', help: 'a part file of this size is closed', type: 'size', default: FILE_SIZE_DEFAULT },
      {
        name: 'sink.rolling-policy.rollover-interval',
        help: 'a part file of this age is closed',
        type: 'duration',
        default: ROLLOVER_DEFAULT,
      },
    ],
    metadata: {
      'file.path': 'STRING NOT NULL',
      'file.name': 'STRING NOT NULL',
      'file.size': 'BIGINT NOT NULL',
      'file.modification-time': 'TIMESTAMP_LTZ(3) NOT NULL',
    },
    format: 'required',
    sinkMode: 'append',
    validate: (table) => {
      if (table.partitionedBy.length > 0) {
        throw new MillraceError('E0301', `table \`${table.name}\`: PARTITIONED BY of the filesystem connector is not built yet`)
      }
      fileSizeBytes(table)
    },
    createSource: (table, environment) => {
      const decoder = tableDecoder(table, environment)
      return (context) => new FilesystemSource(context, pathOf(table), decoder, table.columns)
    },
    createSink: (table, columns, environment) => {
      const options = {
        folder: pathOf(table),
        encoder: tableEncoder(table, columns, environment),
        extension: table.options.get('format') ?? 'txt',
        fileBytesMax: fileSizeBytes(table),
        fileAgeMaxMs: parseDurationMs(table.options.get('sink.rolling-policy.rollover-interval') ?? ROLLOVER_DEFAULT)!,
      }
      return (context) => new FilesystemSink(context, options)
    },
  }
}

function pathOf(table: TableDefinition): string {
  return table.options.get('path')!.replace(/^file:\/\/(?=\/)/, '')
}

function fileSizeBytes(table: TableDefinition): number {
  const text = table.options.get('sink.rolling-policy.file-size') ?? FILE_SIZE_DEFAULT
  const bytes = parseSizeBytes(text)
  if (bytes === undefined)
    throw new MillraceError('E0210', `option 'sink.rolling-policy.file-size' takes a size such as '16MB', not '${text}'`)
  return bytes
}
