/** TLS and logins against a real broker. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KafkajsAdapter } from '../../../src/sync/kafka/kafkajs-adapter.js'
import { type KafkaOptions, type KafkaSaslOptions, kafkaOptionsFrom, type SaslMechanism } from '../../../src/sync/kafka/options.js'
import type { UplinkFailure } from '../../../src/sync/kafka/port.js'
import { realClock, recordingLog } from '../../sync/support/real-clock.js'
import { KafkaCluster } from './cluster.js'
import { describeKafka } from './describe-kafka.js'
import { readTopic } from './reader.js'

const JAAS = 'org.apache.kafka.common.security'

/** A certificate for 127.0.0.1 that signs itself, and its key. */
function selfSigned(directory: string, name: string): { readonly cert: string; readonly both: string } {
  const key = join(directory, `${name}.key`)
  const cert = join(directory, `${name}.pem`)
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject]
  execFileSync('openssl', made, { stdio: 'ignore' })
  const both = join(directory, `${name}-both.pem`)
  writeFileSync(both, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'))
  return { cert, both }
}

describeKafka('TLS and SASL', (version) => {
  let cluster: KafkaCluster
  let directory: string
  let caFile: string
  let otherCa: string
  const adapters: KafkajsAdapter[] = []

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-tls-'))
    const { cert, both } = selfSigned(directory, 'broker')
    caFile = cert
    otherCa = selfSigned(directory, 'other').cert
    cluster = await KafkaCluster.start({
      version,
      brokers: 1,
      extra: {
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PEER:PLAINTEXT,CLIENT:SASL_SSL',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        'listener.name.client.plain.sasl.jaas.config': `${JAAS}.plain.PlainLoginModule required user_gw="secret";`,
        'listener.name.client.scram-sha-256.sasl.jaas.config': `${JAAS}.scram.ScramLoginModule required;`,
        'listener.name.client.scram-sha-512.sasl.jaas.config': `${JAAS}.scram.ScramLoginModule required;`,
        'listener.name.client.ssl.keystore.type': 'PEM',
        'listener.name.client.ssl.keystore.location': both,
      },
      formatArguments: ['--add-scram', 'SCRAM-SHA-256=[name=gw,password=secret]', '--add-scram', 'SCRAM-SHA-512=[name=gw,password=secret]'],
    })
    await cluster.createTopic('t', 1)
  })
  afterAll(async () => {
    await Promise.all(adapters.map((adapter) => adapter.close()))
    await cluster?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  function adapter(options: Partial<KafkaOptions>): KafkajsAdapter {
    const made = new KafkajsAdapter(
      { brokers: cluster.addresses, clientId: 'gw', connectTimeoutMs: 3_000, requestTimeoutMs: 3_000, sendTimeoutMs: 10_000, ...options },
      { clock: realClock, log: recordingLog() },
    )
    adapters.push(made)
    return made
  }

  const tls = () => ({ ca: readFileSync(caFile, 'utf8') })
  const sasl = (mechanism: SaslMechanism, password = 'secret'): KafkaSaslOptions => ({ mechanism, username: 'gw', password })
  const send = (port: KafkajsAdapter, value: string) =>
    port.send({ topic: 't', partition: 0, records: [{ key: null, value: Buffer.from(value), headers: {}, timestampMs: null }] })
  const stored = async () => (await readTopic(cluster.peerAddresses, 't')).map(({ value }) => value)
  const failureOf = (promise: Promise<unknown>) =>
    promise.then(
      () => {
        throw new Error('was accepted')
      },
      (failure: UplinkFailure) => failure,
    )

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('logs in with %s over TLS', async (mechanism) => {
    await send(adapter({ tls: tls(), sasl: sasl(mechanism) }), mechanism)
    expect(await stored()).toContain(mechanism)
  })

  it("takes Kafka's own properties", async () => {
    const properties = new Map([
      ['bootstrap.servers', cluster.addresses.join(',')],
      ['security.protocol', 'SASL_SSL'],
      ['sasl.mechanism', 'SCRAM-SHA-256'],
      ['sasl.jaas.config', `${JAAS}.scram.ScramLoginModule required username="gw" password="secret";`],
      ['ssl.truststore.type', 'PEM'],
      ['ssl.truststore.location', caFile],
    ])
    await send(adapter(kafkaOptionsFrom(properties, 'gw')), 'by properties')
    expect(await stored()).toContain('by properties')
  })

  it.each(['plain', 'scram-sha-512'] as const)('pauses on a wrong password with %s', async (mechanism) => {
    const failure = await failureOf(send(adapter({ tls: tls(), sasl: sasl(mechanism, 'wrong') }), 'never'))
    expect(failure).toMatchObject({ class: 'pause', scope: 'link', outcomeUnknown: false })
    expect(await stored()).not.toContain('never')
  })

  it('pauses on a certificate it does not believe', async () => {
    const failure = await failureOf(send(adapter({ tls: { ca: readFileSync(otherCa, 'utf8') }, sasl: sasl('plain') }), 'never'))
    expect(failure).toMatchObject({ class: 'pause', scope: 'link', outcomeUnknown: false })
  })

  it('sends nothing where the broker wants TLS and we would speak plainly', async () => {
    const failure = await failureOf(send(adapter({ connectTimeoutMs: 1_000, requestTimeoutMs: 1_000 }), 'never'))
    expect(failure).toMatchObject({ scope: 'link', outcomeUnknown: false })
  })

  it('reads credentials again before each connect', async () => {
    let password = 'old'
    const port = adapter({ tls: tls(), readSasl: () => sasl('plain', password) })
    expect(await failureOf(send(port, 'too early'))).toMatchObject({ class: 'pause' })
    password = 'secret'
    await send(port, 'with the new password')
    expect(await stored()).toContain('with the new password')
  })
})
