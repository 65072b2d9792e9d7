import { readFileSync } from 'node:fs'

// Minified and brotlied, with every chunk that the subpath pulls in, OpenTelemetry left out. First values: generous.
const budgets = {
  'pi-uptime': '45 kB',
  'pi-uptime/detect': '8 kB',
  'pi-uptime/channels': '8 kB',
  'pi-uptime/edge': '8 kB',
  'pi-uptime/otel': '25 kB',
  'pi-uptime/serve': '10 kB',
  'pi-uptime/testing': '60 kB',
  'pi-uptime/register': '80 kB',
}

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const subpaths = Object.keys(exports).filter((key) => key !== './package.json')

export default subpaths.map((key) => {
  const name = key.replace('.', 'pi-uptime')
  const limit = budgets[name]
  if (!limit) throw new Error(`no size budget for ${name}`)
  return {
    name,
    path: exports[key].import.default,
    limit,
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', external: ['@opentelemetry/*'] }),
  }
})
