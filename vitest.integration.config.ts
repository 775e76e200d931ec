import { defineConfig } from 'vitest/config'

/** What needs more than Node: a real mosquitto, a real Kafka, strace. Each suite skips itself, loudly, where its tool is missing. */
export default defineConfig({
  test: {
    include: ['test/integration/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
