/** Style of the status page: readable on a phone, light and dark by the system's choice. */
export const PAGE_STYLE = `:root {
  --ink: #1a2026; --soft: #5b6770; --paper: #f5f6f4; --card: #fff; --line: #dde1de;
  --good: #1c7a4a; --bad: #b3321f; --accent: #1f5f8b;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8e6; --soft: #98a4a9; --paper: #14181b; --card: #1d2327; --line: #313a40; --good: #58c08a; --bad: #ef8672; --accent: #7ab8e0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; color: var(--ink); background: var(--paper); font: 15px/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.3rem; } h1 span { color: var(--soft); font-weight: 400; }
h2 { margin: 0 0 .4rem; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
header p { margin: .3rem 0 1rem; }
a { color: var(--accent); }
main { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem; min-width: 0; }
.wide { grid-column: 1 / -1; }
.badge { padding: .1rem .5rem; border-radius: 1rem; color: var(--card); background: var(--soft); }
.badge.ok { background: var(--good); } .badge.degraded, .badge.gone { background: var(--bad); }
.warn { color: var(--bad); }
.sum { margin: 0 0 .4rem; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; }
dt { color: var(--soft); } dd { margin: 0; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem .25rem 0; text-align: left; border-top: 1px solid var(--line); vertical-align: top; }
th { border: 0; color: var(--soft); font-weight: 500; } .n { text-align: right; }
footer { color: var(--soft); }
`
