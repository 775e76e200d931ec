import { describe, expect, it } from 'vitest'
import { kafkaOptionsFrom } from '../../../src/sync/kafka/options.js'

const from = (properties: Record<string, string>) => kafkaOptionsFrom(new Map(Object.entries(properties)), 'millrace-gw')
const SERVERS = { 'bootstrap.servers': 'a:9092, b:9093' }

describe("Kafka's client properties", () => {
  it('name the brokers', () => {
    expect(from(SERVERS)).toEqual({ brokers: ['a:9092', 'b:9093'], clientId: 'millrace-gw', compression: 'gzip' })
    expect(() => from({})).toThrow('bootstrap.servers')
  })

  it('give SASL with quotes and escapes of a JAAS line', () => {
    const jaas = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="u-1" password="a\\"b\\\\c;";'
    const options = from({ ...SERVERS, 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'SCRAM-SHA-512', 'sasl.jaas.config': jaas })
    expect(options.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'u-1', password: 'a"b\\c;' })
    expect(options.tls).toEqual({})
  })

  it('give PEM certificates', () => {
    const options = from({
      ...SERVERS,
      'security.protocol': 'SSL',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.certificates': 'CA',
      'ssl.keystore.certificate.chain': 'CERT',
      'ssl.keystore.key': 'KEY',
    })
    expect(options.tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY' })
    expect(options.sasl).toBeUndefined()
  })

  it.each([
    [{ 'security.protocol': 'TLS' }, 'security.protocol'],
    [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'GSSAPI' }, 'GSSAPI'],
    [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' }, 'sasl.jaas.config'],
    [{ 'security.protocol': 'SSL', 'ssl.truststore.type': 'JKS' }, 'PEM'],
    [{ 'security.protocol': 'SSL', 'ssl.truststore.location': '/nowhere/ca.pem' }, 'cannot be read'],
    [{ 'compression.type': 'zstd' }, 'zstd'],
    [{ 'request.timeout.ms': 'soon' }, 'milliseconds'],
  ])('are refused where they cannot be served: %o', (properties, text) => {
    const run = () => from({ ...SERVERS, ...(properties as Record<string, string>) })
    let message = ''
    try {
      run()
    } catch (thrown) {
      message = `${(thrown as Error).message} ${(thrown as { hint?: string }).hint ?? ''}`
    }
    expect(message).toContain(text)
  })
})
