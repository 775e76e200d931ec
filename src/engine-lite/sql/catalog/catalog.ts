/** The tables and views of a script, in memory. One catalog with one database, under Flink's default names. */
import { closestName } from '../../base/closest-name.js'
import type { CatalogObject } from './table.js'

export const DEFAULT_CATALOG = 'default_catalog'
export const DEFAULT_DATABASE = 'default_database'

export class Catalog {
  readonly #objects = new Map<string, CatalogObject>()

  /** `[catalog.[database.]]object` as a full path. */
  pathOf(parts: readonly string[]): string {
    const defaults = [DEFAULT_CATALOG, DEFAULT_DATABASE]
    return [...defaults.slice(0, Math.max(0, 3 - parts.length)), ...parts].join('.')
  }

  get(parts: readonly string[]): CatalogObject | undefined {
    return this.#objects.get(this.pathOf(parts))
  }

  /** Adds an object, or replaces the one of the same path. */
  put(object: CatalogObject): void {
    this.#objects.set(object.path, object)
  }

  /** True where there was such an object. */
  remove(parts: readonly string[]): boolean {
    return this.#objects.delete(this.pathOf(parts))
  }

  /** In order of creation. */
  objects(kind?: CatalogObject['kind']): CatalogObject[] {
    return [...this.#objects.values()].filter((object) => kind === undefined || object.kind === kind)
  }

  /** The name of an object most like the one that was not found. */
  closest(parts: readonly string[]): string | undefined {
    return closestName(
      parts.at(-1) ?? '',
      this.objects().map((object) => object.name),
    )
  }
}
