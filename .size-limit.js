import { readFileSync } from 'node:fs'

// Minified and brotlied, with every chunk that the subpath pulls in, OpenTelemetry, the MQTT client and the YAML parser left out. With room to grow by a tenth.
// 1.5 kB of each small one are constants of the root's one file that esbuild dares not drop.
const budgets = {
  'pi-uptime': '81 kB',
  'pi-uptime/detect': '18 kB',
  'pi-uptime/forecast': '9 kB',
  'pi-uptime/watch': '33 kB',
  'pi-uptime/clients': '8 kB',
  'pi-uptime/channels': '9 kB',
  'pi-uptime/edge': '23 kB',
  'pi-uptime/otel': '30 kB',
  'pi-uptime/serve': '7 kB',
  'pi-uptime/steps': '20 kB',
  'pi-uptime/testing': '53 kB',
  'pi-uptime/register': '88 kB',
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
    modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', external: ['@opentelemetry/*', 'mqtt', 'yaml'] }),
  }
})
