/** What tests of connectors, operators and pipelines may import from `millrace/testing`: time, disk and kills that a test owns. */
export type { FaultPointName } from './engine-lite/runtime/engine-options.js'
export { type HarnessOptions, OperatorHarness } from './engine-lite/testing/operator-harness.js'
export { type DriverOptions, type Kill, PipelineDriver } from './engine-lite/testing/pipeline-driver.js'
export { SimulatedClock } from './engine-lite/testing/simulated-clock.js'
export { SimulatedDisk } from './engine-lite/testing/simulated-disk.js'
export { SimulatedStorage, type SimulatedStorageOptions } from './engine-lite/testing/simulated-storage.js'
export { TestSource } from './engine-lite/testing/test-source.js'
export { playTimeline, type Step, type TimelineOptions, WAYS, type Way } from './engine-lite/testing/timeline.js'
