/**
 * From a graph of factories to linked operators. Nodes are built in the order of the graph, every node after its inputs, each with its
 * tables already filled; then the links are generated (link.ts). Names no concrete operator.
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Edge, GraphNode, StreamGraph } from '../contract/graph.js'
import type { OutputTag } from '../contract/operator.js'
import type { RestoredState } from '../state/restore.js'
import { ChainNodes } from './chain-nodes.js'
import type { DeployOptions } from './engine-options.js'
import type { PipelineHost } from './host.js'
import { LedgerTable } from './ledger.js'
import type { Reader } from './link.js'
import { countName, Pipeline, pathOf } from './pipeline.js'
import { registerTable } from './recovered-tables.js'

const LEDGER = '~ledger'

/** @throws MillraceError R0201 where the saved state belongs to another plan */
export function buildPipeline(graph: StreamGraph, options: DeployOptions, restored: RestoredState, host: PipelineHost): Pipeline {
  checkSignatures(graph, restored)
  const ledgerTable = new LedgerTable()
  const pipeline = new Pipeline(graph, options, ledgerTable)
  registerTable(pipeline, restored, pathOf(graph.pipeline, LEDGER), 'rows', ledgerTable)
  const nodes = new ChainNodes(pipeline, restored, host)
  for (const node of graph.nodes) nodes.build(node)
  for (const node of graph.nodes) connect(node, graph, nodes, ledgerTable)
  return pipeline
}

function connect(node: GraphNode, graph: StreamGraph, nodes: ChainNodes, ledger: LedgerTable): void {
  const link = nodes.linkOf(node.id)
  if (link === undefined) return
  const main: Reader[] = []
  const tagged = new Map<OutputTag, Reader[]>()
  for (const { reader, edge } of readersOf(node.id, graph, nodes)) {
    if (edge.tag === undefined) main.push(reader)
    else tagged.set(edge.tag, [...(tagged.get(edge.tag) ?? []), reader])
  }
  link.connect({
    main,
    tagged,
    count: ledger.entry(node.id),
    countOf: (tag) => ledger.entry(countName(node.id, tag)),
    unread: (tag, row) => nodes.unread(node, tag, row),
  })
}

function* readersOf(id: string, graph: StreamGraph, nodes: ChainNodes): Generator<{ reader: Reader; edge: Edge }> {
  for (const other of graph.nodes) {
    if (other.kind === 'source') continue
    const left = other.kind === 'two-input' ? other.left : other.inputs
    const edges = other.kind === 'two-input' ? [...left, ...other.right] : left
    for (const [channel, edge] of edges.entries()) {
      if (edge.from === id) yield { reader: nodes.readerOf(other.id, channel, channel < left.length ? 'left' : 'right'), edge }
    }
  }
}

/** State without a node, a node with another layout: neither may be taken for what it is not. */
function checkSignatures(graph: StreamGraph, restored: RestoredState): void {
  const wanted = new Map<string, string>()
  for (const node of graph.nodes) {
    if ('signature' in node && node.signature !== '') wanted.set(pathOf(graph.pipeline, node.id), node.signature)
  }
  const differences: string[] = []
  const saved = [...restored.signatures].filter(([path]) => path.startsWith(`${graph.pipeline}/`))
  for (const [path, signature] of saved) {
    const now = wanted.get(path)
    if (now === undefined) differences.push(`saved, not in the plan: ${path} (${signature})`)
    else if (now !== signature) differences.push(`${path}: saved ${signature}, the plan has ${now}`)
  }
  for (const [path, signature] of wanted) {
    if (saved.length > 0 && !restored.signatures.has(path)) differences.push(`in the plan, not saved: ${path} (${signature})`)
  }
  if (differences.length === 0) return
  throw new MillraceError('R0201', `saved state of pipeline \`${graph.pipeline}\` belongs to another plan`, {
    detail: differences,
    hint: 'start it under another name, or with an empty data directory',
  })
}
