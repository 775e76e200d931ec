/** The HTTP door's router: exact paths, GET and HEAD only, one reply per request. */

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
}

export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  /** Answers without the token: only where nothing is told. */
  readonly open?: boolean
  handle(request: HttpRequest): Reply | Promise<Reply>
}

export type Routes = ReadonlyMap<string, Route>

export const json = (body: unknown, status = 200): Reply => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(body)}\n`,
})

export const plain = (status: number, body: string, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
  ...(headers && { headers }),
})

/** The route of a request, or the reply that says why there is none. */
export function match(routes: Routes, request: HttpRequest): Route | Reply {
  const route = routes.get(request.path)
  if (!route) return plain(404, 'not found')
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET', { allow: 'GET, HEAD' })
  return route
}
