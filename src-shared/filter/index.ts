export * from './fields'
export * from './parse'
export * from './terms'
export * from './write'
