import t from 'tap'
import { Counter, Histogram, gauge, gauges, renderFamilies } from '../../src/metrics/series.js'

t.test('a counter grows for each combination of labels', async (t) => {
  const counter = new Counter('c_total', 'Counted.', ['a', 'b'])
  counter.add(['1', 'x'])
  counter.add(['1', 'y'], 2)
  counter.add(['1', 'x'])
  t.equal(
    counter.render(),
    '# HELP c_total Counted.\n# TYPE c_total counter\nc_total{a="1",b="x"} 2\nc_total{a="1",b="y"} 2\n',
  )
  const bare = new Counter('bare_total', 'Without labels.')
  bare.add()
  t.match(bare.render(), /\nbare_total 1\n$/)
})

t.test('buckets of a histogram hold all that is at most their bound', async (t) => {
  const histogram = new Histogram('h', 'Seconds.', ['a'], [0.1, 1])
  for (const value of [0.05, 0.1, 0.1001, 1, 7]) histogram.observe(['x'], value)
  t.equal(
    histogram.render(),
    [
      '# HELP h Seconds.',
      '# TYPE h histogram',
      'h_bucket{a="x",le="0.1"} 2',
      'h_bucket{a="x",le="1"} 4',
      'h_bucket{a="x",le="+Inf"} 5',
      'h_sum{a="x"} 8.2501',
      'h_count{a="x"} 5',
      '',
    ].join('\n'),
  )
})

t.test('a gauge without a value writes nothing, and labels are escaped', async (t) => {
  t.equal(gauge('g', 'Nothing.', () => undefined).render(), '')
  t.equal(
    gauge('g', 'One.', () => 0.5, { v: 'a"b\\c\nd' }).render(),
    '# HELP g One.\n# TYPE g gauge\ng{v="a\\"b\\\\c\\nd"} 0.5\n',
  )
  t.equal(
    renderFamilies([gauge('a', 'A.', () => 1), gauge('b', 'B.', () => undefined)]),
    '# HELP a A.\n# TYPE a gauge\na 1\n',
  )
})

t.test('values that are read together, one line each; nothing without any', (t) => {
  t.equal(
    gauges('g', 'Two.', ['a', 'b'], () => [
      { values: ['x', 'y'], value: 1 },
      { values: ['x', 'z'], value: 2 },
    ]).render(),
    '# HELP g Two.\n# TYPE g gauge\ng{a="x",b="y"} 1\ng{a="x",b="z"} 2\n',
  )
  t.equal(gauges('g', 'None.', ['a'], () => []).render(), '')
  t.end()
})

t.test('label values without end become one series', (t) => {
  const [counter, histogram] = [
    new Counter('c_total', 'Counted.', ['a', 'b']),
    new Histogram('h', 'Seconds.', ['a'], [1]),
  ]
  for (let at = 0; at < 5_000; at++) {
    counter.add([`v${at}`, 'x'])
    histogram.observe([`v${at}`], 1)
  }
  t.equal(counter.render().split('\n').length, 2 + 2_001 + 1)
  t.match(counter.render(), 'c_total{a="other",b="other"} 3000')
  t.match(histogram.render(), 'h_count{a="other"} 3000')
  counter.add(['v0', 'x'])
  t.match(counter.render(), 'c_total{a="v0",b="x"} 2', 'what was there goes on')
  t.end()
})
