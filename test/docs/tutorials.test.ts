import { readdirSync } from 'node:fs'
import { describeDocument } from './describe-document.js'

for (const name of readdirSync(new URL('../../docs/tutorials/', import.meta.url))) describeDocument(`docs/tutorials/${name}`)
