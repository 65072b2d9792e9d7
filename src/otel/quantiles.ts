/** The quantiles that a histogram becomes, rising. */
export const QUANTILES: readonly number[] = [0.5, 0.95, 0.99]

/** What each is called: `http.server.request.duration.p95`. In the order of {@link QUANTILES}. */
export const QUANTILE_SUFFIXES: readonly string[] = ['.p50', '.p95', '.p99']
