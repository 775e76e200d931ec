/** What the gateway shows over HTTP. */
import { PAGE_HTML } from '../ui/page.js'
import { PAGE_SCRIPT } from '../ui/script.js'
import { PAGE_STYLE } from '../ui/style.js'
import { json, plain, type Route, type Routes } from './router.js'
import type { StatusSource } from './status-report.js'

/** Prometheus reads the version of its text format from the type. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const page = (type: string, body: string): Route => ({ handle: () => ({ status: 200, type: `${type}; charset=utf-8`, body }) })

/**
 * | path | answers |
 * |---|---|
 * | `/healthz` | `ok` (200) or `degraded` (503), no more, to anybody |
 * | `/metrics` | Prometheus text format 0.0.4 |
 * | `/api/status` | {@link StatusReport} as JSON |
 * | `/` | the status page |
 */
export function gatewayRoutes(source: StatusSource): Routes {
  return new Map<string, Route>([
    ['/healthz', { open: true, handle: () => (source.healthy() ? plain(200, 'ok') : plain(503, 'degraded')) }],
    ['/metrics', { handle: () => ({ status: 200, type: METRICS_TYPE, body: source.metrics() }) }],
    ['/api/status', { handle: async () => json(await source.report()) }],
    ['/', page('text/html', PAGE_HTML)],
    ['/page.css', page('text/css', PAGE_STYLE)],
    ['/page.js', page('text/javascript', PAGE_SCRIPT)],
  ])
}
