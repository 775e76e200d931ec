/** The status page: one static document; page.js fills it from `/api/status` once a second. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>millrace</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<header>
  <h1>millrace <span id="gateway"></span></h1>
  <p><strong id="health" class="badge">…</strong> <span id="reasons"></span></p>
</header>
<noscript><p class="warn">This page fills itself with JavaScript. The same figures are at <a href="/api/status">/api/status</a>.</p></noscript>
<main>
  <section class="wide"><h2>Ledger</h2><p id="ledger" class="sum"></p><dl id="dropped"></dl></section>
  <section><h2>Process</h2><dl id="process"></dl></section>
  <section><h2>Commits</h2><dl id="commits"></dl></section>
  <section><h2>Uplink</h2><dl id="uplink"></dl></section>
  <section><h2>Doors</h2><dl id="doors"></dl></section>
  <section class="wide"><h2>Pipelines</h2><div class="scroll"><table id="pipelines">
    <thead><tr><th>pipeline</th><th>state</th><th class="n">in</th><th class="n">dropped</th><th class="n">results</th><th>watermark</th></tr></thead><tbody></tbody></table></div></section>
  <section class="wide"><h2>Dead letters</h2><div class="scroll"><table id="letters">
    <thead><tr><th>reason</th><th class="n">count</th><th>last</th><th>pipeline</th><th>origin</th><th>what was wrong</th></tr></thead><tbody></tbody></table></div></section>
</main>
<footer><p><span id="updated"></span> · <a href="/metrics">/metrics</a> · <a href="/api/status">/api/status</a> · <a href="/healthz">/healthz</a></p></footer>
<script src="/page.js"></script>
</body>
</html>
`
