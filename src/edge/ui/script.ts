/** Script of the status page. Everything from outside (topics, payloads, names) is set as text, never as markup. */
export const PAGE_SCRIPT = `'use strict'
const $ = (id) => document.getElementById(id)
const number = (n) => n == null ? '–' : Math.round(n).toLocaleString('en-US')
const bytes = (n) => n == null ? '–' : n < 1e3 ? n + ' B' : n < 1e6 ? (n / 1e3).toFixed(1) + ' kB' : (n / 1e6).toFixed(1) + ' MB'
const time = (ms) => ms == null ? '–' : new Date(ms).toLocaleTimeString()
const span = (ms) => { if (ms == null) return '–'; const s = Math.round(ms / 1000)
  return s < 60 ? s + ' s' : s < 3600 ? Math.floor(s / 60) + ' min ' + s % 60 + ' s' : Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min' }
function node(tag, text, className) { const e = document.createElement(tag); e.textContent = text; if (className) e.className = className; return e }
function list(id, pairs) { $(id).replaceChildren(...pairs.flatMap(([k, v]) => [node('dt', k), node('dd', v)])) }
function rows(id, items, cells) {
  $(id).tBodies[0].replaceChildren(...items.map((item) => { const tr = document.createElement('tr')
    tr.append(...cells(item).map((c) => Array.isArray(c) ? node('td', c[0], c[1]) : node('td', c))); return tr }))
}
const sum = (items, of) => items.reduce((a, item) => a + of(item), 0)
function show(s) {
  document.title = 'millrace ' + s.gateway.id
  $('gateway').textContent = s.gateway.id
  $('health').textContent = s.health; $('health').className = 'badge ' + s.health
  $('reasons').textContent = s.reasons.join(' · ')
  const l = s.ledger, dropped = Object.entries(l.dropped).filter(([, n]) => n > 0)
  const lost = sum(dropped, ([, n]) => n)
  $('ledger').textContent = number(l.in) + ' in = ' + number(l.held) + ' held + ' + number(l.out) + ' out + ' + number(lost) + ' dropped'
    + (l.in === l.held + l.out + lost ? ' ✓' : '  (does not balance)')
  list('dropped', dropped.map(([reason, n]) => ['dropped: ' + reason, number(n)]))
  list('process', [['up', span(s.gateway.nowMs - s.gateway.startedAtMs)], ['memory', bytes(s.gateway.rssBytes)], ['version', s.gateway.version], ['pid', String(s.gateway.pid)]])
  const c = s.commits
  list('commits', [['newest', '#' + c.lastId], ['at', time(c.lastAtMs)], ['epoch', String(c.epoch)]])
  const u = s.uplink
  list('uplink', [['to', u.target || '–'], ['state', u.state], ['waiting', number(u.queueRows) + ' rows, ' + bytes(u.queueBytes)], ['oldest', u.oldestAtMs == null ? '–' : span(s.gateway.nowMs - u.oldestAtMs)], ['sent', number(u.sentRows) + ' rows']].concat(u.error ? [['error', u.error]] : []))
  list('doors', s.doors.flatMap((d) => [[d.name, d.address], ['state', d.state + ', ' + d.connections + ' connections']].concat(d.trouble ? [['trouble', d.trouble]] : [])))
  rows('pipelines', s.pipelines, (p) => [p.name, p.error ? [p.state + ': ' + p.error, 'warn'] : p.state, [number(p.ledger.in), 'n'],
    [number(sum(Object.values(p.ledger.dropped), (n) => n)), 'n'], [number(p.ledger.results), 'n'], time(p.watermarkMs)])
  rows('letters', s.deadLetters, (d) => [d.reason, [number(d.count), 'n'], time(d.atMs), d.pipeline || '', d.origin, d.text])
  $('updated').textContent = 'updated ' + time(s.gateway.nowMs)
}
async function refresh() {
  try {
    const reply = await fetch('/api/status', { cache: 'no-store' })
    if (!reply.ok) throw new Error('HTTP ' + reply.status)
    show(await reply.json())
  } catch (error) {
    $('health').textContent = 'no answer'; $('health').className = 'badge gone'; $('reasons').textContent = error.message
  }
  setTimeout(refresh, document.hidden ? 5000 : 1000)
}
refresh()
`
