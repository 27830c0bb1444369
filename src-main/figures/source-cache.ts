import type { FigureSource } from './source'

/** The source with a cache for the picture and the maps of a sample, which a figure shows several times. */
export function cachedSource(source: FigureSource): FigureSource {
  return {
    ...source,
    picture: once((run, id) => source.picture(run, id)),
    map: once((run, id, method) => source.map(run, id, method)),
    explainedMap: once((run, id, method, target) => source.explainedMap(run, id, method, target)),
  }
}

function once<Rest extends [number, ...unknown[]], Value>(
  read: (run: Parameters<FigureSource['picture']>[0], ...rest: Rest) => Promise<Value>,
) {
  const known = new Map<string, Promise<Value>>()
  return (run: Parameters<FigureSource['picture']>[0], ...rest: Rest): Promise<Value> => {
    const key = JSON.stringify([run.id, ...rest])
    let value = known.get(key)
    if (value === undefined) known.set(key, (value = read(run, ...rest)))
    return value
  }
}
