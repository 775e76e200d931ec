/** What tests of connectors, formats and pipelines may import from `millrace/testing`: time and disk that a test owns. */
export { SimulatedClock } from './engine-lite/testing/simulated-clock.js'
export { SimulatedDisk } from './engine-lite/testing/simulated-disk.js'
export { SimulatedStorage, type SimulatedStorageOptions } from './engine-lite/testing/simulated-storage.js'
