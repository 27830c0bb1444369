/** Where the program finds its own parts and keeps what belongs to the user. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { programFolder } from '../process/program-folder'

export interface Demo {
  modelPath: string
  dataPath: string
  masksPath: string
}

/** The user's settings folder: HEADLIGHT_CONFIG_DIR, or the platform's place for such. */
export function configFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.HEADLIGHT_CONFIG_DIR) return env.HEADLIGHT_CONFIG_DIR
  if (process.platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Headlight')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Headlight')
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'headlight')
}

/** Where projects go that the user did not place: HEADLIGHT_DATA_DIR, or the platform's place for such. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.HEADLIGHT_DATA_DIR) return env.HEADLIGHT_DATA_DIR
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Headlight')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Headlight')
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'headlight')
}

/** Where logs go: HEADLIGHT_STATE_DIR, with HEADLIGHT_DATA_DIR inside that, or the platform's place for such. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.HEADLIGHT_STATE_DIR) return env.HEADLIGHT_STATE_DIR
  if (env.HEADLIGHT_DATA_DIR) return join(env.HEADLIGHT_DATA_DIR, 'state')
  if (process.platform === 'win32') return join(dataFolder(env), 'Logs')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Logs', 'Headlight')
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'headlight')
}

/** The demo model with its images and masks, null where they are not beside the program. */
export function findDemo(program: string = programFolder()): Demo | null {
  const folder = join(modelsFolder(program), 'demo')
  const demo = {
    modelPath: join(folder, 'clutter-vit.onnx'),
    dataPath: join(folder, 'images'),
    masksPath: join(folder, 'masks'),
  }
  return existsSync(demo.modelPath) && existsSync(demo.dataPath) ? demo : null
}

/** The small models and pictures of the second demo, null where they are not beside the program. */
export interface QuestionsDemo {
  dataPath: string
  /** Masks of the objects that the pictures are labelled with. */
  masksPath: string
  /** An image tower with a text tower, and prompts for it. */
  twoTowers: { modelPath: string; clothes: string; colours: string }
  /** A detector: a class and a box at every patch. */
  detector: { modelPath: string }
  /** A Swin: attention in shifted windows, in two stages. */
  swin: { modelPath: string }
}

export function findQuestionsDemo(program: string = programFolder()): QuestionsDemo | null {
  const folder = join(modelsFolder(program), 'demo', 'questions')
  const towers = join(folder, 'prompts')
  const demo = {
    dataPath: join(folder, 'images'),
    masksPath: join(folder, 'masks'),
    twoTowers: {
      modelPath: join(towers, 'model.onnx'),
      clothes: join(towers, 'clothes.csv'),
      colours: join(towers, 'colours.csv'),
    },
    detector: { modelPath: join(folder, 'detector', 'model.onnx') },
    swin: { modelPath: join(folder, 'swin', 'model.onnx') },
  }
  return existsSync(demo.dataPath) ? demo : null
}

/** Packaged, models/ lies beside the archive: decoders and ONNX Runtime read real files. */
function modelsFolder(program: string): string {
  return join(program.replace(/app\.asar$/, 'app.asar.unpacked'), 'models')
}

/** The version of the program in this folder. */
export function readVersion(program: string): string {
  const { version } = JSON.parse(readFileSync(join(program, 'package.json'), 'utf8')) as { version: string }
  return version
}
