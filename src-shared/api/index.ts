export * from './contract'
export * from './dataset'
export * from './model'
export * from './project'
