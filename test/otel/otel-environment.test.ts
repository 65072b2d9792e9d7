import { expect, test } from 'vitest'
import { otelEnvironment } from '../../src/otel/otel-environment.js'

const read = (variables: Record<string, string>) => {
  const warnings: string[] = []
  return { ...otelEnvironment(variables, (text) => warnings.push(text)), warnings }
}

test('an empty environment is the default: exporters for OTLP, nothing said about the rest', () => {
  expect(read({})).toEqual({
    disabled: false,
    metrics: ['otlp'],
    logs: ['otlp'],
    interval: undefined,
    timeout: undefined,
    histograms: undefined,
    protocol: undefined,
    warnings: [],
  })
})

test('an empty variable is an unset one', () => {
  const names = [
    'OTEL_SDK_DISABLED',
    'OTEL_METRICS_EXPORTER',
    'OTEL_METRIC_EXPORT_INTERVAL',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
  ]
  expect(read(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(read({}))
})

test('only true disables, in any case of letters', () => {
  expect(['true', 'TRUE', ' True '].map((text) => read({ OTEL_SDK_DISABLED: text }).disabled)).toEqual([
    true,
    true,
    true,
  ])
  expect(['1', 'yes', 'false'].map((text) => read({ OTEL_SDK_DISABLED: text }).disabled)).toEqual([false, false, false])
})

test('what makes no sense is told and taken for unset', () => {
  const said = read({
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_METRIC_EXPORT_INTERVAL: '10s',
    OTEL_METRIC_EXPORT_TIMEOUT: '-1',
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'summary',
  })
  expect(said).toMatchObject({ metrics: ['otlp'], interval: undefined, timeout: undefined, histograms: undefined })
  expect(said.warnings.length).toBe(4)
})

test('the variable of the signal outranks the general one', () => {
  const general = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }
  expect(read(general).protocol).toBe('http/json')
  expect(read({ ...general, OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' }).protocol).toBe('http/protobuf')
})

test('several exporters may be named', () => {
  expect(read({ OTEL_METRICS_EXPORTER: 'otlp, console' }).metrics).toEqual(['otlp', 'console'])
  expect(read({ OTEL_LOGS_EXPORTER: 'none' }).logs).toEqual(['none'])
})
