/** docs/reference/configuration.md: every setting of gateway.yaml with its default, walked from the schema; what it means stands here. */
import { GATEWAY_SCHEMA } from '../../src/edge/config/schema.js'

/** Meaning of each setting. The page cannot be made while one of the schema is missing here, or one here is gone from the schema. */
const MEANING: Readonly<Record<string, string>> = {
  'gateway.id': 'Name of this gateway in results, headers and topics.',
  'mqtt.embedded.listen': 'Address of the embedded broker. Off loopback it needs `users`.',
  'mqtt.embedded.tls.cert': 'Server certificate, PEM file.',
  'mqtt.embedded.tls.key': 'Its key, PEM file.',
  'mqtt.embedded.tls.ca': 'Given: clients must present a certificate signed by it.',
  'mqtt.embedded.users[].name': 'Login of a device.',
  'mqtt.embedded.users[].password': 'Its password; better a reference to the environment.',
  'mqtt.embedded.users[].publish': 'Topic filters it may publish to. Left out: all but `$SYS`.',
  'mqtt.embedded.users[].subscribe': 'Topic filters it may subscribe to. Left out: all but `$SYS`.',
  'mqtt.embedded.anonymous': 'Lets everybody in, also off loopback.',
  'mqtt.embedded.maxConnections': 'Clients at a time; further ones are refused.',
  'mqtt.external.url': 'Broker to take a session with.',
  'mqtt.external.clientId': 'Fixed name of the session: under it the broker keeps what was not acknowledged.',
  'mqtt.external.username': 'Login at the broker.',
  'mqtt.external.password': 'Password at the broker.',
  'mqtt.external.tls.ca': 'Authority to trust, PEM file.',
  'mqtt.external.tls.cert': 'Client certificate, PEM file.',
  'mqtt.external.tls.key': 'Its key, PEM file.',
  'mqtt.external.tls.insecure': 'Accepts any certificate.',
  'state.dir': 'Folder of the database. One process owns it.',
  'state.commit.mode': '`balanced` spares the card: commits up to 200 ms apart while an acknowledgement waits. `latency`: up to 15 ms.',
  'state.commit.idle': 'Longest time between commits while nothing waits for one.',
  'uplink.kafka.brokers': '`host:port` of some brokers; the others are learned.',
  'uplink.kafka.clientId': 'Name shown in the broker’s logs. Left out: the gateway’s id.',
  'uplink.kafka.tls': '`true`, or the settings `ca`, `cert`, `key`, `insecure`. Left out: plain text.',
  'uplink.kafka.sasl.mechanism': 'Kind of login.',
  'uplink.kafka.sasl.username': 'User.',
  'uplink.kafka.sasl.password': 'Password.',
  'uplink.file': 'A JSON-lines file in the place of Kafka.',
  'uplink.queue.maxDisk': 'Room for results that wait.',
  'uplink.queue.onFull': 'What happens when the room is used up. Every drop is counted.',
  'http.listen': 'Address of status page, metrics and REST. Off loopback it needs `token`.',
  'http.token': 'Secret that requests must carry as bearer token.',
  'http.hosts': 'Further names under which the page may be called.',
  pipelines: 'Folder with one folder per pipeline.',
  'log.level': 'Least serious messages that are written.',
}

interface Setting {
  readonly path: string
  readonly takes: string
  readonly defaultText: string
}

/** The parts of a valibot schema this page looks at. */
interface Node {
  readonly type: string
  readonly message?: unknown
  readonly entries?: Readonly<Record<string, Node>>
  readonly wrapped?: Node
  readonly default?: unknown
  readonly item?: Node
  readonly options?: readonly unknown[]
  readonly pipe?: readonly { readonly message?: unknown }[]
}

export function configurationPage(): string {
  const settings = walk(GATEWAY_SCHEMA as unknown as Node, '', false)
  const known = new Set(settings.map(({ path }) => path))
  const stale = Object.keys(MEANING).filter((path) => !known.has(path))
  if (stale.length > 0) throw new Error(`no such settings: ${stale.join(', ')}`)
  const rows = settings.map(({ path, takes, defaultText }) => {
    const meaning = MEANING[path]
    if (meaning === undefined) throw new Error(`say what ${path} means in scripts/reference/configuration-page.ts`)
    return `| \`${path}\` | ${takes} | ${defaultText} | ${meaning.replaceAll('|', '\\|')} |`
  })
  return `${[
    '# gateway.yaml',
    '',
    'Where things are: brokers, folders, addresses. *What* happens is SQL. Keys are camelCase, values kebab-case; an unknown key is an error that names the',
    `closest one. \`\${NAME}\` is an environment variable, \`\${file:path}\` the content of a file. Durations: \`250ms\`, \`10s\`, \`5m\`; sizes: \`800KB\`, \`500MB\`.`,
    'A setting is required where its section is given. `millrace validate` checks the file and names every mistake with line and column.',
    'This page is made from the schema by `npx tsx scripts/reference.ts`.',
    '',
    '| setting | takes | default | meaning |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n')}\n`
}

function walk(node: Node, path: string, optional: boolean, given?: unknown): Setting[] {
  if (node.type === 'optional') return walk(node.wrapped!, path, true, node.default)
  if (node.entries !== undefined) {
    const below = (name: string) => (path === '' ? name : `${path}.${name}`)
    return Object.entries(node.entries).flatMap(([name, entry]) => walk(entry, below(name), false))
  }
  if (node.type === 'array' && node.item?.entries !== undefined) return walk(node.item, `${path}[]`, false)
  const isPlain = typeof given === 'string' || typeof given === 'boolean' || typeof given === 'number'
  const defaultText = isPlain ? `\`${String(given)}\`` : optional ? '' : '**required**'
  return [{ path, takes: takesOf(node), defaultText }]
}

function takesOf(node: Node): string {
  const own = [node.message, ...(node.pipe ?? []).map(({ message }) => message)]
  const message = own.filter((text): text is string => typeof text === 'string' && text.startsWith('takes ')).at(0)
  if (message === undefined) throw new Error(`a schema of type ${node.type} does not say what it takes`)
  return message.slice('takes '.length).replaceAll('|', '\\|')
}
