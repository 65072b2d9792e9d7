import type { Attributes } from '../../model/index.js'
import { Files } from '../machine/files.js'
import { boardOf } from './run.js'

export async function resourceOf(root: string): Promise<Attributes> {
  const files = new Files(root)
  const board = await boardOf(files)
  files.close()
  if (!board) return {}
  const { model, revision } = board
  return {
    'device.manufacturer': 'Raspberry Pi',
    'device.model.name': model,
    ...(revision !== '' && { 'device.model.identifier': revision }),
  }
}
