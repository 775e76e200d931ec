import { expect, it } from 'vitest'
import { renderError } from '../../../../src/engine-lite/sql/errors/render.js'
import { errorsOf } from '../session-kit.js'

it('every form of message of the binder', () => {
  const scripts = [
    'SELECT tempp FROM readings',
    'SELECT x.device FROM readings AS r',
    'SELECT * FROM reading',
    'SELECT device, temp FROM readings GROUP BY device',
    'SELECT device AS d FROM readings GROUP BY d',
    'SELECT device FROM readings GROUP BY 1',
    'SELECT NULL FROM readings',
    'SELECT SUM(COUNT(*)) FROM readings',
    'SELECT device FROM readings HAVING temp > 1',
    "SELECT * FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '2' MINUTE, INTERVAL '3' MINUTE))",
    "SELECT * FROM TABLE(TUMBLE(TABLE plain, DESCRIPTOR(t), INTERVAL '1' MINUTE))",
    "SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), SIZ => INTERVAL '1' MINUTE))",
    "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' HOUR, INTERVAL '1' MINUTE)",
    "SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) FROM readings",
    "SELECT FIRST_VALUE(n) FROM readings GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)",
    'SELECT device FROM readings UNION ALL SELECT v FROM plain',
    'SELECT device FROM readings ORDER BY temp',
    'SELECT * FROM readings JOIN plain ON device = k',
    'INSERT INTO any_sink SELECT device FROM readings',
    'INSERT INTO any_sink SELECT device, temp FROM readings',
    'INSERT INTO any_sink (k, x) SELECT device, n FROM readings',
    'INSERT INTO log_sink (k) SELECT device FROM readings',
    'INSERT INTO log_sink SELECT device, COUNT(*) FROM readings GROUP BY device',
    'INSERT INTO key_sink SELECT MAX(device), COUNT(*) FROM readings GROUP BY device',
    'CREATE TABLE readings (a INT)',
    'CREATE TABLE t (a INT, a INT)',
    'CREATE TABLE t (a INT, PRIMARY KEY (a))',
    'CREATE TABLE t (a INT, WATERMARK FOR a AS a)',
    "CREATE TABLE t (a TIMESTAMP(3), WATERMARK FOR a AS 'x')",
  ]
  expect(scripts.flatMap((script) => errorsOf(script).map((error) => renderError(error))).join('\n\n')).toMatchSnapshot()
})
